# The pages of speakers, ratings, lecture tours.

nav-speakers = Lectures
speakers-tab = Speakers
nav-tours = Tours
speaker-new = New speaker
speaker-edit = Edit speaker
speaker-save = Save
speaker-saved = Speaker saved
speakers-search = Name, organisation
speakers-active = In use
speakers-retired = Retired
speakers-none = No speakers yet
speakers-none-text = Enter those you often ask: a new activity then takes them with one choice, and their sessions add up.
speakers-none-found = No speaker fits
speaker-name = Name
speaker-field = Field
speaker-field-any = All fields
speaker-field-theory = Theory
speaker-field-policy = Policy
speaker-field-writing = Official writing
speaker-field-digital = Digital skills
speaker-field-law = Law
speaker-field-practice = Grass-roots practice
speaker-field-other = Other
speaker-level = Who they are
speaker-level-any = All
speaker-level-expert = Expert from outside
speaker-level-federation = Staff of the federation
speaker-level-model = Model worker
speaker-level-youth = Young lecturer
speaker-level-other = Other
speaker-organisation = Organisation and post
speaker-organisation-hint = Such as: Party school, teacher
speaker-person = Person of the federation
speaker-person-hint = Choose if it is one of ours; optional
speaker-unit = Kept by
speaker-unit-hint = This unit keeps the entry; every unit may ask the speaker
speaker-sessions = Sessions
speaker-past = Past sessions
speaker-past-count = { $count } in all, { $seen } that you can see
speaker-past-none = No session that you can see yet: choose the speaker on an activity, and once it is held it stands here.
speaker-heads = Heads
speaker-retire = Retire
speaker-again = Use again
speaker-retired-done = Retired; past sessions stay
speaker-again-done = In use again
speaker-choose = From the register of speakers
speaker-choose-hint = The session is added to theirs; if the speakers' field is empty, their names are printed
speaker-drop = Take out this speaker
speaker-entry = Sessions of { $name }
rating = Rating
rating-of = { $stars } of 5 ({ $count } ratings)
rating-few = Shown from 3 ratings on
rating-own = Rate { $name }
rating-stars = { $count } of 5
rating-word = A short word
rating-hint = Shown without names: the average from 3 ratings on, the word to the host alone
rating-do = Rate
rating-done = Rating kept; you can change it for 7 days
rating-given = You gave { $count } of 5; it can't be changed any more.
tour-new = New tour
tour-new-text = One speaker, many places: fill this in first, then add the stops, a line each.
tour-edit = The tour
tour-save = Save
tour-saved = Tour saved
tour-title-field = Title
tour-theme = Theme
tour-speaker = Speaker
tour-unit = Sent round by
tour-from = From
tour-to = To
tour-days-field = Days
tour-stops = Stops
tour-held = Held
tour-held-of = { $held } / { $stops }
tour-totals = { $occasions } held, audience { $audience }
tour-stops-none = No stops yet: write one a line below.
tour-stops-add = Add stops
tour-stops-lines = One stop a line
tour-stops-hint = Such as: 12月3日 14:00 古沟街道 在三楼会议室
tour-stops-do = Add
tour-stops-done = { $count ->
    [one] { $count } stop added
   *[other] { $count } stops added
 }
tour-stops-refused = { $count ->
    [one] { $count } line was not added; mend it and add it again:
   *[other] { $count } lines were not added; mend them and add them again:
 }
tour-ended-box = Ended
tour-ended-hint = No stop can be added to a tour that has ended
tours-search = Title, theme, speaker
tours-open = Under way
tours-ended = Ended
tours-none = No tours yet
tours-none-text = Where one speaker goes to many places, enter a tour.
tours-none-found = No tour fits

## Refused

rating-odd = No rating was chosen: choose 1 to 5
rating-word-long = The word is too long: at most { $most } letters
rating-over = It is too late to rate: within 30 days of the session, and to be changed within 7 days of that
tour-unknown = There is no tour { $id }, or it is not within your reach
tour-title = A tour needs a title of at most { $most } letters
tour-days = The last day comes before the first: correct one
tour-ended = The tour “{ $title }” has ended: untick “Ended” to add stops
tour-speaker-unknown = No speaker, or several, are called “{ $name }”: choose from the list, or enter the speaker first
tour-stop-day = No day was recognised: begin with one, such as 12月3日
tour-stop-unclear = “{ $text }” is unclear, or not needed for a stop: write it clearly, or leave it out
tour-stop-outside = { $day } lies outside the tour ({ $from } — { $to }): change the day, or the tour's days
tour-stop-unit = No unit was written: write the one that hosts
tour-stop-strange = { $unit } is not within your reach: let it enter the session itself, or write another unit

## The log

log-tour-entered = entered the tour “{ $title }”
log-tour-changed = changed the tour “{ $title }”
log-tour-stops = added { $count } stops to the tour “{ $title }”
