# The words that no single feature owns: the program, the kernel, the ledger, headings of lists.

## The program

failed = Not done, the program failed ({ $fault }): try again, and if it stays so, send this text to whoever maintains the system
not-permitted = Your account may not do this: ask an administrator for a role
changed-meanwhile = “{ $what }” was changed meanwhile, so nothing was saved: look at it as it stands now and change it again
data-not-a-folder = “{ $path }” is a file, not a folder: choose another data folder
data-folder = The data folder “{ $path }” can't be made ({ $fault }): check the path and the right to write there
database-busy = Others have been writing for a while, an import perhaps, so nothing was saved: try again in a few minutes
value-unfit = A value is too long, too large, or has a letter that can’t be stored, so nothing was saved: correct it and try again
decoders-busy = Others have files read at the moment, so yours was not: try again in a minute
decoding-too-long = Reading “{ $file }” takes too long, so it was given up: divide it, or save it anew with less in it
database-full = The server has no space left, so nothing was saved: ask whoever maintains it to free some, then try again
database-unreachable = The database { $where } can't be opened ({ $fault }): check the address, the rights and whether it is running
list-more = More rows: { $rest }. See them with --skip { $skip }

## Days and periods

day-unreadable = “{ $text }” is no date: write it like 2025-12-31, with a year from 1900 to 2100
period-reversed = The last day { $to } lies before the first day { $from }: change one of them

## The ledger

position-unknown = The ledger has no position { $position }: give a number from 0 to { $head }
unit-outside-books = Unit { $unit } is not in the tree of this period: choose another unit or another period
period-outside-books = { $from } to { $to } goes beyond the period that was opened: choose days within it
facet-unknown = The metric “{ $key }” has no condition “{ $facet }”: use one of { $allowed }
kind-name-invalid = “{ $kind }” can't be a kind of facts: name it with lower-case letters, digits, _ and a full stop
kind-not-own = The kind “{ $kind }” is not one of the federation's own: begin its name with { $prefix }
kind-taken = The kind “{ $kind }” comes with the program: choose another name
kind-changed = The kind “{ $kind }” has another nature or sensitivity than what was booked: give the changed one another name
kind-facet-invalid = The facet “{ $facet }” of the kind “{ $kind }” can't be used: name it and its values once each, with lower-case letters, digits and _
kind-facet-removed = The kind “{ $kind }” lacks the facet “{ $facet }”, which booked entries carry: leave it in
kind-facet-changed = The facet “{ $facet }” of the kind “{ $kind }” lost values or got another default: only add values, or add another facet
kind-default-missing = The facet “{ $facet }” is new in the kind “{ $kind }”: say which of its values older entries have
kind-default-unknown = “{ $value }” is no value of the facet “{ $facet }” of the kind “{ $kind }”: choose one of its values for older entries
metric-not-stored = The metric “{ $key }” can't be stored in the database: begin its key with { $prefix }
metric-unknown = There is no metric “{ $key }” (near it: { $near }): check the key
metric-version-unknown = Version { $version } of the metric “{ $key }” is not there, the database may be incomplete: restore it from a backup and try again
metric-key-odd = “{ $key }” can’t be the key of a metric: small letters, digits and underscores with dots between, such as own.joint
metric-not-in-database = The metric “{ $key }” was not defined here: one of the file is changed in metrics.toml
metric-twice = The metric “{ $key }” stands there twice: delete one or change its key
metric-unsound = The definition of the metric “{ $key }” doesn't hold ({ $fault }): mend it where it is written
metrics-unreadable = metrics.toml can't be read ({ $fault }): mend it and start again
seal-key-unreadable = The signing key in { $file } can't be used ({ $fault }): check the rights on it; if it is damaged, restore it from a backup
seal-hole = Ledger positions { $from }—{ $to } have a gap and were not sealed: find it with verify

## verify

verify-clean = Nothing was altered. Sealed blocks: { $blocks }; positions sealed: { $sealed }, not sealed yet: { $unsealed }
verify-faults =
    Alterations found: { $faults }. Sealed blocks: { $blocks }; positions sealed: { $sealed }, not sealed yet: { $unsealed }
    Keep the database as it is now, then compare the positions above with a backup
