## Finding a unit

unit-unknown = There is no unit “{ $name }”: check the name or code, or add it to the tree first
unit-not-under = There is no unit “{ $name }” here: write its full name or code, or add it to the tree first
unit-missing = The unit is missing: fill it in
unit-several = “{ $name }” fits several units: write the full name or code
unit-fits-several = “{ $name }” fits several units ({ $count }), which one? Write the full name or code and it isn't asked again
unit-listed = { $name } { $code }
choice-unit = { $path }

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
