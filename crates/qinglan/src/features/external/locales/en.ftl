# External results: the platforms, what was earned there, classes, goals.

nav-external = Online learning
register-external = External results
kind-external = external results

## Refusals

external-unknown = There is no external result { $id }, or your account can't see it: look for it in the list
external-no-such-month = “{ $text }” is no month, a year has 1 to 12: correct it, such as 2025-03
external-month-missing = The month is missing: write it as 2025-03
external-month-no-year = Month “{ $text }” has no year: add it, or say the year at the import
external-month-unreadable = Month “{ $text }” can't be read: write it as 2025-03
external-month-ahead = { $month } has not begun: take a month that has
external-below-zero = “{ $column }” says “{ $text }”, which is below zero: check it and write 0 or more
external-not-whole = “{ $column }” says “{ $text }”, which is no whole number: check it and write a whole one
external-too-much = “{ $column }” is too much, { $most } a month at the most: check it
hours-unreadable = “{ $column }” says “{ $text }”, which can't be read: write 1.5 or 90分钟, with two decimals at the most
external-nothing = Points, hours and classes are all empty: give one of them at least
external-note-long = { $most } characters at the most: write it shorter
external-not-posted = This person is in no unit in all of { $month }, so the external result of that month has none to count to: check month and day, enter the posting first, or void that result
external-there-already = This person has one for this platform and { $month } already: change that one, or void it first
external-settled = The one of { $month } is attested or void and can't be changed: have it returned first
external-own = Nobody attests or returns their own results: the group leader or the unit's secretary does
external-not-waiting = The one of { $month } doesn't wait for attestation: look at the list again
external-none-chosen = None is chosen: tick those to attest
external-person-pick = Nobody is chosen: pick one of the people listed
external-person-none = “{ $name }” is not found at the unit or in the import's scope in { $month }: check name, unit and month; import the roster first for somebody new
external-listed = { $name } { $month } was changed since
return-without-reason = There is no reason for returning it: say what is to be corrected
platform-unknown = Platform “{ $text }” is not known, known are { $known }: take one of them; if it is new, an administrator adds it in Settings · Learning platforms
class-unknown = There is no class { $id }, or your account can't see it: look for it in the list
class-wants-issue = Season and issue are needed, each of 1 to { $most } characters: give them or shorten them
class-more-than-base = { $participants } took part, more than the { $base } who should have: check both; if they are right, tick “checked” and save again
class-ahead = { $day } has not come: take a day on which it has opened
class-there-already = { $unit } has { $season } { $issue } already: change that one
import-kind-classes = Online classes (Youth Study and others)
class-was-replaced = Imported data stand for it now
class-was-undone = Its import was undone
class-listed = { $season } { $issue } of { $unit } was changed after it was entered
class-recorded-again = { $season } { $issue } of { $unit } was replaced by this import and has been recorded again since: make the later one void, then undo the import
class-same-key = The unit has { $there } already, the row says { $here }: which one applies?
class-replace = Take the row, the one that is there becomes void (and stays on record)
class-another = It is another class, take both
class-no-season = “{ $text }” doesn’t say the year or season: write it like “2025年第3季第12期”, or add a column 季
class-no-issue = “{ $text }” doesn’t say which issue it is: write it like “第12期”
class-no-day = The day on which the class was opened is missing: add a column 开课日期, or give it with the import
class-day-which = The day on which the class was opened is missing, and the first on the list learned on { $day }: is it that day?
class-day-first = It is { $day }
class-no-number = “{ $column }” is blank: fill in the number, or 0
class-no-numbers = There are neither numbers nor a list of those who took part: add them
class-more-ask = { $participants } took part, more than the { $base } expected: is that right?
class-more-sure = It was checked and is right
class-marks-unknown = Whether somebody took part can’t be read here: { $marks }. Write 已学 and 未学, or √ and ×
class-blank = The cells of some people on the list are blank: did they miss the class?
class-blank-missed = They missed it
class-blank-not-due = They weren’t expected, leave them out
class-names-twice = Names stand twice on the list: { $names }. Are they the same person?
class-names-once = The same person, count each once
class-names-both = Two people, count both
class-strangers = { $count } on the list aren’t on the roster: { $names }. Do they count?
class-strangers-count = They count too
class-strangers-not = They don’t
class-base-which = The list has the { $count } who took part and doesn’t say how many were expected
class-base-listed = Those { $count } on the list are all who were expected
class-is-void = This one is void and can't be changed
goal-unknown = There is no goal { $id }, or it has ended
goal-odd = A goal is in points, hours or classes, for a month or a year: choose one
goal-amount = A goal is between 1 and { $most }: change it
goal-months = The last month is before the first: change one of them

## Asked at an import

class-read = { $season } { $issue }: { $participants } of { $base } took part
external-read = { $month }: { $amounts }
external-same-key = There is one for this person, platform and { $month } already ({ $there }), this row says { $here }: which holds
external-measure-which = Below the platform stand numbers alone, without saying whether they are points, hours or classes: which are they?
choice-measure = { $name }
external-platform-of-title = The title says “{ $title }”, and there is no column for the platform: which one is it?
choice-platform = { $name }
external-replace = This row; the one before becomes void and stays in the history
external-month-in-doubt = Month “{ $text }” is a number cell, so it may be January or October: which is it

