//! Basic types without I/O: ids, days and periods, the clock, and refusals, which are shown to users.

mod clock;
mod ids;
mod period;
mod refusal;

pub use clock::{Clock, FixedClock, Moment, SystemClock, Zone};
pub use ids::{AccountId, FileId, GroupId, ImportId, PersonId, RecordId, UnitId};
pub use period::{DAY_ONE, DayRange, LAST_DAY, Period, age_on, last_of_month, month_of, parse_day};
pub use refusal::{Refusal, RefusalKind};
