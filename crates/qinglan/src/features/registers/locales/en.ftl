# Registers and the sign-in sheet.

register-activities = Register of activities
register-activities-text = Activities that were held, a row each, with those due and present
register-attendance = Register of attendance
register-attendance-text = A row for each person and session
register-roster = Roster
register-roster-text = People in post on { $day }, phones masked
register-with-phones = With full phones
register-title = { $unit } { $title } ({ $period })
registers-unit-show = Take this unit
registers-masked = The registers of attendance and people hold names, which your account doesn't see
registers-note = Registers are derived from the records; exports are logged. Nothing secret may be entered.
sheet = Sign-in sheet
sheet-title = { $title } sign-in sheet
sheet-when = Time: { $value }
sheet-where = Place: { $value }
sheet-host = Host: { $value }
sheet-counts = Due { $due }　Present { $present }
part-morning = morning
part-afternoon = afternoon
part-evening = evening
status-on-time = on time
status-late = late
status-leave = on leave
status-absent = absent
status-observer = observer
