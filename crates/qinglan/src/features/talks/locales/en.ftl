# Collective talks after an appointment.

nav-talks = Talks
talk-line = Whoever is promoted or moved takes part in one collective integrity talk; a session answers for everybody who was there
talk-search = Search by name, unit or post
talk-person = Name
talk-post = Post
talk-appointment = Change
talk-appointment-any = promotions and moves
talk-from = Since
talk-day = Day of the talk
talk-speakers = Talk held by
talk-hold = Record the talk
talk-held = Recorded, and answered for everybody who was there; people and documents can be changed here
talk-open = still to come
talk-had = held
talk-state-open = still to come
talk-state-done = held
talk-none = Nobody owes a talk
talk-none-text = People with 提拔 (promoted) or 调整 (moved) in a roster or a transfer are listed here
talk-none-found = Nobody fits these conditions
talk-nobody-chosen = Nobody is chosen: tick those who took part first
talk-without-day = The day of the talk isn't one: write it like 2026-03-01
