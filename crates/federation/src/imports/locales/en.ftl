## The file

file-unreadable = “{ $file }” can't be opened ({ $fault }): check the path and the right to read it
file-too-large = “{ $file }” has about { $size } MB, the limit is { $limit } MB: divide it and import the parts
file-too-full = “{ $file }” holds more than can be read at once, about { $limit } MB of cells and texts: divide it and import the parts
file-locked = “{ $file }” has a password: remove it and import again
file-empty = “{ $file }” is empty: choose another file
file-not-a-spreadsheet = “{ $file }” is no spreadsheet: save it as XLSX, XLS, ODS or CSV, or the table of a Word document as DOCX, and import that
file-web-page = “{ $file }” is really a web page, as many systems export one with the ending .xls: open it in WPS or Excel, save it as XLSX and import that
file-xml-2003 = “{ $file }” is really an XML spreadsheet of 2003, whatever its ending says: open it in WPS or Excel, save it as XLSX and import that
file-xlsb = “{ $file }” is a binary workbook (XLSB): open it in Excel, save it as XLSX and import that
file-pdf = “{ $file }” is a PDF, no spreadsheet: find the spreadsheet that it was made from, save it as XLSX and import that
file-old-word = “{ $file }” is a Word document of an old format (.doc, RTF or the like): open it in WPS or Word, save it as DOCX and import that
file-word-no-table = “{ $file }” is a Word document without a table: put its content into one (minutes may also have a line for each thing, such as 会议时间：2025年5月8日), save it as DOCX and import that
file-broken = “{ $file }” can't be read through ({ $fault }): take a sound copy, or divide it if it is too large
file-open-quote = A quotation mark in line { $line } of “{ $file }” is not closed, so that the rows behind it would become one cell: close or remove it, or save as XLSX, and import again
table-no-header = “{ $file }” has no header row: these columns are missing: { $missing }. The row that looks most like one has: { $found }. Add the headings; for other headings use --map HEADING=FIELD, or choose the columns on the page
table-column-twice = The heading “{ $heading }” of “{ $file }” stands twice, in columns { $first } and { $second }: change one and import again
table-column-not-put = No column is chosen for: { $missing }. Choose below, then read it so
table-no-heading = There is no heading “{ $heading }”; the header row has: { $known }. Write the heading as it stands there, or the letters of the column
table-is-form = Sheet “{ $sheet }” looks like a form with labels beside values: in row { $row } the label “{ $label }” stands where a value is expected. A roster or register needs one row each under a row of headings: fill in the template and import that
files-one-only = A tree of units is one file: choose one
files-too-many = { $count } files were chosen, at most { $most } are imported at once: divide them
files-too-full = Together these files have more than { $most } cells: import them in parts
table-no-sheet = “{ $file }” has no sheet “{ $sheet }”; it has: { $known }
table-no-rows = The sheet “{ $sheet }” of “{ $file }” has nothing under its header in row { $row }: fill it in and import again

## A cell

cell-error = The formula in “{ $column }” fails ({ $text }): mend it, or type the value
cell-uncalculated = “{ $column }” holds a formula that was never calculated, the file lacks its result: open it in WPS or Excel, save it once and import it again
cell-too-long = “{ $column }” has { $length } characters, at most { $most } fit: shorten it
date-missing = “{ $column }” is empty: fill in the date
date-no-such-day = “{ $text }” in “{ $column }” is in no calendar: correct the date
date-out-of-range = The year of “{ $text }” in “{ $column }” is not from 1900 to 2100: correct the year
date-no-year = “{ $text }” in “{ $column }” has no year: add it, or say with the import which year it is
years-disagree = The title or the sheet says { $said }, the import says { $chosen }, and the date has no year: write the date with its year, or make both the same
years-several = Title, name of the sheet and the year of the import disagree ({ $years }): make them the same, or import the table of each year by itself
date-unreadable = “{ $text }” in “{ $column }” is no date: write it like 2025-12-31, a month of birth like 1993.12

