## A person's row, in a roster or by hand

name-missing = The name is missing: fill it in
name-odd = “{ $name }” doesn't look like one person's name: write a name of at most 30 characters without digits
name-of-nobody = “{ $text }” is nobody’s name: delete the row if there is nobody, else write the name
name-of-two = “{ $text }” looks like two people in one cell: one a row; of one person leave the space out, or write “·”
name-mark-unknown = “{ $mark }” behind “{ $name }” isn’t known: write it under notes or duty, and the name alone in this column
sex-unknown = The sex “{ $text }” can't be read: write 女 or 男
party-unknown = The party status “{ $text }” can't be read: write 中共党员, 中共预备党员, 共青团员, 群众, 无党派人士, or a democratic party's in full, such as 民盟盟员
year-out-of-range = The year { $year } can't be used: give one from 1900 to 2100 with --year
people-not-yet = { $names } are there from { $from } on and not before: the roster has to count from an earlier year
people-not-yet-cure = Open the roster's import, undo it, and import it again for another year
roster-born = Born: { $month }
roster-same-key = { $unit } has a “{ $name }” already, but what is said differs or lacks the month of birth: is it the same person?
roster-another-person = It is another person, take the row
roster-namesake = The file has two rows of a “{ $name }” in the same unit, but “{ $column }” differs: is it the same person?
name-long = “{ $name }” has { $count } characters: is it one person's name?
name-long-yes = Yes, take it

## What is done with people

person-unknown = There is no person “{ $name }”, or not within your scope
transfer-before-posting = No transfer from { $day } on, since a newer posting begins on { $posted }: choose a day after that
member-already = The person is a member of “{ $group }” from that day on already: leave it so, or choose another first day
merge-with-self = Both ids are the same, there is nothing to merge: give the id of the other
person-added = Added a person, id { $id }
person-transferred = Transferred person { $id }
person-joined = Person { $id } joined the group
person-seconded = Entered the secondment of person { $id }
person-absent = Entered the leave of absence of person { $id }; no count changes
person-party = Entered the party status of person { $id }
person-left = Person { $id } has left
person-merged = Merged into person { $id }

## What stands on an import

person-stood-on = Person “{ $name }”: attendance, a transfer or another change since the import
group-stood-on = Group “{ $name }”: others joined it or it held an activity since the import
birth-in-doubt = The month of birth is the number { $text }: it may be January or October
birth-ahead = The month of birth { $month } lies after { $day }: check the year
birth-too-young = Born in { $month }, not yet { $least } years old on { $day }: check the year
choice-month = { $year }-{ $month }
person-listed = { $name }
leave-before-posting = There is a posting from { $posted } on, after { $day }: look at the dates of the postings first
second-not-posted = On { $day } the person was not posted to the home unit: check which it is

## Pages

people-line = Phones are masked
people-search = Name, pinyin
people-none = No people yet
people-none-text = Import a roster, or add people one by one.
people-none-found = Nobody fits
party-any = Any party status
person-new = New person
person-add = Add
person-name = Name
person-sex = Sex
person-unit = Unit
person-to-unit = To which unit
person-from = From
person-duty = Duty
person-born = Month of birth
person-born-hint = May stay empty
person-standing = Party status
person-education = Education
person-phone = Phone
person-same-name = This unit has a “{ $name }” already: if it is the same person, don't add; if another, tick below and send again
person-another = Another person of the same name
person-entered-done = Person added
person-changed-done = Changed, figures are corrected
person-postings = Postings
person-memberships = Groups
person-year = Attendance
person-year-none = Nothing in this time
person-transfer = Transfer
person-transfer-ask = Transfer { $name }
person-transfer-text = Counts to the new unit from that day; earlier records stay with the old one.
person-party-set = Set
person-join = Join a further group
person-join-do = Join
person-second = Secondment or leave of absence
person-second-hint = borrowing unit; empty for a leave
person-second-do = Enter
person-leave = Leave
person-leave-day = Last day
person-leave-ask = Has { $name } left?
person-leave-text = After the last day this person is no longer of the unit and its groups and on no roll; earlier records stay as they are. Who goes to another unit is transferred.
person-change-text = Changes correct what was counted and are kept.
until-now = now
birth-month-odd = “{ $text }” is no month: write it like 1990-03
my-export = Export my record
my-nobody = An administrator has to tie the account to a person first.
log-person-entered = added a person
log-person-changed-by = changed a person's posting, state or party status
log-person-merged-by = merged two rows of one person
person-edited = Changed the facts of person { $id }
person-edit = Edit facts
person-edit-of = Edit the facts of { $name }
person-edit-save = Save facts
person-edit-not = Leave as it is
person-edit-text = A new sex or month of birth corrects what was counted before, and is kept.
person-duty-hint = Present duty
education-long = The education is too long: at most { $most } characters
phone-long = The phone is too long: at most { $most } characters
duty-long = The duty is too long: at most { $most } characters
note-long = The note is too long: at most { $most } characters
log-person-facts = changed a person's facts

