# Openings: a unit asks for people, they come forward, people select among them.

nav-openings = Openings
candidates = Who came forward

## Refusals

opening-unknown = There is no opening { $id }, or your account doesn’t see it: look for it in the list
opening-without-title = There is no title: add one
opening-title-long = The title has at most { $most } characters: shorten it
opening-place-long = The place has at most { $most } characters: shorten it
opening-needs-long = What is needed has at most { $most } characters: shorten it
opening-contact-long = The contact has at most { $most } characters: shorten it
opening-words-long = At most { $most } characters: shorten it
opening-places = Places are { $places }: a number from 1 to { $most } is needed
opening-places-taken = { $count } people were selected, so there can’t be fewer places: take a selection back first, or leave the places
opening-reversed = The end { $to } is before the start { $from }: change one of them
opening-closes-late = The last day to come forward { $closes } is after the end { $to }: change one of them
opening-closes-passed = The last day to come forward { $closes } has passed: choose today or later
opening-closes-missing = There is no last day to come forward: add it
opening-is-closed = “{ $title }” is closed: open it again first
opening-is-withdrawn = “{ $title }” is withdrawn: open it again first
opening-is-open = “{ $title }” is open already
opening-is-over = People could come forward until { $closes }: ask the contact to prolong it
opening-unanswered = { $count } people have no answer yet: answer each, or tick that they are told with it
opening-without-reason = There is no reason: add it
opening-has-selected = { $count } people were selected, so it can’t be withdrawn: take the selection back first, or close it
opening-full = The { $places } places of “{ $title }” are filled, perhaps just now: take a selection back first, or add places
candidate-unknown = There is no such entry { $id }, or your account doesn’t see it: look for it in the list
candidate-words = There is no word of why: write one
candidate-without-reason = There is no reason for the selection: add it
candidate-there-already = This person has come forward for “{ $title }” already: each person once
candidate-elsewhere = “{ $title }” is for people of the unit that asks and of those under it: choose somebody else
candidate-not-posted = The person is at no unit on { $day }, so that this counts for none: enter the posting first
candidate-settled = This entry for “{ $title }” is answered or withdrawn: reload the page
candidate-begun = The person has begun “{ $title }”: make that stint void first
candidate-overlaps = The person was selected for “{ $task }” (from { $day }) at the same time: check the days; if both are right, tick it and send again
candidate-from-missing = There is no first day: add it

## What the system says

candidate-opening-withdrawn = the opening was withdrawn
candidate-was-double = when two people were merged, both had come forward for this opening, and one entry stayed

## States

opening-state-any = all but withdrawn
state-open = open
opening-state-deciding = to be decided
state-completed = closed
state-withdrawn = withdrawn
candidate-step-any = all but withdrawn
step-waiting = waiting
step-selected = selected
step-declined = not selected
step-withdrawn = withdrawn

## The log

log-opening-added = published the opening “{ $title }”
log-opening-changed = changed the opening “{ $title }”
log-opening-closed = closed the opening “{ $title }”
log-opening-reopened = opened “{ $title }” again
log-opening-withdrawn = withdrew the opening “{ $title }”
log-candidate-came = came forward for “{ $title }”
log-candidate-withdrew = withdrew from “{ $title }”
log-candidate-selected-by = selected for “{ $title }”
log-candidate-declined-by = not selected for “{ $title }”
log-candidate-reconsidered = took back the answer for “{ $title }”
log-candidate-arrived = recorded the start at “{ $title }”

## Pages: openings

opening-line = Front-line work, villages, task forces, volunteering: young people of the unit and of those under it come forward, people select, the work begins
opening-search = Search by title, place, needs, unit
opening-none = No openings yet
opening-none-text = Publish an opening, and young people of the units below can come forward on the phone.
opening-none-member = Once a unit has published one, it stands here and on the home page.
opening-none-found = No opening fits
opening-new = Publish an opening
opening-edit = Change the opening
opening-title = Title
opening-title-hint = such as: member of the team in Qingling village
opening-unit = Unit that asks
opening-unit-hint = for people of this unit and of those under it
opening-part = Part
opening-place = Place
opening-places-of = Places
opening-taken = Selected / places
opening-came = Came forward
opening-selected = Selected
opening-needs = What is needed
opening-needs-hint = what is to be done, and what one should know
opening-from = First day
opening-to = Last day
opening-to-hint = leave empty if it isn’t decided
opening-to-open = open
opening-closes = Last day to come forward
opening-closes-hint = this day is included
opening-contact = Contact
opening-contact-hint = name and office telephone
opening-publish = Publish the opening
opening-save = Save
opening-leave = Don’t save
opening-history = History
opening-nobody-yet = Nobody has come forward yet
opening-next-select = { $waiting } wait for an answer, { $places } places are left: open a name, read why, and decide.
opening-next-full = All places are filled, { $waiting } wait for an answer: close the opening and tell them with it.
opening-next-close = All places are filled and everybody is answered: it can be closed.
opening-next-wait = Nobody waits for an answer. People can come forward until { $closes }.
opening-next-over = Nobody can come forward any more, and nobody waits: prolong it, or close it.
opening-close = Close
opening-close-ask = Close “{ $title }”?
opening-close-text = Nobody comes forward or is selected any more; those selected stay.
opening-close-not = Keep it open
opening-declines = tell the { $count } who wait that they were not selected
opening-declines-words = A word for them (optional)
opening-reopen = Open again
opening-reopen-ask = Open “{ $title }” again?
opening-reopen-text = People can come forward and be selected again; answers stay.
opening-reopen-not = Leave it
opening-withdraw = Withdraw
opening-withdraw-ask = Withdraw “{ $title }”?
opening-withdraw-text = It counts no more, and those who wait see that it was withdrawn.
opening-withdraw-why = Why it is withdrawn
opening-withdraw-not = Keep it
opening-added-done = The opening is published
opening-saved = The opening is saved
opening-closed-done = The opening is closed
opening-reopened-done = The opening is open again
opening-withdrawn-done = The opening is withdrawn

