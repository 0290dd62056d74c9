# Settings.

settings-line = Names, pillars, rules; changes hold from now on, issued reports stay as they are
settings-labels = Names and rules
settings-name = Name of the federation
settings-name-hint = Shown at sign-in
settings-pillars = The four pillars
settings-zh = Chinese
settings-en = English
settings-nickname = Nickname
settings-nickname-en = Nickname in English
settings-rules = Rules of new groups
settings-age-limit = Youth up to (years)
settings-age-limit-hint = 18 to 65; existing groups are changed on their own pages
settings-least = Sessions a month at the least
settings-least-hint = The home page's “short this month” goes by it
settings-before = Opens minutes before
settings-after = Closes minutes after the beginning
settings-seconds = Seconds a code holds
settings-saved = Settings saved
settings-save-one = Save
settings-bare = Words that stand for it alone, divided by blanks
setting-bounds = This number lies between { $least } and { $most }: change it
setting-label = A name has 1 to 60 characters: fill it in or shorten it

## The log

log-setting-changed = changed the setting { $name } = { $value }
log-level-changed = changed the name of the level “{ $name }”
log-type-changed = changed the activity type “{ $name }”
settings-hours = Learning hours
settings-hour-minutes = Minutes of a learning hour
settings-session-minutes = Minutes of a session without times
settings-hours-hint = Holds for what is entered from now on; earlier sessions stay
settings-external-percent = An online hour is worth (%)
settings-external-percent-hint = 100: one learning hour; 0: none
settings-least-hours = Learning hours a year of each member at the least
settings-least-rate = Attendance rate at the least (%)
settings-reading-minutes = Minutes of an item that was finished
settings-note-minutes = Minutes of a note that was handed in
settings-evidence-days = Days they are kept
settings-evidence-hint = Deleted after that; 0 keeps them

## Lists of choices

choice-title = Name
choice-en = In English
choice-aliases = Other names
choice-aliases-hint = As files have them, divided by blanks
choice-code = Code
choice-more = More
choice-retired = retired
choice-retire = No longer used
choice-edit = Change
choice-add = Add one
choice-change = Change it
choice-add-instead = Add a new one instead
choice-save = Save
choice-saved = “{ $name }” is saved
choice-name = A name needs 1 to { $most } characters: add or shorten it
choice-taken = “{ $word }” already names “{ $other }”: take another word
choice-needed = “{ $name }” stays in use, since what fits nothing else belongs to it: don't retire it
settings-talks = Collective integrity talk
settings-talk-days = Within how many days after a promotion or a move
settings-talk-days-hint = Whoever hasn't taken part by then is late; 0 asks nobody
choice-parts-label = Its lists, in order
choice-parts-hint = Separated by spaces, such as: 点单 制单 派单 接单 评单
choice-parts = { $least } to { $most } lists are needed, each with its own name
