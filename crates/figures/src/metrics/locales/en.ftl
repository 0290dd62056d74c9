metric-not-own = The key of the own metric “{ $key }” has to begin with own.: mend it in metrics.toml
facet-value-unknown = The condition “{ $facet }” has no “{ $text }”: use one of { $allowed }
no-data = no data
metric-shown =
    { $name } ({ $measure }): { $value }
    Unit: { $unit }{ $itself ->
        [yes] {" "}itself, without what is under it
       *[no] {" "}and all under it
    }
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
metric-previous = Period before ({ $from } to { $to }): { $value }
metric-previous-none = There is no period before
mean-both = { $sum } ÷ { $over }
rate-both = { $part } of { $whole }
unit-none-yet = There is no unit to look at yet: import units first, or ask an administrator for a role
figure-none = No data: nothing of this kind was ever recorded for this unit
figure-none-short = no data
figure-whence = Where this figure comes from
figure-unit = Unit
figure-at-and-under = { $unit } and all under it
figure-itself = { $unit } itself, without what is under it
figure-itself-show = The unit itself
figure-whole-show = With all under it
figure-before = Period before
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
metrics-own = Own metrics
metrics-own-line = Made by choosing, with the value and its rows in sight
metrics-own-count = What is counted
metrics-own-kind = Of what
metrics-own-choose = Choose
metrics-own-measure = How
metrics-own-more = Count other things together with it
metrics-own-more-text = Only what can be counted together is listed. Conditions are those that all of them have; tick, then press “Show the value”.
metrics-own-measure-hint = Choose of what, and press “Show the value”: then there are some to choose from
metrics-own-each = At least so much
metrics-own-each-none = No limit
metrics-own-each-unit = Each unit at least
metrics-own-each-person = Each person at least
metrics-own-least = At least
metrics-own-over = Divided by (a rate or a mean)
metrics-own-over-none = By nothing
metrics-own-mean = It is a mean
metrics-own-mean-hint = Otherwise it is a rate in per cent
metrics-own-look = Show the value
metrics-own-rows = { $count } rows in all
metrics-own-words = Its name and its definition
metrics-own-name = Name
metrics-own-code = Key
metrics-own-code-hint = Small letters, digits, underscores; own. is put before it
metrics-own-unit-hint = Such as 场, 人, 个, %
metrics-own-proposed = It could say: { $text }
metrics-own-english = Name and definition in English
metrics-own-save = Save
metrics-own-leave = Don't save
metrics-own-mine = Own metrics there are
metrics-own-version = version { $version }
metrics-own-retire = Take back
metrics-own-none = None yet
metric-proposed = { $count }.
metric-proposed-rate = { $count } as a share of { $over }.
metric-proposed-mean = { $count } divided by { $over }.
metric-proposed-part = { $measure } of “{ $kind }”
metric-proposed-where = { " " }({ $conditions })
metric-proposed-each-unit = , only of units with at least { $least }
metric-proposed-each-person = , only of people with at least { $least }
metric-defined-done = Saved; reports and figures can use it at once
metric-retired-done = Taken back; issued reports can still be checked
metric-kinds-differ = “{ $kind }” can’t be counted together with what was chosen: one happens on a day, the other lasts
metric-kinds-units = The quantities of what was chosen have different units and can’t be added: define a metric for each
metric-kind-gone = There is no kind “{ $kind }” to count: choose again
metric-kind-missing = Choose first what is counted
metric-threshold-odd = At least so much: a number from 1
metric-label-missing = { $field ->
    [name] Write a name
    [unit] Write the unit of measure
   *[definition] Write the definition
    }
metric-label-long = { $field ->
    [name] The name
    [unit] The unit of measure
   *[definition] The definition
    } is too long: at most { $most } characters
metric-never-true = No value of the condition “{ $facet }” can ever hold, so that the figure is always zero: choose again
metric-of-file = The metric “{ $key }” stands in metrics.toml: change it there
log-metric-defined = Defined the metric { $key }
log-metric-retired = Took back the metric { $key }
counted-occasions = occasions (records)
counted-person-times = person-times (entries)
counted-persons = people, each once
counted-units = units
counted-sum = the sum
counted-records-during = how many there were in the period
counted-records-at = how many there are at its end
counted-persons-during = people during the period
counted-persons-at = people at its end
counted-units-during = units during the period
counted-units-at = units at its end
facet-level = Level
facet-pillar = Pillar
facet-type = Type of session
facet-linkage = Linkage
facet-levels = Levels taking part
facet-part = Part
facet-status = Attendance
facet-party = Party
facet-youth = Youth
facet-theme = theme
facet-field = field
facet-education = Education
facet-rank = Rank
facet-appointment = Kind of posting
facet-sex = Sex
facet-step = Step of a note
facet-source = Source of hours
facet-measure = What was earned
facet-platform = Platform
facet-material = Material
facet-required = Required
facet-demand = Demand
facet-opener = Opened by
facet-owed = What is owed
facet-outcome = Outcome
facet-in-time = In time
metrics-defined = Defined: { $keys }
counted-person-days = days of people
facet-group = Title group
facet-recipient = Recipient
facet-volunteered = Volunteered
facet-member = In a group
facet-brand = Has a brand
facet-shared = Shared
metric-measure-odd = This can’t be counted so: press “Show the value”, then choose how
metric-condition-odd = The condition “{ $facet }” is not one of what is chosen: press “Show the value”, then choose conditions
metric-over-sum = A sum can’t be what is divided by: choose people, units or occasions
metric-not-by-page = “{ $key }” was defined by a file and can’t be changed here: export it and change the file