## A row

row-asks = Row { $row } “{ $label }”
in-sheet = Sheet “{ $sheet }”
choice-refuse = Refuse this row
keep-as-is = Keep what is there
row-unanswered = A question was not answered: answer it while importing, or write the row so that none is asked

## The import

sheets-unread = Sheets that were not read: { $sheets }. To take one, name it with --sheet; to take all, use --all-sheets
columns-unread = Columns that were not read: { $columns }. To read one, use --map HEADING=FIELD
rows-hidden = Hidden in the file, and read like the others: rows { $rows }
rows-left-out = Totals, signatures and repeated headers were left out, in rows: { $rows }
field-unknown = There is no field “{ $field }”; there are: { $known }
import-wants-year = Neither the title nor the sheet says a year, so it isn't known from 1 January of which year on these people count: fill in the year on the page, or give it with --year
import-wants-unit = The unit that the file is for is missing: give it with --unit
import-verdicts = Rows read { $read }: taken { $taken }, repeated { $repeated }, refused { $refused }
import-refused-row = Row { $row }: { $reason }
import-more-refused = Refused rows not listed here: { $count }. See all with --json
import-confirm = Take the rows ({ $taken })?
import-taken = Rows taken: { $taken }, as import { $id }. To undo it as a whole: import undo { $id }
import-not-taken = Nothing was taken. To take the rows, add --yes
import-changed-meanwhile = Something changed since the rows were judged and the verdicts differ, so nothing was taken: import again
refused-file = The refused rows are in { $file }: mend them and import that file
refused-heading = reason for refusal

## Undoing

import-unknown = There is no import { $id }: find its id with imports list
import-going-on = Import { $id } is still being taken: undo it once it is complete
import-other-going-on = Another import is still being taken, or was just interrupted: take this one in two minutes
import-left-in-part = Taking broke off, and records or changes since stand on the rows that were taken, so they could not be undone: deal with these on the page of import { $id }, undo it, and take the rows again
import-undone-already = Import { $id } was undone already, at { $at }
import-stood-on = Records or changes since import { $id } stand on it, so it can't be undone as a whole: deal with these first
import-undone = Undid import { $id } ({ $file })
file-unwritable = { $file } can’t be written ({ $fault }): choose another path
import-nothing = There was nothing to take

## Pages

