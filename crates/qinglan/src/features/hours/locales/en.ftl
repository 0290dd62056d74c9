learning-hours-unreadable = Learning hours “{ $text }” can’t be read: a number with one decimal at the most, such as 1.5
hours-odd = { $said } learning hours are odd: they lie between 0 and { $most }
field-hours = Learning hours
field-hours-hint = Left empty they follow from the times
nav-hours = Learning hours
hours-number = No.
hours-session = Sessions
hours-external = Online
hours-reading = Materials
hours-note = Notes
hours-search = Name
hours-below = Fewer than (hours)
hours-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
 }
hours-none = No learning hours yet
hours-none-text = Once a session is entered and its list confirmed, those who were there have hours
hours-none-found = Nobody fits
hours-what = What
hours-source = Source
hours-person-none = No learning hours in this period
