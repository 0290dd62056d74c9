group-unknown = There is no group { $id }: find its id with groups list
group-age-limit = The age limit can't be { $limit }: give a number from 18 to 65
group-closed-before-opened = The group was opened on { $day }, its last day can't lie before: choose that day or a later one
group-changed = Changed group { $id }