## What the system says of a void one

external-was-replaced = An import's newer row took its place
external-was-double = When people were merged there were two for the same platform and month; the larger stayed
external-was-undone = Its import was undone

## States

external-handed-in = waiting
external-attested = attested
external-returned = returned
external-void = void

## The log

log-external-entered = entered the external result of { $month }
log-external-edited = changed the external result of { $month }
log-external-attested-by = attested the external result of { $month }
log-external-returned-by = returned the external result of { $month }
log-external-voided-by = voided the external result of { $month }
log-class-entered = entered the class { $season } { $issue }
log-class-edited = changed the class { $season } { $issue }
log-class-voided = voided the class { $season } { $issue }
log-goal-set-by = set a goal of online learning
log-goal-ended-by = ended a goal of online learning
log-platform-changed = changed the platform “{ $name }”

## Pages

external-line = Points, hours and classes from other platforms; they count once a group leader or secretary has attested them
external-results = Results
external-classes = Classes
external-goals = Goals
external-new = Enter a result
external-search = By name, also in pinyin
external-platform = Platform
external-platform-any = All platforms
external-month = Month
external-month-from = From month
external-month-to = To month
external-points = Points
external-hours = Hours
external-class-count = Classes
external-attester = Attested by
external-state-any = All but void ones
external-none = There are no external results yet
external-none-text = Import a platform's export, or let people enter theirs for their leader to attest.
external-none-found = None meets the conditions
external-choose = Choose { $title }
external-attest-chosen = Attest the chosen
external-attest = Attest
external-return = Return
external-return-ask = Return what { $name } handed in for { $month }?
external-return-text = The person can correct it and hand it in again; what counted already is corrected and stays in the history.
external-return-why = What is to be corrected
external-return-not = Don't return
external-void-do = Void
external-void-ask = Void the result of { $month }?
external-void-text = It is then in no figure; the reason stays with it.
external-void-why = Why
external-void-not = Don't void
external-edit-of = Change the result of { $month }
external-for = For whom
external-for-hint = Empty means yourself, for your leader to attest; what you enter for others you attest thereby
external-own-hint = Your group leader or the unit's secretary attests it, then it counts
external-month-hint = Such as 2025-03
external-hours-hint = Such as 1.5; an hour is 60 minutes
external-amounts = Each is kept apart; give one at least
external-note = Note
external-save = Save
external-hand-in = Enter
external-leave = Leave it
external-was-returned = Returned: { $reason }
external-facts = Facts
external-history = History
external-handed-in-at = Entered
external-attested-at = Attested
external-counted-to = Counts to
external-entered-done = Entered
external-saved = Saved, waiting to be attested
external-attested-done = Attested; it counts now
external-attested-many = Attested: { $count }; they count now
external-returned-done = Returned
external-voided-done = Void now
external-own-card = Online learning
external-own-none = Nothing entered yet
external-own-all = All
external-of-group = Progress online

## Classes

class-season = Season
class-season-hint = Such as 2025年第3季
class-issue = Issue
class-issue-hint = Such as 第12期
class-opened-on = Opened on
class-participants = Participants
class-base = Base
class-rate = Rate
class-new = Enter a class
class-edit-of = Change { $season } { $issue }
class-sure = Checked: more took part than should have
class-save = Save the class
class-leave = Don't save
class-search = By season, issue or unit
class-shown = Not void
class-line = Classes by season and issue, in person-times, not people
class-none = There are no classes yet
class-none-text = After each issue the unit's secretary or a group leader enters who took part, of how many.
class-entered-done = Class entered
class-saved = Class saved
class-voided-done = Void now
class-edit = Change
class-void-ask = Void { $season } { $issue }?
class-voided-why = Void: { $reason }

## Goals

goal-line = What people of a unit and of all under it are to learn a month or a year
goal-unit = Unit and all under it
goal-measure = In what
goal-per = How often
goal-per-month = a month
goal-per-year = a year
goal-amount-label = Goal
goal-amount-hint = Of hours, such as 1.5
goal-from = From month
goal-to = To month
goal-to-hint = Empty: until it is ended
goal-all-platforms = All platforms together
goal-add = Set a goal
goal-list = Goals
goal-none = No goal is set yet
goal-end = End
goal-end-of = End the goal of { $unit }
goal-over = ended
goal-until-now = until ended
goal-set-done = Goal set
goal-ended-done = The goal ends with last month
goal-group-line = { $month } and this year, of what is attested
goal-group-short = { $count } are short
goal-group-enough = All have reached it
goal-group-none = This group has no goal yet
goal-group-none-text = The unit's secretary sets goals by unit.
goal-earned-of = { $earned } of { $amount }
goal-missing = { $missing } missing
goal-reached = reached
goal-member = Name
goal-state = Progress

## Platforms

settings-platforms = Learning platforms
platforms-line = Names in files are matched by name and other names; a retired platform takes nothing new
