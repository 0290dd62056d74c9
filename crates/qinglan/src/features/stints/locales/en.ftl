# Stints: what people did away from their own post, how it is checked.

nav-stints = Practice
register-practice = Practice
register-placements = Placements
register-placements-text = People placed, seconded to learn, first secretaries, in work teams, task forces and other practice during the period
register-volunteering = Volunteering
register-volunteering-text = People who volunteered during the period, one line each
kind-practice = practice

## Refusals

stint-unknown = There is no stint { $id }, or your account can't see it: look in the list
stint-task = What it is called needs 1 to { $most } characters: add or shorten it
stint-place-long = A place has { $most } characters at most: shorten it
stint-result-long = A result has { $most } characters at most: shorten it
stint-note-long = Write { $most } characters at most: shorten it
stint-part-unknown = “{ $text }” doesn't say which part it is; there are { $known }: write it so that it means one of them, or add a column 类型
stint-volunteered-unknown = “{ $text }” under 主动请缨 can't be read: write 是 (yes) or 否 (no)
stint-days-differ = The days are given twice and differ: “{ $days }” and “{ $two }”
stint-days-in-doubt = “{ $text }” is a number, which may mean January or October: write it as a text such as 2025年10月
stint-reversed = It ends on { $to }, before it begins on { $from }: change one of them
stint-ahead = { $day } is still to come: enter it once it has begun
stint-hours = The hours “{ $text }” can't be read or are too many: write them like 7.5, up to { $most } with one decimal
stint-not-posted = This person belongs to no unit on { $day }, so the stint can't be counted: check the first day, add the posting first, or make the stint void
stint-there-already = “{ $task }” (from { $day }) is entered already: change that one
stint-overlaps = At the same time this person is placed in “{ $task }” (from { $day }): check the days; if both are right, tick that and send again
stint-person-pick = Nobody is chosen: choose one of those listed
stint-nobody = On { $day } nobody called “{ $name }” is found in this unit or the import's range: check name, unit and days; import newcomers by a roster first
stint-settled = “{ $task }” is checked or void and can't be changed: have it returned first
stint-own = Nobody checks or returns their own stint: ask the group leader or the secretary
stint-not-pending = “{ $task }” isn't pending: look at the list again
stint-listed = “{ $task }” from { $day } was changed since

## Asked at an import

stint-same-key = “{ $task }” from { $day } is there already ({ $there }); this row says { $here }: which one applies?
stint-replace = this row; the other becomes void (and stays in the history)
stint-overlap-ask = At the same time this person is placed in “{ $task }” (from { $day }): take this row as well?
stint-both = both are right: take it as well

## What the system says of a void one

stint-was-replaced = An imported row took its place
stint-was-double = Two people with the same stint were merged; one of the two stays
stint-was-undone = Its import was undone

## Parts

part-placed = placement
part-seconded = secondment to learn
part-first_secretary = first secretary
part-work_team = work team
part-task_force = task force
part-volunteer = volunteering
part-other = other practice

## The log

log-stint-entered = entered the stint “{ $task }”
log-stint-edited = changed the stint “{ $task }”
log-stint-checked-by = checked the stint “{ $task }”
log-stint-finished-by = recorded end, hours and result of the stint “{ $task }”
log-stint-returned-by = returned the stint “{ $task }”
log-stint-voided-by = made the stint “{ $task }” void

## Pages

stint-line = Placements, secondments to learn, first secretaries, work teams, task forces, volunteering; they count once the group leader or the secretary has checked them
stint-new = Enter a stint
stint-edit = Change the stint
stint-search = Search by name, task, place
stint-part = Part
stint-part-any = all parts
stint-task-of = Called
stint-task-hint = such as the name of the team or task force
stint-volunteered = came forward
stint-volunteered-any = came forward or sent
stint-volunteered-hint = volunteering always counts as such
stint-sent = sent
stint-place = Place
stint-place-hint = a unit, an organisation, a village or a topic
stint-place-unit = Which unit of this system it is
stint-days = Days
stint-from = First day
stint-to = Last day
stint-to-hint = leave empty while it goes on
stint-going = under way
stint-over = over
stint-going-any = under way or over
stint-hours-of = Hours
stint-result = Result
stint-note = Note
stint-for = For whom
stint-for-hint = leave empty for your own, which others check
stint-own-hint = The group leader or the secretary checks it, then it counts
stint-overlapping-sure = checked: both are right
stint-state-any = all but void
stint-none = No stints yet
stint-none-text = Import a register of practice, or let members enter theirs to be checked.
stint-none-found = None fits
stint-check = Check
stint-finish = Record the end
stint-finish-ask = When did “{ $task }” end, and how did it go?
stint-finish-text = What is checked stays checked; days and hours are corrected, and the history shows it.
stint-finish-again = Others check it again, since it is your own.
stint-finish-not = Leave it
stint-return = Return
stint-return-ask = Return “{ $task }”?
stint-return-text = It can be corrected and handed in again; what was counted is reversed, and stays in the history.
stint-return-why = What has to be changed
stint-return-not = Don't return
stint-void-do = Make void
stint-void-ask = Make “{ $task }” void?
stint-void-text = It is in no figure any more; the reason stays in the record.
stint-void-why = Why it is void
stint-void-not = Keep it
stint-save = Save
stint-hand-in = Enter
stint-leave = Leave
stint-was-returned = Returned: { $reason }
stint-facts = Facts
stint-history = History
stint-counted-to = Counted to
stint-entered-at = Entered
stint-checked-at = Checked
stint-entered-done = Entered
stint-saved = Saved; it waits to be checked
stint-checked-done = Checked; it counts
stint-finished-done = Recorded
stint-returned-done = Returned
stint-voided-done = Void
stint-own-none = Nothing entered yet
stint-own-all = All