## Pages: those who came forward

candidate-line = Who came forward for what, why, and with which result
candidate-search = Search by name, opening, words
candidate-none = Nobody has come forward yet
candidate-none-text = Once an opening is published, young people come forward on its page.
candidate-none-found = Nobody fits
candidate-all = The whole list
candidate-come = Come forward
candidate-enter = Enter somebody
candidate-come-ask = Come forward for “{ $title }”
candidate-come-text = It can be withdrawn until the selection. The answer stands on the home page and on your own page.
candidate-come-not = Not now
candidate-for = For whom
candidate-for-hint = leave empty for yourself
candidate-why = Why
candidate-why-hint = one sentence
candidate-came-on = Came forward
candidate-came-day = came forward { $day }
candidate-came-done = You came forward
candidate-own-waiting = Came forward; the unit that asks has not answered yet
candidate-own-selected = You were selected
candidate-own-declined = Not selected this time
candidate-own-see = See my entry
candidate-own-none = Nothing yet
candidate-find = See openings
candidate-of-person = Came forward
candidate-withdraw = Withdraw
candidate-withdraw-ask = Withdraw from this opening?
candidate-withdraw-text = It counts no more; until the last day one can come forward again.
candidate-withdraw-not = Keep it
candidate-withdrew-done = Withdrawn
candidate-select = Select
candidate-select-ask = Select { $name }?
candidate-select-not = Not yet
candidate-reason = Answer
candidate-reason-line = answer: { $reason }
candidate-reason-selected = Why selected
candidate-reason-hint = the person sees it
candidate-from = First day
candidate-from-hint = today or before: the stint is entered with it; later: on arrival
candidate-selected-done = Selected
candidate-decline = Not selected
candidate-decline-ask = Tell { $name } that it is somebody else?
candidate-decline-not = Not yet
candidate-declined-done = Not selected: the person sees it
candidate-reconsider = Take the answer back
candidate-reconsider-ask = Take this answer back?
candidate-reconsider-text = The person waits again, and it can be decided anew.
candidate-reconsider-not = Keep it
candidate-reconsidered-done = The answer is taken back
candidate-arrive = Record the start
candidate-arrive-ask = When did { $name } begin?
candidate-arrive-text = From this day on it is a stint, which counts.
candidate-arrive-not = Not yet
candidate-arrived-done = The start is recorded
candidate-next-arrive = Selected; the work begins on { $day }: record the start then, and there is a stint.
candidate-placement = At work
candidate-placement-text = open it and record the end on return
candidate-placement-over = returned
candidate-began = First day
candidate-ended = Last day
candidate-decided-at = Answered

## On the home page

home-openings = Openings for you
home-opening-closes = until { $day }
home-opening-select = Select for “{ $title }”
home-opening-waiting = { $count } wait for an answer

## Visits and the appraisal at the end

candidate-not-begun = Nobody has begun “{ $title }” here: record the start first
visit-unknown = There is no such visit { $id }, it may have been removed: reload the page
visit-who = There is nobody who visited: add it
visit-who-long = At most { $most } characters: shorten it
visit-words = There is no word on the visit: add it
visit-day = No visit on { $day }: choose a day from the start ({ $from }) to today ({ $today })
appraisal-own = Others appraise your own placement: ask a colleague
appraisal-early = “{ $title }” is not over: record the end of the stint first
appraisal-grade = There is no grade: choose one
log-candidate-visited = recorded a visit at “{ $title }”
log-candidate-visit-removed = removed a visit at “{ $title }”
log-candidate-appraised = appraised the placement at “{ $title }”
visits = Visits
visit-new = Record a visit
visit-none = No visits yet
visit-ask = A visit to { $name }
visit-day-of = Day
visit-who-of = Who visited
visit-words-of = How it was
visit-save = Save
visit-not = Not now
visit-done = The visit is recorded
visit-remove = Remove
visit-remove-ask = Remove the visit of { $who } on { $day }?
visit-remove-text = Only what was entered by mistake; the history says so.
visit-remove-not = Keep it
visit-removed-done = The visit is removed
appraisal = Appraisal on return
appraisal-asking = Unit that asked
appraisal-sending = Unit that sent
appraisal-none = nothing yet
appraisal-write = Appraise
appraisal-change = Change
appraisal-ask = { $side }: how was { $name }?
appraisal-grade-of = Grade
appraisal-words = In words (optional)
appraisal-save = Save
appraisal-not = Not now
appraisal-done = The appraisal is saved
grade-good = good
grade-fair = fairly good
grade-plain = average
grade-poor = poor