## Merging

merge-link = The same person as another row: merge
merge-of = Merge another row into { $name }
merge-other = Which row is the same person
merge-other-hint = Type the name and choose one
merge-compare = Compare
merge-not = Don't merge
merge-sides = The two rows
merge-kept = Stays
merge-goes = Goes
merge-swap = The other way round
merge-differs = Name, sex or month of birth differ: make sure that it is the same person
merge-will = What will happen
merge-will-attendances = { $count } attendances count to the row that stays
merge-will-both = { $count } sessions have both; one stays: presence before leave, leave before absence, else the left one
merge-will-results = External results that go over: { $count }; pairs of one platform and month: { $doubles }, the larger stays and the other becomes void
merge-will-honours = Honours that go over: { $count }; the same honour of both: { $doubles }, one stays and the other becomes void
merge-will-stints = Stints that go over: { $count }; the same stint of both: { $doubles }, one stays and the other becomes void
merge-will-memberships = { $memberships } memberships come over; { $collapsing } that overlap in one group collapse
merge-will-postings = { $postings } postings and { $states } secondments or leaves come over
merge-will-facts = What the row that stays lacks is filled from the other
merge-will-account = The account “{ $name }” goes to the row that stays
merge-will-untie = The locked account “{ $name }” is nobody's any more
merge-no-way-back = { $attendances } attendances come over, of { $both } sessions one stays; earlier figures are corrected and that is kept. A merge can't be taken back.
merge-do = Merge the two
merge-ask = Merge the other row into { $name }?
person-merged-done = Merged, figures are corrected
person-pick = Type the name and choose one of those listed
doubles = Likely doubles
doubles-line = The same name, and the same month of birth or one without
doubles-one = One
doubles-other = The other
doubles-alike = Month of birth
doubles-same-birth = the same
doubles-no-birth = one without
doubles-none = No likely doubles
doubles-none-text = People of one name were born in different months, or there are none.

## List

people-group = Group
people-in-post = In post
people-any = In post and left
people-youth = Youth
people-any-age = Any age
people-young = Youth
people-not-young = Over the age limit
people-age-unknown = Month of birth unknown
stands-seconded = Seconded
stands-on-leave = On leave
stands-left = Left
stands-left-on = Left on { $day }

## Memberships and states entered wrongly

stay-unknown = There is no such entry, or it is void: look at the person's page again
stay-ended = It ended on { $day } already: write that day or an earlier one
stay-membership = Member of “{ $group }”
stay-seconded = Secondment { $units }
stay-attended = { $count } attendances in that time
stay-now = now
stay-amend = End or void
stay-amend-of = End or void: { $what }
stay-end = End it earlier
stay-end-hint = Counts through this day
stay-count = See what changes
stay-end-told = Ends with { $day }; { $count } entries of the ledger correct it.
stay-end-do = End it
stay-void = Entered wrongly
stay-void-told = It never was; { $count } entries of the ledger correct it.
stay-void-do = Void it
stay-void-refused = It can't be made void; it can be ended earlier:
stay-not = Leave it as it is
stay-void-ask = Void this of { $name }?
stay-void-not = Keep it
person-states = Secondments and leaves
party-choose = Choose one

lending = Secondments that wait
lending-from-to = from { $home } to { $unit }
lending-open-end = no end yet
lending-accept = Accept
lending-decline = Decline
lending-withdraw = Take back
lending-none = No secondment waits for an answer. When another unit offers people to a unit that you keep, they appear here.
lending-some = People who wait for you to accept them: { $count }
lending-look = Look
lending-waits = Offered to { $unit }, from { $from }; it counts once they have accepted it
lending-offered-done = Offered to the other unit; it counts once they have accepted it
lending-accepted-done = Accepted
lending-declined-done = Declined
lending-withdrawn-done = Taken back
lending-unknown = There is no secondment offer { $id }
lending-waits-already = This unit has been asked already: wait for its answer, or take the offer back first
lending-answered-already = This offer has been answered already: reload the page to see how
log-lending-offered = offered to lend a person
log-lending-accepted = accepted a person on secondment
log-lending-declined = declined a person on secondment
log-lending-withdrawn = took back the offer to lend a person
