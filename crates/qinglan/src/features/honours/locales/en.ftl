# Honours: what they are, how they are checked, the groups of their titles.

nav-honours = Honours
register-honours = Honours
register-honours-text = Checked honours of persons, groups and units
kind-honours = honours

## Refusals

honour-unknown = There is no honour { $id }, or your account can't see it: look in the list
honour-title = The title needs 1 to { $most } characters: add or shorten it
honour-conferrer = Who conferred it needs 1 to { $most } characters: add or shorten it
honour-certificate-long = A certificate's number has { $most } characters at most: shorten it
honour-note-long = Write { $most } characters at most: shorten it
honour-day-ahead = { $day } is still to come: give the day on which it was conferred
honour-day-whole = “{ $text }” doesn't say the day: write it like 2025-03-08
honour-level-unknown = The level “{ $text }” isn't known; there are { $known }: use one of them
honour-group-unknown = The title group “{ $text }” isn't known; in use are { $known }: use one of them, or have an administrator add it in Settings · Title groups
honour-not-posted = This person belongs to no unit on { $day }, so the honour can't be counted: check the day, add the posting first, or make the honour void
honour-closed = “{ $name }” was closed before that day: check the day
honour-there-already = “{ $title }” ({ $day }) is entered already, with the same level and conferrer: don't enter it again
honour-there-alike = “{ $title }” ({ $day }) of the same year is entered already: check whether it is the same; if it is another one, tick that and send again
honour-recipient-pick = Nobody is chosen, or several have the name: choose one of those listed
honour-recipient-one = Fill in only one of person, group and unit: an honour is entered for whom it was conferred on
honour-recipient-unknown = The recipient “{ $text }” can't be read: write 个人 (person) or 集体 (group or unit)
honour-nobody = On { $day } nobody called “{ $name }” is found in this unit or the import's range, nor a group or unit: check name, unit and day; import newcomers by a roster first
honour-settled = “{ $title }” is checked or void and can't be changed: have it returned first
honour-own = Nobody checks or returns their own honour: ask the group leader or the secretary
honour-not-pending = “{ $title }” isn't pending: look at the list again
honour-listed = { $day } “{ $title }” was changed since

## Asked at an import

honour-same-title = There is “{ $title }” of the same year already ({ $there }); this row says { $here }: is it the same?
honour-replace = the same: take this row, the other becomes void (and stays in the history)
honour-another = another one: keep both
honour-day-which = “{ $text }” doesn't say the day: on which day does it count?
choice-day = { $day }
honour-collective-which = Nobody is called “{ $name }”: is it an honour of this group or unit?
choice-group = group { $name } ({ $path })

## What the system says of a void one

honour-was-replaced = An imported row took its place
honour-was-double = Two people with the same honour were merged; one of the two stays
honour-was-undone = Its import was undone

## States and levels

state-pending = to be checked
state-checked = checked
state-returned = returned
level-national = national
level-provincial = provincial
level-municipal = municipal
level-county = county
level-unit = street or unit

## The log

log-honour-entered = entered the honour “{ $title }”
log-honour-edited = changed the honour “{ $title }”
log-honour-checked-by = checked the honour “{ $title }”
log-honour-returned-by = returned the honour “{ $title }”
log-honour-voided-by = made the honour “{ $title }” void
log-honour-group-changed = changed the title group “{ $name }”

## Pages

honour-line = Honours conferred by others; they count once the group leader or the secretary has checked them
honour-new = Enter an honour
honour-edit = Change the honour
honour-search = Search by name, title, conferrer
honour-name = Name
honour-title-of = Title
honour-group = Title group
honour-group-any = all title groups
honour-group-by-title = by the title
honour-level = Level
honour-level-any = all levels
honour-conferrer-of = Conferred by
honour-day = Conferred on
honour-certificate = Certificate number
honour-note = Note
honour-recipient = Recipient
honour-recipient-any = all recipients
honour-of-person = Person
honour-of-group = Group
honour-of-unit = Unit
honour-for-hint = Fill in one of person, group and unit; none of them means your own, which others check
honour-own-hint = The group leader or the secretary checks it, then it counts; add a photo of the certificate afterwards
honour-another-sure = checked: it is another honour
honour-state-any = all but void
honour-none = No honours yet
honour-none-text = Import a register of honours, or let members enter theirs to be checked.
honour-none-found = None fits
honour-check = Check
honour-return = Return
honour-return-ask = Return “{ $title }”?
honour-return-text = It can be corrected and handed in again; what was counted is reversed, and stays in the history.
honour-return-why = What has to be changed
honour-return-not = Don't return
honour-void-do = Make void
honour-void-ask = Make “{ $title }” void?
honour-void-text = It is in no figure any more; the reason stays in the record.
honour-void-why = Why it is void
honour-void-not = Keep it
honour-save = Save
honour-hand-in = Enter
honour-leave = Leave
honour-was-returned = Returned: { $reason }
honour-facts = Facts
honour-history = History
honour-counted-to = Counted to
honour-entered-at = Entered
honour-checked-at = Checked
honour-entered-done = Entered
honour-saved = Saved; it waits to be checked
honour-checked-done = Checked; it counts
honour-returned-done = Returned
honour-voided-done = Void
honour-own-none = Nothing entered yet
honour-own-all = All

## Title groups

settings-honours = Title groups
honour-groups-line = A title that contains a group's name or word belongs to the group; any other belongs to other honours
