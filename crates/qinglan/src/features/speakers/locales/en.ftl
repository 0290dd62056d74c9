# Speakers.

speaker-unknown = There is no speaker { $id }
speaker-name-odd = “{ $name }” can't be a speaker's name: 2 to 100 letters
speaker-field-unknown = No field was chosen: choose one
speaker-level-unknown = It isn't said who the speaker is: choose one
speaker-text-long = { $field ->
    [organisation] Organisation and post
    [theme] The theme
   *[other] The note
 } too long: at most { $most } letters
log-speaker-entered = entered a speaker
log-speaker-changed = changed a speaker
