//! Lists: notices received and sent, with the numbers of answers.

use chrono::NaiveDate;
use desk::ui::rows::{By, Filters, Rows, Select, Slice};
use federation::duties::Reach;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;
use web::Fields;

use super::reach::notices;

/// A line in the list.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// 文号.
    pub number: Option<String>,
    /// 标题.
    pub title: String,
    /// 来文单位.
    pub unit: String,
    /// `draft`, `sent`, `withdrawn`.
    pub state: String,
    /// When it was sent.
    pub sent_on: Option<NaiveDate>,
    /// 时限.
    pub due_on: NaiveDate,
    /// Duties that the visitor may see.
    pub total: i64,
    /// Of these done.
    pub done: i64,
    /// Of these open.
    pub open: i64,
    /// Of these excused or lapsed.
    pub off: i64,
    /// How many were reminded and are still open.
    pub reminded: i64,
}

/// Which notices are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Sent by the actor's own units.
    Sent,
    /// Received from elsewhere.
    Received,
    /// Both.
    Both,
}

/// The orders of notices. By default drafts come first, then open ones by deadline, then the rest.
pub const ORDERS: &[By] = &[
    By::text(
        "first",
        "(case when n.state = 'draft' then '0' when n.state = 'sent' and x.open > 0 then '1' else '2' end \
         || cast(n.due_on as varchar(10)))",
    ),
    By::day("due", "n.due_on"),
    By::text("sent", "coalesce(n.sent_at, n.made_at)").falling(),
    By::text("title", "n.title"),
];

/// The requested notices that an actor may see.
pub async fn list(
    conn: &impl ConnectionTrait,
    (reach, side): (&Reach, Side),
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    let mut joins = String::new();
    filters.within(|values| {
        let duties = reach.duties("p.place", "d.unit_id", values);
        joins = format!(
            "join unit u on u.id = n.unit_id left join unit_place sp on sp.unit_id = n.unit_id \
             left join (select d.source, count(*) as total, count(case when d.state = 'done' then 1 end) as done, \
             count(case when d.state = 'open' then 1 end) as open, \
             count(case when d.state in ('excused', 'lapsed') then 1 end) as off, \
             count(case when d.state = 'open' and d.reminded_at is not null then 1 end) as reminded \
             from duty d left join unit_place p on p.unit_id = d.unit_id where d.opener = 'notice' and {duties} group by d.source) x \
             on x.source = n.id"
        );
        notices(reach, values)
    });
    if side != Side::Both {
        filters.within(|values| {
            let own = reach.read.within("sp.place", values);
            if side == Side::Sent { own } else { format!("coalesce(not {own}, true)") }
        });
    }
    filters.search(&["n.title", "n.number", "n.text", "u.name"]);
    filters.one_of(
        "state",
        &[
            ("open", "n.state = 'sent' and x.open > 0"),
            ("late", "n.state = 'sent' and x.open > 0 and n.due_on < $1"),
            ("done", "n.state = 'sent' and x.total > 0 and x.open = 0"),
            ("withdrawn", "n.state = 'withdrawn'"),
            ("draft", "n.state = 'draft'"),
        ],
    );
    let select = Select {
        table: "notice n",
        id: "n.id",
        joins: &joins,
        columns: "n.id, n.number, n.title, u.name as unit, n.state, n.sent_on, n.due_on, coalesce(x.total, 0) as total, \
             coalesce(x.done, 0) as done, coalesce(x.open, 0) as open, coalesce(x.off, 0) as off, \
             coalesce(x.reminded, 0) as reminded",
    };
    filters.rows(conn, &select, slice).await
}
