# Duties.

nav-duties = Duties
duties-line = What you and your units have to do; what is done stays on record
duties-asked = Asked by us
duties-asked-line = What your unit has asked of those under it: who hasn't answered, and one tap to remind
duties-owed = Asked of us
duty-search = Search matter, what is wanted, unit or name
duty-unit = Unit
duty-person = Person or post
duty-title = Matter
duty-wanted = What is wanted
duty-asker = Asked by
duty-due = Deadline
duty-stands = State
duty-answered-on = Answered on
duty-reason = Why sent back or excused
duty-kind = Kind
duty-kind-any = all kinds
duty-kind-return = a return
duty-kind-activity = a session
duty-kind-plan-item = an item of a plan
duty-kind-rows = rows of a register
duty-kind-talk = take part in a talk
duty-kind-task = one list of a matter
duty-open = open
duty-late = overdue
duty-done = answered
duty-done-late = answered late
duty-excused = excused
duty-lapsed = no longer wanted
duty-state-open = open
duty-state-late = overdue
duty-state-done = answered
duty-state-done-late = answered late
duty-state-excused = excused or no longer wanted
duty-state-any = all
duty-days-left = { $days ->
    [one] 1 day left
   *[other] { $days } days left
  }
duty-today = due today
duty-days-late = { $days ->
    [one] 1 day late
   *[other] { $days } days late
  }
duty-sent-back = sent back: { $reason }
duty-reminded-word = reminded
duty-not-seen = not seen yet
duty-seen-word = seen
duty-remind = Remind those chosen
duty-remind-one = Remind
duties-none = Nothing is owed
duties-none-text = Notices from above, registers to be filled in, talks after an appointment: what is to be done is listed here
duties-none-asked = Nothing was asked for
duties-none-asked-text = Send a notice, and see here how far each unit is
duties-none-found = No duty fits these conditions
duties-new-notice = Send a notice
duties-none-chosen = No duty is chosen: tick them in the list first
duties-reminded = { $count ->
    [one] 1 duty was reminded of; it stands on the home page of whoever owes it
   *[other] { $count } duties were reminded of; they stand on the home pages of those who owe them
  }
duty-unknown = There is no duty { $id }, or your account can't see it: take one from the list
duty-ruling-reason = Reason for excusing or sending back
duty-excuse = Excuse the chosen
duty-owe = Demand the chosen again
duty-send-back = Send the chosen back
duties-excused = Excused: { $count }
duties-owed-again = Demanded again: { $count }
duties-sent-back = Sent back: { $count }; what was handed in is kept
duty-back-without-reason = There is no reason for sending it back: say what is to be changed
duty-reason-long = The reason is too long: { $most } characters at the most
duty-answer-stands = “{ $title }” is answered by a record and can't be sent back: correct that record, or make it void
duty-lapsed-by-now = “{ $title }” is no longer required: nothing has to be done
duty-not-handed-in = “{ $title }” is excused: there is nothing to send back
duty-done-by-now = “{ $title }” is done: it needn't be excused or demanded
log-duty-excused-by = Excused “{ $title }”
log-duty-owed-again = Took back the excuse from “{ $title }”
log-duty-sent-back-by = Sent back “{ $title }”
log-duty-reminded = reminded of “{ $title }”