verify-chain = Block { $block } (ledger positions { $from }—{ $to }) doesn't follow the one before it
verify-key = The public key of block { $block } (ledger positions { $from }—{ $to }) is not in seal.pub
verify-signature = Block { $block } (ledger positions { $from }—{ $to }) was altered itself: its signature doesn't fit
verify-missing = Block { $block } (ledger positions { $from }—{ $to }) lacks { $positions }
verify-root = What stands in block { $block } (ledger positions { $from }—{ $to }) was altered: its root doesn't fit
verify-hole = After the last block these ledger positions are missing: { $positions }
verify-head = The ledger says it ends at position { $head }, its entries say otherwise

## reconcile

reconcile-clean = Records and ledger agree. Records compared: { $records }; ledger entries: { $entries }
reconcile-faults =
    Differences between records and ledger: { $faults }. Records compared: { $records }; ledger entries: { $entries }
    Run verify to see whether the ledger was altered, then send the lines above to whoever maintains the system
reconcile-differs = Record { $record }: entries too many { $surplus }, missing { $missing }
reconcile-orphan = Record { $record } is no longer there: entries left { $surplus }
reconcile-strange = Record { $record }: entries of no known kind { $surplus }

## demo

demo-made = The demo is there. Units: { $units }; people: { $people }; activities: { $activities }; attendances: { $attendances }; seconds: { $seconds }
demo-kept = The demo of { $day } (seed { $seed }) is there and stays as it is. Units: { $units }; people: { $people }; activities: { $activities }; attendances: { $attendances }
demo-not-empty = { $where } holds units already, so no demo is made there: take an empty data folder; if it is a demo that was not finished, remove that folder first
demo-account = account { $name }, password { $password } ({ $role })

## doctor

doctor-database = Database in order: { $database }, { $where }, ledger position { $position }
doctor-database-broken = The database file is broken: { $where }. Stop writing, keep it as it is, and restore a backup. SQLite says:
doctor-key = Signing key in order: public key { $key }…
doctor-key-open = “{ $path }” has the mode { $mode }, so that others can read or replace the key: make it your own (chmod 600 for the key, 700 for the folder)
doctor-fonts = All fonts are there

## Headings of lists

col-age-limit = age limit
col-aliases = other names
col-audience = audience
col-birth = born
col-brand = brand
col-closed = last day
col-code = code
col-day = day
col-definition = definition
col-duty = duty
col-staff-no = staff number
col-education = education
col-entries = ledger positions
col-facets = conditions
col-file = file
col-from = from
col-id = id
col-issued = issued at
col-key = key
col-kind = kind
col-least = sessions a month at the least
col-level = level
col-linkage = linkage
col-made-up = made up on
col-measure = unit of measure
col-name = name
col-parent = under
col-party = party status
col-person = name
col-phone = phone
col-pillar = pillar
col-place = place
col-position = ledger position
col-present = present
col-quantity = quantity
col-recorded = imported at
col-refused = refused
col-repeated = repeated
col-sex = sex
col-since = since
col-state = state
col-status = attendance
col-taken = taken
col-title = title
col-to = to
col-type = type
col-undone = undone at
col-unit = unit

# What stored values are called in lists.
sex-female = female
sex-male = male
party-member = party member
party-probationary = probationary party member
party-league = League member
party-other = other party or none
party-masses = no party
level-province = province
level-city = city
level-district = district
level-street = street
level-community = community
level-outside = outside
kind-units = tree
kind-roster = roster
kind-activities = activity register
linkage-none = not joint
linkage-vertical = vertical
linkage-horizontal = horizontal
linkage-both = both
verify-cut = The ledger was sealed up to position { $position }, but the seals no longer say so: seals were removed or changed; restore a backup
verify-head-unreadable = “{ $file }” can’t be read ({ $fault }), so whether seals were cut off can’t be told, and nothing is sealed: put the file back from a copy; without one, run verify, and if it finds nothing else delete the file, and the next seal writes it anew

## serve, accounts

serving = Qinglan serves at { $address }, Ctrl+C stops it
serving-already = Qinglan already serves “{ $path }”: stop that server first, or name another data folder
account-told =
    Account { $name }, first password { $password }
    Shown this once; to be changed at the first sign-in
