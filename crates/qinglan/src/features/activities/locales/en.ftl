## States

state-draft = draft
state-announced = announced
state-held = held
state-closed = closed
state-void = void

## A row of a register, or an activity entered by hand

activity-without-title = The activity has no title: fill it in
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
choice-without-them = Take the row without { $names }
name-fits-several = “{ $name }” fits several people ({ $count }), which one?
choice-person = { $name } ({ $path })
activity-same-key = On { $day } there is a “{ $title }” of the same host and type, but something else differs: is it the same activity?
activity-another = It is another activity, take the row

## What is done with activities

activity-unknown = There is no activity { $id }: find its id with activities list
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
held-ahead = “{ $title }” lies ahead, on { $day }, and can’t be held yet: correct the date, or enter it as announced
audience-odd = The head-count { $stated } is odd: it lies between 0 and { $most }
