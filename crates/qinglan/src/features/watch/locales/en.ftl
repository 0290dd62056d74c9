nav-watch = Short of rules
watch-line = By the groups’ own rules; { $days ->
    [one] { $days } day
   *[other] { $days } days
 } left this month
watch-search = Group, unit
watch-rule = Rule
watch-any-rule = Any rule
watch-sessions = Sessions a month
watch-rate = Attendance rate
watch-hours = Hours a year
watch-wanted = Wanted
watch-has = Now
watch-days = Days
watch-sessions-lack = { $held } held this month, at least { $least } wanted
watch-ahead = Announced:
watch-nothing-ahead = Nothing planned this month
watch-rate-lack = { $rate }% attended this year ({ $present } of { $due } due), at least { $least }% wanted
watch-missed = missed { $count } of { $due }:
watch-hours-lack = { $count ->
    [one] { $count } person is
   *[other] { $count } people are
 } behind in hours (at least { $least } a year)
watch-hours-of = { $has } hours, { $wanted } wanted by the end of the month
watch-and-more = { $count } more in the export
watch-groups = { $count ->
    [one] { $count } group
   *[other] { $count } groups
 }
watch-none = Nothing is short
watch-none-text = Sessions a month, attendance rate and hours a year meet the groups’ own rules; these are changed on a group’s page
watch-none-found = No group fits
