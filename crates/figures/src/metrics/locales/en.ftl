metric-not-own = The key of the own metric “{ $key }” has to begin with own.: mend it in metrics.toml
facet-value-unknown = The condition “{ $facet }” has no “{ $text }”: use one of { $allowed }
no-data = no data
metric-shown =
    { $name } ({ $measure }): { $value }
    Unit: { $unit } and all under it
    Period: { $from } to { $to }
    Ledger position: { $position }
    Definition: { $definition }

## Pages

metric = Metric
metric-value = Value
metric-measure = Unit of measure
metric-definition = Definition
metric-rows = Rows
metrics-search = Name, definition
metrics-unit = Unit
metrics-none = No metric fits
metrics-of-groups = Groups
metrics-of-people = People
metrics-of-activities = Activities
metrics-of-external = Online learning
metrics-of-growth = Honours and practice
metrics-of-own = The federation's own
rate-both = { $part } of { $whole }
unit-none-yet = There is no unit to look at yet: import units first, or ask an administrator for a role
figure-none = No data: nothing of this kind was ever recorded for this unit
figure-none-short = no data
figure-whence = Where this figure comes from
figure-unit = Unit
figure-at-and-under = { $unit } and all under it
figure-tree-today = by today's tree
figure-tree-today-show = By today's tree
figure-tree-period-show = By the period's tree
figure-position = Ledger position
figure-entry = entry { $position }
figure-seal = Seal
figure-block = block { $number }
figure-unsealed = not sealed yet, within an hour
figure-masked = Your account doesn't see names: each person shows as “one person”
one-person = one person
drift-then-now = { $before } when issued, { $after } now
drift-made-of = { $added } entries added, { $reversed } reversed
rows = Rows
rows-of-figure = The { $count } rows of this figure
rows-of-part = The { $count } rows of the part
rows-of-whole = The { $count } rows of the whole
rows-sum = sum { $sum }
rows-none = No rows: the figure is 0
rows-number = No.
rows-day = Day
rows-unit = Unit
rows-person = Person
rows-record = Record
rows-quantity = Quantity
rows-positions = Entries
rows-half = Part or whole
rows-part = part
rows-whole = whole
rows-entries = { $count } in all
rows-and-more = { $title } and others, { $records } in all
rows-all = All rows
rows-next = Next
rows-order = in the ledger's order
figure-both = { $value } ({ $both })
metrics-of-learning = Learning and hours
metric-withheld = withheld
rows-withheld = For numbers by sex, party membership or youth, accounts that see no names are not shown the rows behind them, nor a number that would single out one or two people.
