group-unknown = There is no group { $id }, or it has ended by that day: check with groups list
group-without-name = The group has no name: give it one
group-age-limit = The age limit can't be { $limit }: give a number from 18 to 65
group-closed-before-opened = The group was opened on { $day }, its last day can't lie before: choose that day or a later one
group-opened = Opened a group, id { $id }
group-changed = Changed group { $id }
group-has-members = "{ $name }" has members after that day: enter their transfer or leaving first
