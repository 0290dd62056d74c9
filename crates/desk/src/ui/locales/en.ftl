# What every page has: the shell, lists, forms, errors.

product = Qinglan
product-line = Records of young staff's learning and growth
skip-to-main = Skip to the content
close = Close
copy = Copy
copied = Copied
never = never
required = required
other-language = 中文
theme-toggle = Switch between dark and light

## Navigation

nav-main = Main
nav-phone = Phone
nav-home = Home
nav-records = Records
nav-activities = Activities
nav-rolls = Rolls
nav-units = Units
nav-groups = Groups
nav-people = People
nav-derived = Derived
nav-reports = Reports
nav-registers = Registers
nav-metrics = Metrics
nav-data = Data
nav-imports = Imports
nav-accounts = Accounts and roles
nav-settings = Settings
nav-log = Log
nav-check-in = Check in
nav-my = Mine
nav-account = My account
unit-choose = Change unit
search = Search
search-hint = Search activities, people, units (press /)
search-label = Search activities, people, units

## Lists

find = Find
filter-drop = Drop this condition
filters-clear = Clear all
filters-widen = Change a condition, or clear all of them.
list-shown = { $count } shown
list-shown-of = { $count } on this page, { $total } in all
list-shown-beyond = { $count } on this page, more than { $total } in all
list-end = end of the list
list-next = Next
list-older = Older
list-to-first = Back to the start
export-xlsx = Export XLSX
from-day = From
to-day = To

## Forms

form-faults = { $count ->
    [one] One thing to change; what you typed is still here
   *[other] { $count } things to change; what you typed is still here
    }
field-missing = This has to be filled in
number-unreadable = “{ $text }” is not a number: write it like 12
request-failed = No connection, nothing was done: check the network and try again
request-foreign = This did not come from a page of Qinglan and was not done: go back to the page and try again
request-odd = What was sent can't be read and was not done: go back to the page and try again
request-too-long = What was sent is too long and was not read: send it in parts, or sign in first
upload-too-large = The file is larger than { $limit } MB: split it
form-stored-before = This form was saved before: look at the list, no need to send it again

## Errors

error-unknown = No such page
error-forbidden = Not permitted
error-conflict = Changed by someone else
error-refused = Not done
error-wait = Wait a little
error-full = No space left
error-failed = The program failed
error-home = To the home page
error-again = Look again
error-code = Code { $code }
error-number = Support number
page-unknown = The address is wrong, or your account can't see this page: start again from the home page
failed-page = This was not done, and it has been noted. Try again; if it goes on, send the support number to whoever keeps the system.
listen-refused = Can't serve at { $address } ({ $fault }): take another port, or stop the program that has it

## Periods

period = Period
period-month = This month
period-quarter = This quarter
period-half = First half
period-year = The year
period-last-year = Last year
period-last-month = Last month
period-last-quarter = Last quarter
period-single-month = { $year }-{ $month }
period-own = Own
period-show = Show
period-unknown = There is no period “{ $period }”: press one of the buttons
choices-none = Nothing found, try other letters
unit-whole = All units
filters-more = Filters
nav-all = All pages
form-meanwhile = Somebody changed this just now; what you typed is not saved yet
form-meanwhile-text = It differs in { $count } places, told under each field. Save again to use what you typed.
field-stands = Now “{ $value }” stands there
field-stands-empty = Now nothing stands there
list-comma = { ", " }