log-import-taken-by = imported “{ $file }”, { $rows } rows
log-import-broken-off-by = undid what was taken of the import “{ $file }”, which broke off
log-import-undone-by = undid the import “{ $file }”
imports-line = Files are judged before they are taken, and can be undone as a whole
imports-none = Nothing imported yet
imports-none-text = First the units, then the roster, then the activities.
imports-open = Files not taken yet
import-new = Import a file
import-held = “{ $file }” is here already; another file takes its place
import-following = Next:
import-following-kind = import { $kind }
import-again-file = Judge this file again
import-again-done = The file is open again: change the year, units or columns, look through it and take it
import-file-gone = The file is no longer there, or was opened again before: import it anew
import-new-line = See what becomes of every row; nothing is written before you confirm
import-go-on = Go on
import-file = File
import-kind = Content
import-kind-units = Units
import-unit-hint = Units of the file stand under it; not needed for a units file
import-year = Year of dates without one
import-year-set = Go by this year
import-year-odd = The year { $year } can't be used: write one from 1900 to 2100
import-year-hint = Left empty, the year of the title
import-drop = XLSX, XLS, ODS, CSV, or DOCX of Word; may be dropped here
import-look = See what becomes of it
import-templates = Template files
import-read = { $count } rows read
import-rows = Row by row
import-nothing-yet = Nothing is written before you confirm; it can be undone as a whole
import-verdict = Verdict
import-row = Row
import-label = About
import-read-as = Understood as
import-who = Recognised
import-days = { $from } to { $to }
import-people = { $part }, { $count } people: { $names }
import-unit-above = Under: { $unit }
import-unit-is = Unit: { $unit }
import-unit-by-hand = chosen by hand
import-unit-other = Another unit
import-unit-row = Row { $row }: Another unit
import-unit-set = Use this unit
import-unit-undo = Go by the file again
import-unit-kept = Row { $row } has another unit and was judged anew
import-unit-undone = Row { $row } goes by the file's unit again
import-why = Why
import-alike = { $count } more rows alike
import-texts-more = { $some } and others, { $count } in all
import-cause = { $count } rows don't fit, because:
import-together = Several rows ask the same and can be answered at once
import-together-rows = { $count } rows:
import-answer = Answer
import-unanswered = Rows without an answer are not taken; import them again later
import-take = Take { $count } rows
import-refused-download = Download the { $count } rows not taken
import-drop-work = Don't import
import-dropped = File dropped
import-taken-done = { $rows } rows taken
import-taken-state = taken
import-undone-state = undone
import-taking-state = being taken
import-broken-off-state = broken off
import-going-on-text = The rows are taken in parts; the import can be undone once it is complete. If it is interrupted, it is undone within minutes.
import-broken-off-text = Taking was interrupted, and only some rows were taken; records or changes since stand on them, so they could not be undone. Undo the import: what stands in the way is listed. Then import the file again.
import-undo = Undo
import-undo-ask = Undo “{ $file }”?
import-undo-text = All { $count } rows are voided and figures corrected; what was changed since stands in the way and is listed.
import-undo-not = Don't undo
import-undo-do = Undo { $count } rows
import-undone-done = Undone
import-reason = Why not taken
import-refused-name = { $file }-not-taken.xlsx
answers-kept = { $count } rows answered
answers-late = The question of { $late } rows is another by now, so these answers don't count; { $count } rows do
answers-none = No answer was chosen
answers-between = Other answers came between, these were not kept: answer again
answers-withdrawn = Answers of row { $row } taken back
import-again = Answer anew
import-again-row = Answer row { $row } anew
import-all-rows = All
import-no-rows = No such rows
import-judging = Judging the rows
import-taking = Taking the rows, which are judged once more first
import-writing = Writing to the ledger
import-rows-done = { $done } of { $all } rows
import-leave = You may leave and come back
import-judged-anew = The file was just read or answered otherwise and is judged anew: open it again
import-interrupted = Taking was interrupted; what was taken is undone within minutes: take the rows again in two minutes
import-broke-off = Taking broke off, and nothing was written: take the rows again; if that fails too, ask an administrator
import-taken-already = This file was taken before, and not again: see the list of imports
file-missing = Choose a file
verdict-take = Taken
verdict-repeated = Repeated
verdict-refused = Refused
verdict-ask = Asked

## Sheet and columns

layout-title = Columns read
layout-sheet = Sheet “{ $sheet }”
layout-header = Header in row { $row }
layout-no-header = No header
layout-put = { $count } fields found
layout-made = People down, days or months across: read by columns
layout-left-out = { $count } rows of totals and signatures left out
layout-other-sheets = More sheets not read: { $sheets }
layout-open = Look or change
layout-sheet-label = Sheet
layout-header-label = Row of the header
layout-header-hint = 0 if there is none
layout-field = Field
layout-column = Read from
layout-sample = First values
layout-none = Not read
layout-unread = Columns not read: { $columns }
layout-hidden-rows = Hidden in the file, and read like the others: rows { $rows }
layout-all-sheets = Read all sheets
layout-read = Read it so
layout-auto = Go by the headings
layout-note = With another sheet or header the columns are found anew; answers are to be given again
layout-kept = Read anew
layout-kept-anew = Read anew; the answers given before no longer count
layout-column-twice = Column { $column } is chosen twice, for “{ $first }” and for “{ $second }”: change one
import-opening-day = Those who are taken are members from { $day } on; figures from that day on change.
imports-search = File name
imports-any-kind = Whatever it holds
imports-none-found = No such import
