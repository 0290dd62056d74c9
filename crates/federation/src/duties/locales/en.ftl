# Duties.

nav-duties = Duties
duties-line = What units above have asked of yours and of those under it; what is done stays to be looked up
duties-asked = Asked by us
duties-asked-line = What your unit has asked of those under it: who hasn't answered, and one tap to remind
duties-owed = Asked of us
duty-search = Search by matter, what is wanted, unit
duty-unit = Unit
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
duties-none-text = Once a unit above sends a notice, what it asks for stands here
duties-none-asked = Nothing was asked for
duties-none-asked-text = Send a notice, and see here how far each unit is
duties-none-found = No duty fits these conditions
duties-new-notice = Send a notice
duties-none-chosen = No duty is chosen: tick those to be reminded of first
duties-reminded = { $count ->
    [one] 1 duty was reminded of; it stands on the home page of whoever owes it
   *[other] { $count } duties were reminded of; they stand on the home pages of those who owe them
  }
duty-unknown = There is no duty { $id }, or your account can't see it: take one from the list
log-duty-reminded = reminded of “{ $title }”
