# Joint sessions.

nav-joint = Joint sessions
joint-line = Whom we ask to join, and who asks us
joint-new = New joint session
joint-search = Session or unit
joint-side = Called by
joint-side-any = Called and received
joint-side-to = Offered to us
joint-side-by = Called by us
joint-unit = Unit asked
joint-said = Answer
joint-word = Word
joint-guests = Guests
joint-handed-in-at = List handed in
joint-open = waiting
joint-yes = takes part
joint-no = declined
joint-gone = left
joint-missing = list missing
joint-handed-in = list handed in
joint-none = No joint sessions yet
joint-none-text = Enter an activity and press “Ask units” on its page; what others offer to you is answered here too.
joint-none-found = No offer fits
joint-invite = Ask units
joint-invite-text = Ask units above, below or beside, and organisations outside; each answers, names its people and hands in its own list.
joint-asked = Units asked
joint-asked-count = { $count ->
    [one] { $count } unit
   *[other] { $count } units
 }
joint-asked-none = No unit has been asked: choose below, or ask all one level below.
joint-ask = Ask
joint-ask-do = Ask them
joint-below = All one level below ({ $count })
joint-units = Units
joint-names-many = Several by name
joint-names = Names of units
joint-names-hint = One a line
joint-outside = Organisations outside
joint-outside-hint = Those without an account by name, one a line; known ones are recognised
joint-invitation = Invitation
joint-draft = This is a draft: those asked see it once it is announced.
joint-withdraw = Take back
joint-withdraw-of = Take back the offer to { $unit }
joint-withdrawn-done = Offer to { $unit } taken back
joint-offered-done = { $count ->
    [one] { $count } unit asked
   *[other] { $count } units asked
 }
joint-offered-some = Newly asked: { $count }. Asked before or taking part: { $names }
joint-invite-title = Invitation: { $title }
joint-invite-answer = Answer under “Joint sessions” and say who comes; without an account, reply with a head-count and a contact.
joint-session = Activity
joint-say = Answer
joint-say-for = { $unit } has no account: the host answers for it.
joint-say-yes = Take part
joint-say-no = Decline
joint-say-left = Leave
joint-say-over = The session was held, so there is nothing to answer. To add the unit, the host edits the activity's units.
joint-word-hint = Optional
joint-said-yes = Answered: takes part
joint-said-no = Answered: declined
joint-said-left = Left
joint-who = Who comes
joint-who-count = { $count } of { $of } people
joint-who-text = By default the whole group is due. If only some come, take out the others.
joint-who-do = Save people
joint-names-done = People saved
joint-guests-hint = People in no group: they enter the audience, never the people
joint-guests-of = { $count ->
    [one] { $count } guest
   *[other] { $count } guests
 }
joint-guests-do = Save guests
joint-guests-done = Guests saved
joint-contact = Contact
joint-contact-hint = Name, and an office phone if you like
joint-roll = Our list
joint-roll-nobody = The group has no members yet: add people of this unit below.
joint-roll-add = Add somebody of this unit by name
joint-roll-note = Kept is not handed in; what is handed in the host sees
joint-roll-held = The session is confirmed: what you hand in is booked at once for your unit, and for no other.
joint-hand-in = Hand in the list
joint-absent-do = Mark absent and hand in
joint-handed-in-done = List handed in, { $count } present
joint-handed-in-note = Handed in at { $at }; after a change hand it in again.
joint-others = Other units
joint-others-count = { $present } present of { $due } due
joint-roll-handed = Lists handed in:
joint-roll-missing = Lists missing:
joint-confirm-without = Confirm without the missing lists
joint-count-guests = Audience: those present and { $guests } guests
joint-home-answer = Answer: { $title }
joint-home-list = Hand in the list: { $title }

## Refused

joint-unknown = There is no offer { $id }, or it is not within your reach
joint-nobody = No unit was chosen: choose one, or press “All one level below”
joint-held = “{ $title }” was held: to change its units the host edits the activity
joint-said-nothing = No answer was chosen: press “Take part” or “Decline”
joint-word-long = The word is too long: at most { $most } letters
joint-contact-long = The contact is too long: at most { $most } letters
joint-guests-odd = { $stated } guests can't be right: between 0 and { $most }
joint-guests-first = { $unit } has not accepted: answer first, then enter guests
joint-names-nobody = Nobody was chosen: choose at least one; if nobody comes, press “Leave”
joint-names-strange = Somebody is not in the unit's group, nothing was saved: reload and choose again
joint-leave-held = { $unit } can't leave “{ $title }”: { $count } of its people are on its list as present ({ $names }). If that is wrong, correct the unit's own list and hand it in first
joint-leave-marked = { $unit } can't leave “{ $title }”: { $count } of its people are marked as present ({ $names }). If that is wrong, change the unit's own list first
joint-hand-in-ahead = The session is on { $day }: keep the list now and hand it in that day
joint-audience-below = The host entered an audience of { $stated }, but { $listed } are present, so nothing was booked: ask the host to change the audience first; your marks are kept
joint-roll-first = { $unit } has not accepted: answer first, then keep the list
joint-name-unknown = Nobody at this unit is called “{ $name }”: check the name, or enter the person under “People” first
joint-name-several = Several people at this unit are called “{ $name }”: check them under “People”
outside-name-odd = “{ $name }” can't be the name of an organisation: 2 to { $most } letters

## The log

log-joint-offered = asked { $count } units to join “{ $title }”
log-joint-withdrawn = took back the offer of “{ $title }” to { $unit }
log-joint-accepted = { $unit } takes part in “{ $title }”
log-joint-declined = { $unit } declined “{ $title }”
log-joint-left = { $unit } left “{ $title }”
log-joint-guests = changed the guests of { $unit } at “{ $title }”
log-joint-named = named the people of { $unit } for “{ $title }”
log-joint-handed-in = handed in the list of { $unit } for “{ $title }”
