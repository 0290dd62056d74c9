## States

state-draft = draft
state-announced = announced
state-held = held
state-closed = closed
state-void = void

## A row of a register, or an activity entered by hand

activity-without-title = The activity has no title: fill it in
text-too-long = { $field ->
    [title] The title is
    [place] The place is
    [en] The name in English is
    [aliases] The other names are
    [speakers] Speakers are
    [leaders] Leaders are
    [chair] The chair is
    [recorder] The recorder is
    [notice] The document number is
   *[other] { $field } is
 } too long: at most { $most } characters
type-unknown = There is no activity type “{ $text }”: use one of { $known }
type-wants-pillar = The activity type “{ $name }” lacks a name or a pillar: give a name, and one of these as its pillar: { $known }
type-word-taken = “{ $word }” is a name of the activity type “{ $other }” already: choose another
type-set = Entered the activity type “{ $name }”, code { $code }
count-unreadable = “{ $text }” in “{ $column }” is no exact head-count: write a whole number such as 12
audience-below-list = The head-count says { $stated }, the list has { $listed } present: change the one or the other
names-unreadable = No name can be read from “{ $text }” in the list: write each person's name once, divided by commas
names-refused = The list of names has faults and was not entered: mend these
name-twice = “{ $name }” stands in the list twice: keep each person once
names-unknown = Not among the people of that day: { $names }. Import a roster with them first, or correct the names
list-contradicts = “{ $name }” stands under “{ $column }”, but the note behind the name says something else: make them agree
list-unknown = There are names under “{ $column }”, which doesn't say whether they were present: how are they to be recorded?
names-as-present = All as present
names-as-leave = All as on leave
names-as-absent = All as absent
names-left-out = Not at all
date-no-day = “{ $text }” under “{ $column }” has no day: write it like 2025-12-31 (a number 2025.1 may mean October as well)
time-unreadable = The time “{ $text }” can't be read: write 14:30 or 9:00-11:00, or take the session without its time
time-leave-open = Take it without the time
time-at-night = { $time } doesn't say whether it is before or after noon: what time was it?
choice-time = { $time }
times-disagree = The cell of the date says { $time }, the cell of the time “{ $text }”: make them agree
hosts-several = “{ $text }” are several units: which one was the host? The others took part
type-not-said = The file doesn't say the type of the sessions: which one is it?
choice-type = { $name }
marks-unknown = These marks can't be read: { $marks }. Say below the table what they mean (√出勤 ×缺勤 △请假), or write 出勤, 请假, 缺席, 迟到
marks-blank = { $count } people have no mark: { $names }. How are they to be recorded?
activity-on-day = On { $day } there is a session of this host already: is it the same one?
host-is = { $path } was the host
choice-without-them = Take the row without { $names }
name-fits-several = “{ $name }” fits several people ({ $count }), which one?
choice-person = { $name } ({ $path })
activity-same-key = On { $day } there is a “{ $title }” of the same host and type, but something else differs: is it the same activity?
activity-another = It is another activity, take the row

## What is done with activities

activity-unknown = There is no activity { $id }, or it is not within your scope
state-unknown = The state can't be set to “{ $state }”: write draft, announced or held
activity-locked = { $state ->
        [closed] “{ $title }” is closed and can't be changed: to correct it, void it and enter it anew
       *[void] “{ $title }” is void and can't be changed: to correct it, enter it anew
    }
activity-not-held = { $state ->
        [closed] “{ $title }” is closed already
        [void] “{ $title }” is void and can't be closed
       *[draft] “{ $title }” has not been held and can't be closed: close it once it was held
    }
activity-void-already = “{ $title }” is void already
void-without-reason = Voiding needs a reason: give one
person-not-listed = The list of “{ $title }” doesn't have this person: check the person's id
person-not-posted = Person { $person } had no unit on { $day }, so attendance can't be entered: enter the posting first, or change the day
person-twice = Someone stands in the list of “{ $title }” twice: keep each person once
made-up-odd = Making up can't be entered for “{ $title }”: only leave and absence can be made up, and not before the activity
activity-added = Entered an activity, id { $id }
activity-edited = Changed activity { $id }
activity-made-up = Entered making up for activity { $id }
activity-closed = Closed activity { $id }
activity-voided = Voided activity { $id }
activity-listed = { $id } · { $day } · { $title }
activity-shown =
    { $title } · { $state }
    Day: { $day }
    Place: { $place }
    Host: { $host }
    Took part: { $partners }
    Linkage: { $linkage } · levels: { $levels }
    Present (people): { $present }
    Audience (person-times): { $audience }
