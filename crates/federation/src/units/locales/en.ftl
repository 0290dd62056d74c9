## Finding a unit

unit-unknown = There is no unit “{ $name }”: check the name or code, or add it to the tree first
unit-not-under = There is no unit “{ $name }” here: write its full name or code, or add it to the tree first
unit-missing = The unit is missing: fill it in
unit-several = “{ $name }” fits several units: write the full name or code
unit-fits-several = “{ $name }” fits several units ({ $count }), which one? Write the full name or code and it isn't asked again
unit-listed = { $name } { $code }
choice-unit = { $path }
unit-in-title = The title says “{ $title }”, and the row has no unit: which unit does it belong to?
unit-line-unknown = Above stands a line “{ $line }”, which is no unit here: which unit do the rows under it belong to? Where they are divided by unit, write its full name and import again
unit-not-here = “{ $text }” under “{ $column }” is no unit here: which unit does the row belong to?
unit-two-in-cell = “{ $text }” are two units: write one to a row
line-unclear = This row holds “{ $text }” alone, which is no record and no unit here: delete it if it is a remark, write the full name if it is a unit

## What is done with units

unit-without-name = The unit's name can't be used: write 1 to 200 characters
level-unknown = There is no level “{ $level }”: use one of { $known }
unit-close-children = Units stand under “{ $name }”, so it can't be closed: move or close these first
unit-loop = On { $day } “{ $parent }” is “{ $name }” itself or stands under it, so it can't go there: choose another unit above
unit-added = Added a unit, id { $id }
unit-renamed = Renamed unit { $id }
unit-moved = Moved unit { $id }
unit-closed = Closed unit { $id }
unit-merged = Merged unit { $id } into the other

## A tree from a file

tree-header = The first line of “{ $file }” lacks these columns: { $missing }. Add them and import again
tree-wide = “{ $file }” has a column for each level or indents its units, without codes: write one unit to a row as in the template, with code, name, level and the code of the unit above, and import that
tree-line = Line { $line } of “{ $file }” can't be read: check its commas, quotes and encoding
tree-no-code = The code is missing: fill it in
tree-odd-code = The code “{ $code }” can't be used: write letters and digits only, 32 at most
tree-code-twice = The code { $code } stands in row { $row } too, with other content: keep one row, or change the code
tree-no-parent = There is no unit with the code { $parent } to stand under: check the code, or add that unit first
tree-parent-refused = The row of the unit above, { $parent }, is refused: mend that row first
tree-loop = Upwards from the code { $code } the rows lead back to it: change parent_code
tree-other-level = The code { $code } belongs to a unit of the level { $level }: make the level agree, or change the code
tree-other-name = The unit with the code { $code } is called “{ $old }”, in the file “{ $new }”: rename it?
tree-rename = Rename it to “{ $new }”
tree-unit-closed = The unit with code { $code } was closed by { $last }: use another code, or take the line out of the file
tree-other-parent = The unit with code { $code } doesn't stand under { $parent } now: keep where it stands, or move it
tree-move = move it as the file says
outside-with-parent = The outside organisation "{ $name }" stands beside the tree: leave out what it would stand under
unit-code-taken = The code { $code } is in use: choose another
unit-closed-already = “{ $name }” is closed or merged already
unit-no-parent = “{ $name }” can’t have units under it on { $day }: it stands outside the tree or is closed

## Pages

units-count = { $count } units
units-tree = Tree of units
units-search = Name, pinyin, code
units-hits = { $count } found
unit-add = New unit
unit-add-under = New unit under “{ $name }”
unit-name = Name
unit-level = Level
unit-code = Code
unit-code-hint = May stay empty
unit-under = Under it
unit-below = { $count } directly under it
unit-parent = Under which unit
unit-survivor = Into which unit
unit-from = From
unit-last-day = Last day
unit-not = Don't
unit-rename = Rename
unit-rename-ask = Rename “{ $name }”?
unit-rename-text = The former name is kept; issued reports stay.
unit-move = Move
unit-move-ask = Where does “{ $name }” move?
unit-move-text = { $under } units under it, { $groups } groups and { $members } members move along; figures of earlier periods keep their tree.
unit-merge = Merge
unit-merge-ask = Merge “{ $name }” into another unit?
unit-merge-text = { $under } units under it come along; the records of { $groups } groups and { $members } members stay where they are and count to the survivor too from that day on. A merger can't be taken back.
unit-close = Close
unit-close-ask = Close “{ $name }”?
unit-close-text = Nothing can be recorded for it after the last day; { $groups } groups end with it.
unit-closed-state = closed
unit-closed-on = until { $day }
unit-pick = Type a unit's name and choose it from the list
unit-entered-done = Unit added
unit-renamed-done = Renamed
unit-moved-done = Moved
unit-merged-done = Merged
unit-closed-done = Closed
unit-choose-line = The unit that home, lists and reports begin with
unit-choose-this = Take this one
unit-choose-other = Another unit
metric-members = Members
metric-occasions = Activities this year
metric-person-times = Attendances this year
metric-coverage = Coverage this year
log-unit-entered = added the unit “{ $name }”
log-unit-renamed = renamed the unit “{ $name }”
log-unit-moved = moved the unit “{ $name }”
log-unit-closed = closed the unit “{ $name }”
log-unit-merged = merged the unit “{ $name }”
metric-groups = Groups
unit-own-groups = Groups of this unit
unit-close-first = There are { $under } units under it and { $members } members: move them first, then close it.
unit-history = History
unit-always = always
unit-was-called = renamed, was called “{ $name }”
unit-was-placed = placed under “{ $name }”
unit-was-under = under “{ $name }”
unit-was-top = without a unit above
unit-was-merged = merged into “{ $name }”
unit-took = “{ $name }” merged into this
unit-was-closed = closed, this was the last day
settings-levels = Levels of units
settings-levels-line = Names of the levels; a bare “city office” or “district office” goes by these words
level-saved = Level “{ $name }” saved
level-label = A level has a Chinese and an English name: fill them in
