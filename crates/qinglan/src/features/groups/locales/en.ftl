group-unknown = There is no group { $id }, or it has ended by that day: check with groups list
group-without-name = The group has no name: give it one
group-age-limit = The age limit can't be { $limit }: give a number from 18 to 65
group-closed-before-opened = The group was opened on { $day }, its last day can't lie before: choose that day or a later one
group-opened = Opened a group, id { $id }
group-changed = Changed group { $id }
group-has-members = "{ $name }" has members after that day: enter their transfer or leaving first

## Pages

groups-line = Study groups
groups-register = Study groups
groups-search = Group, brand, unit
groups-open = open
groups-closed = closed
groups-none = No groups yet
groups-none-text = A unit's first member opens its default group.
groups-none-found = No group fits
group-new = New group
group-name = Name
group-brand = Brand
group-members = Members
group-empty = No members yet
group-rules = Rules
group-age-hint = A change confirms { $count } members anew
group-close-hint = Filled in, the group ends after that day; move its members first
group-save = Save
group-saved = Group saved
group-opened-done = Group opened
log-group-opened-by = opened the group “{ $name }”
log-group-changed-by = changed the group “{ $name }”