unit-closed-by-then = "{ $name }" was closed by { $last }: name the unit of that day, or correct the date
names-incomplete = The list names { $listed }, other than the number it states: take those named, or complete the list
choice-listed-only = take those named
held-ahead = “{ $title }” lies ahead, on { $day }, and can’t be held yet: correct the date, or announce it
audience-odd = The head-count { $stated } is odd: it lies between 0 and { $most }

## Pages

state-waiting = list to confirm
activities-views = Views
activities-list = List
activities-calendar = Calendar
activities-search = Title, speaker, place
activities-none = No activities yet
activities-none-text = Enter one, or import a register of activities.
activities-none-found = No activity fits
period-any = Any period
pillar-any = Any pillar
type-any = Any type
state-any = Any state
list-day = Time
list-title = Title
list-type = Type
list-host = Host
list-due = Due
list-present = Present
list-rate = Rate
list-state = State
bulk = Several at once
bulk-chosen = Chosen:
bulk-export = Export chosen
bulk-clear = Clear
bulk-all = Choose all of this page
bulk-one = Choose { $title }
month-before = Month before
month-after = Month after
calendar-more = More than { $most } this month, only the first are shown: narrow by unit
edit = Edit
host = host
roll = Attendance
roll-call = Roll-call
roll-change = Correct attendance
roll-due = Due
roll-present = Present
roll-late-within = late among them
roll-keys = Arrows move,
roll-rest = The rest came
roll-find = Find by name
roll-add = Add someone else: type a name
roll-new = A new person's name
roll-add-do = Add
roll-note = Saving counts nothing; confirming does
roll-save = Save
roll-confirm = Confirm the list
roll-open = { $open } are not marked yet: mark them, or count them absent
roll-open-ask = { $open } are not marked: absent, or back to mark them?
roll-open-absent = Absent, and confirm
roll-open-back = Back to mark
roll-changed = Someone else has changed it; nothing was confirmed.
roll-changed-text = Your marks are saved: check them and confirm again.
roll-nobody = Nobody is on the list
roll-nobody-text = The host's group has no members yet; add people below.
roll-saved = Saved, not counted yet
roll-person-added = Added
roll-confirmed-done = List confirmed, { $count } present
mark-on-time = ✓
mark-late = late
mark-leave = leave
mark-absent = absent
mark-made-up = made up
mark-observer = obs.
mark-open = —
mark-clear = clear
mark-word-leave = On leave
mark-word-absent = Absent
mark-word-open = Not marked
mark-word-made-up = made up
made-up-day = Day on which { $name } made it up
paste = Paste a roll-call
paste-text = Paste the whole list from the chat: it is shown as it was read before anybody is marked.
paste-do = Read
paste-not = Don't paste
reading = Check the roll-call
reading-note = Nobody is marked yet: check it, then mark.
reading-none = Nobody was recognised: write full names, one a line or divided by commas.
reading-asked = For you to decide ({ $count })
reading-asked-text = The text doesn't say it clearly, isn't about who came, or they are marked already. Without a choice nothing is marked.
reading-clear = Recognised ({ $count })
reading-strange = Not on the list, or several of that name ({ $count })
reading-strange-text = Choose who it is, or add a new person. Without a choice nothing is marked.
reading-left = Text that was not used
reading-absent = Not in the text ({ $count })
reading-absent-text = Their attendance stays as it is.
reading-rest = The text says “{ $words }”: mark the { $count } who have no mark as present
reading-mentioned = only mentioned
reading-had = Marked already: { $mark }
reading-had-scanned = Marked after a scan: { $mark }
reading-same = Marked already, the same: { $mark }
reading-change = Change that mark
reading-who = Who { $name } is
reading-status = Attendance of { $name }
reading-nobody = Nobody on the list
reading-new = A new person, at the host
reading-skip = Don't mark
reading-do = Mark them
reading-not = Don't mark, back to the roll
reading-done = { $count } marked, not counted yet
reading-kept = { $count } marked. Marked before and not changed: { $names }
reading-twice = “{ $name }” and “{ $other }” are the same person with different attendance: change one
paste-empty = Nothing was pasted: paste the whole roll-call
paste-too-long = The text has { $letters } letters, at most { $most } are read at once: paste it in parts
quick-untyped = No type was recognised: choose one.
quick-day-either = “{ $text }” may be { $days }: fill in the day.
quick-day-none = There is no “{ $text }”: fill in the day.
quick-day-other = “{ $text }” stands there too and was not used: look at the day.
quick-days-several = “{ $text }” are several days, only the first is filled in.
quick-weekday = In “{ $text }” the day of the week is another one's: fill in the day.
quick-half = “{ $text }” doesn't say morning or afternoon: look at the time.
quick-time-odd = “{ $text }” may be several times: fill it in.
quick-part-only = “{ $text }” has no hour: fill in the time if you know it.
quick-count-vague = “{ $text }” isn't exact, the number is not filled in.
quick-rest = The title is what was not recognised: “{ $text }”.
quick-left = Text that was not used: { $text }
type-choose = Choose a type
roll-name-odd = “{ $name }” doesn't look like a name: change it
activity-announce = Announce
activity-announced = Announced
activity-draft = Save as draft
activity-save = Save
activity-saved = Activity saved
activity-entered-done = Activity entered
activity-leave = Don't save
activity-edit = Edit: { $title }
activity-content = Content
activity-facts = Facts
activity-more = More
activity-more-fields = More fields
activity-parts = Units taking part
activity-parts-hint = Add units that take part: their people are on the list
activity-levels = { $count } levels
activity-next = After the session take the roll and confirm it; then it counts.
activity-close = Archive
activity-close-text = It can't be changed afterwards
activity-closed-done = Archived
activity-void = Void
activity-void-ask = Void “{ $title }”?
activity-void-text = Its { $entries } ledger entries are reversed and count no more; the record and the reason stay in the history.
activity-void-nothing = It counts nothing yet and stays in the history only.
activity-void-reason = Reason
activity-void-not = Don't void
activity-void-do = Void and reverse { $entries } entries
activity-voided-done = Voided
unit-outside = outside
field-day = Day
field-from = From
field-to = To
field-place = Place
field-speakers = Speakers
field-chair = Chair
field-recorder = Recorder
field-leaders = Leaders present
field-audience = Audience
field-audience-hint = With guests; may stay empty
field-notice-ref = Notice number
field-topic = Topic
field-minutes = Minutes
field-resolutions = Resolutions
field-note = Note
nothing-secret = Nothing secret may be entered
group-default = The unit's default group
part-drop = Drop { $name }
part-drop-one = Drop this unit
edit-reason = Reason of the correction
edit-reason-hint = Changes of what counts are kept; say why
draft-there = What you typed last time is still here.
draft-take = Go on
draft-drop = Drop it
time-odd = “{ $text }” is not a time: write it like 14:00
notice = Notice text
notice-line = Copy it and paste it into the chat
notice-title = [Notice] { $title }
notice-when = Time: { $value }
notice-where = Place: { $value }
notice-topic = Topic: { $value }
notice-speakers = Speaker: { $value }
notice-chair = Chair: { $value }
notice-host = Host: { $value }
notice-partners = With: { $value }
notice-due = Due: { $value }
notice-end = Be on time and check in by code; ask for leave beforehand if you can't come.
check-in-scan = Check in by code
check-in-board = Code
check-in-code = Check-in code of { $title }
check-in-open = Open check-in
check-in-end = End now
check-in-ended = Check-in ended
check-in-full = Full screen
check-in-scans = have scanned
check-in-changes = seconds until the code changes, every { $seconds } seconds
check-in-until = open until { $at }
check-in-closed = Check-in is not open
check-in-note = A scan is a convenience; the list that the organiser confirms counts.
check-in-scanned = scanned
check-in-how = Scan the code on the screen with the phone's camera, then tap “Check in”.
check-in-lead = Yours to organise today
check-in-own = Today's activities
check-in-none = Nothing for you today
check-in-ready = If this is you, check in
check-in-do = Check in
check-in-done = Checked in
check-in-number = number { $number }
check-in-again = You have checked in already
check-in-again-text = Scanning again changes nothing.
check-in-not-listed = You are not on the list
check-in-not-listed-text = You can ask to join; the organiser confirms.
check-in-join = Ask to join
check-in-late = Check-in has ended
check-in-late-text = Check-in ended at { $at }. If you are here, tell the organiser { $organiser }.
check-in-old = The code has changed
check-in-old-text = Scan the code that is on the screen now.
check-in-nobody = This account belongs to no person
check-in-nobody-text = Sign in as yourself, or tell the organiser.
check-in-foreign = This code is not known
check-in-foreign-text = Scan Qinglan's code on the screen.
check-in-unknown = This activity has no check-in: tell the organiser
check-in-not-me = Not me
check-in-private = The list counts once the organiser confirms it. This page takes neither place nor device data.
log-activity-entered = entered the activity “{ $title }”
log-activity-edited = changed the activity “{ $title }”
log-activity-closed = archived the activity “{ $title }”
log-activity-voided = voided the activity “{ $title }”
log-roll-confirmed = confirmed the list of “{ $title }”
log-check-in-opened = opened the check-in of “{ $title }”
roll-empty = Nobody is on the list, nothing was confirmed: mark people first
roll-asked = { $asked } asked to join: decide first, as present or off the list
roll-asked-note = { $asked } scanned and asked to join without being on the list. Marked as present or observing they join, off the list they don't.
roll-person-strange = Somebody is neither of a unit that takes part nor of yours, nothing was noted: add the unit to the activity first
roll-name-unknown = Nobody called “{ $name }” in the units that take part: check the name; somebody new goes into the field beside
roll-name-several = Several people are called “{ $name }”: type the name and choose from the list
mark-asked = ?
mark-word-asked = Asked to join
mark-off = Off
mark-word-off = Off the list
leave-reason-of = Why { $name } is on leave
leave-reason-none = No reason
leave-duty = On duty
leave-ill = Ill
leave-private = Private
leave-maternity = Maternity
leave-other = Other
check-in-other-day = Check-in opens on the day of the activity ({ $day })
check-in-marked = The organiser has entered your attendance
check-in-marked-text = If it is wrong, tell the organiser.
check-in-asked = You asked to join
check-in-asked-text = You are on the list once the organiser agrees.
activity-names = People
activity-names-hint = Optional. Names divided by commas, or a list from the chat; once saved, they are checked before anybody is marked.
group-not-of-host = This group is neither of the host nor shared by it: choose another group or host
activity-entered-without-names = The activity is entered, its people were not taken along: mark them on the roll
roll-correction-waits = A correction waits for confirmation; below is the list that was confirmed.
roll-correction-look = Look at it
activity-voided-at = Made void at { $at }
activity-voided-why = Reason: { $why }
activity-close-ask = Archive “{ $title }”?
activity-close-not = Don't archive
time-order = The end { $until } lies before the beginning { $from }: correct one of them
quick-undated = No day was recognised in the line, today is filled in: look at it.
roll-saved-over = Saved. Somebody else had just marked { $names } otherwise; now it is as you marked: look at it.
settings-types = Types of activities
settings-types-line = A type puts an activity on a pillar; past activities keep the pillar that they were held on
type-name = Type
type-name-hint = A name that is there changes that type
type-pillar = Pillar
type-aliases = Other names
type-aliases-hint = As files write it, divided by blanks
type-add = Add or change
type-save = Save type
type-saved = Type “{ $name }” saved
type-retired = retired
type-retire = Retire
type-use = Use again
type-en = Name in English
type-en-hint = May be left empty; shown on English pages
type-learning = Its sessions are worth learning hours
type-counts-hours = learning hours
activity-without-names = Your account sees no names: who chaired, spoke and came, and texts such as topic and minutes, are not shown here.
