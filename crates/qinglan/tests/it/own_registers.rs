//! Own registers: what their figures count, against a naive count; what a changed form leaves as it was; bad input; who sees what.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::NaiveDate;
use desk::{
    actor::{Action, Role},
    app::App,
    error::AppError,
};
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, actions as imports},
    people, units,
};
use figures::own_registers::{
    Draft, DraftField,
    actions::{self, Defining},
    model::{Every, FieldKind, FilledBy, State, Value},
    store,
};
use kernel::{ImportId, Period, PersonId, RecordId, UnitId};
use ledger::Filter;

use crate::{
    browser::{Answered, Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, new_person, town, unit},
};

on_both!(
    five_hundred_rows_count_like_a_naive_count,
    a_changed_form_leaves_what_was_filled_in,
    what_lasts_counts_while_it_does,
    odd_definitions_and_rows_are_answered_one_by_one,
    odd_cells_are_asked_or_refused_by_name,
    an_import_is_undone_as_a_whole_unless_a_row_was_changed,
    a_register_is_defined_and_filled_in_on_its_pages,
    a_unit_defines_for_itself_and_those_below,
    members_and_leaders_fill_in_their_own,
    readers_without_names_see_neither_people_nor_texts,
    who_has_handed_in_is_listed,
    a_merged_persons_rows_name_the_survivor,
);

fn field(name: &str, kind: FieldKind) -> DraftField {
    DraftField { name: name.to_owned(), kind, ..DraftField::default() }
}

/// A register of eight fields.
fn service() -> Draft {
    Draft {
        name: "志愿服务".to_owned(),
        fields: vec![
            DraftField { required: true, ..field("项目", FieldKind::Text) },
            DraftField {
                choices: ["社区", "乡村", "学校"].map(str::to_owned).to_vec(),
                ..field("类型", FieldKind::Choice)
            },
            DraftField { measure: "人".to_owned(), ..field("服务人数", FieldKind::Number) },
            DraftField { measure: "小时".to_owned(), decimals: 1, ..field("时长", FieldKind::Number) },
            field("负责人", FieldKind::Person),
            field("参加人员", FieldKind::Persons),
            field("是否公开", FieldKind::YesNo),
            field("对口单位", FieldKind::Unit),
        ],
        ..Draft::default()
    }
}

async fn defined(app: &App, unit: UnitId, code: &str, draft: Draft) -> i64 {
    let actor = app.operator();
    let id = actions::define(app, &actor, Defining { code: code.to_owned(), unit, draft }).await.unwrap();
    actions::open(app, &actor, id, 1).await.unwrap();
    id
}

fn code<T: std::fmt::Debug>(done: Result<T, AppError>) -> String {
    match done {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => format!("{other:?}"),
    }
}

async fn judge(app: &App, unit: UnitId, kind: &str, text: &str) -> (Source, Summary) {
    let kind = Kind::by_name(app, kind).expect("a register that takes rows");
    let source = Source::from_file("rows.csv", text.as_bytes().to_vec(), kind).unwrap();
    let summary = imports::preview(app, &app.operator(), kind, &context(app, &source, unit, &Answers::new())).await;
    (source, summary.unwrap())
}

fn quiet(_: usize, _: usize) {}

fn context<'a>(app: &App, source: &'a Source, unit: UnitId, answers: &'a Answers) -> Context<'a> {
    let today = app.today();
    Context { source, unit: Some(unit), year: None, answers, from: None, today, only: None, progress: &quiet }
}

async fn import(app: &App, unit: UnitId, kind: &str, text: &str) -> (ImportId, Summary) {
    let (source, shown) = judge(app, unit, kind, text).await;
    let kind = Kind::by_name(app, kind).unwrap();
    let answers = Answers::new();
    imports::confirm(app, &app.operator(), kind, &context(app, &source, unit, &answers), &shown).await.unwrap()
}

/// A figure at a position, with the check that its rows are as many as it says.
async fn figure(app: &App, key: &str, unit: UnitId, period: Period, filter: &Filter, position: Option<i64>) -> i64 {
    let metric = app.metrics().get(key).unwrap();
    let books = figures::metrics::open(app, unit, period, position, None).await.unwrap();
    let figure = books.figure(&metric, unit, period, filter).unwrap();
    assert_eq!(figure.rows().len(), figure.row_count, "{key}");
    assert_eq!(figure.rows().iter().map(|row| row.counts).sum::<i64>(), figure.value.count(), "{key}");
    figure.value.count()
}

/// Sends a form of a page as a visitor who filled in some fields.
async fn send(page: &Answered, action: &str, browser: &mut Browser, typed: &[(&str, &str)]) -> Answered {
    let mut fields = page.form(action).0;
    fields.retain(|(name, _)| typed.iter().all(|(known, _)| known != name));
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(typed.iter().copied()).collect();
    browser.post(action, &fields).await
}

/// A row as the test knows it.
#[derive(Clone, Debug)]
struct Known {
    id: RecordId,
    unit: UnitId,
    day: NaiveDate,
    choice: Option<&'static str>,
    number: i64,
    tenths: i64,
    people: Vec<PersonId>,
    public: Option<bool>,
    void: bool,
}

struct World {
    town: Town,
    /// Two under one street, one under the other.
    communities: Vec<(UnitId, &'static str)>,
    people: Vec<(PersonId, String, UnitId)>,
}

async fn world(place: &Place) -> World {
    let town = town(place).await;
    let mut communities = Vec::new();
    for (name, street) in [("东社区", town.street), ("西社区", town.street), ("南社区", town.other)] {
        communities.push((unit(&town.app, name, "community", Some(street)).await, name));
    }
    let mut members = Vec::new();
    for (number, (community, _)) in communities.iter().cycle().take(12).enumerate() {
        let name = format!("周{}", ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千"][number]);
        let new = new_person(&name, *community);
        let id = people::actions::add(&town.app, &town.app.operator(), new, day("2025-01-01")).await.unwrap();
        members.push((id, name, *community));
    }
    World { town, communities, people: members }
}

/// Rows made by a fixed rule, as lines of a file and as the test knows them.
fn made(world: &World, count: usize) -> (String, Vec<Known>) {
    let mut text = "单位,日期,项目,类型,服务人数,时长,负责人,参加人员,是否公开,对口单位\n".to_owned();
    let mut known = Vec::new();
    for number in 0..count {
        let (unit, name) = world.communities[number % world.communities.len()];
        let on = day("2025-01-01") + chrono::Days::new((number * 7 % 365) as u64);
        let choice = [Some("社区"), Some("乡村"), None, Some("学校")][number % 4];
        let own: Vec<&(PersonId, String, UnitId)> = world.people.iter().filter(|(.., of)| *of == unit).collect();
        let leader = (number % 3 > 0).then(|| own[number % own.len()]);
        let others: Vec<&(PersonId, String, UnitId)> = own.iter().skip(number % 5).copied().collect();
        let public = [Some(true), Some(false), None][number % 3];
        let names: Vec<&str> = others.iter().map(|(_, name, _)| name.as_str()).collect();
        text.push_str(&format!(
            "{name},{on},项目{number},{},{} 人,{}.{},{},{},{},红埠街道\n",
            choice.unwrap_or(""),
            number % 9,
            number % 4,
            number % 10,
            leader.map_or("", |(_, name, _)| name.as_str()),
            names.join("、"),
            match public {
                Some(true) => "是",
                Some(false) => "×",
                None => "",
            },
        ));
        let mut people: Vec<PersonId> = others.iter().map(|(id, ..)| *id).collect();
        people.extend(leader.map(|(id, ..)| *id));
        known.push(Known {
            id: RecordId(0),
            unit,
            day: on,
            choice,
            number: (number % 9) as i64,
            tenths: (number % 4 * 10 + number % 10) as i64,
            people,
            public,
            void: false,
        });
    }
    (text, known)
}

/// Every figure of the register over some units, counted from what the test knows.
async fn compare(
    app: &App,
    known: &[Known],
    places: &[(UnitId, Vec<UnitId>)],
    position: Option<i64>,
    named: &[(&'static str, &'static str)],
) {
    let periods = [("2025-01-01", "2025-12-31"), ("2025-03-01", "2025-03-31"), ("2025-06-10", "2025-06-10")];
    for (from, to) in periods {
        let period = Period::new(day(from), day(to)).unwrap();
        for (top, units) in places {
            for choice in [None, Some("社区"), Some("乡村"), Some("学校"), Some("")] {
                let filter = match choice {
                    None => Filter::default(),
                    Some("") => Filter::default().with("service_f2", &["none"]),
                    Some(name) => {
                        let code = named.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
                        Filter::default().with("service_f2", &[code.expect("a choice")])
                    }
                };
                let rows: Vec<&Known> = known
                    .iter()
                    .filter(|row| !row.void && units.contains(&row.unit) && period.contains(row.day))
                    .filter(|row| choice.is_none_or(|choice| row.choice.unwrap_or("") == choice))
                    .collect();
                let people: BTreeSet<PersonId> = rows.iter().flat_map(|row| row.people.iter().copied()).collect();
                let of_units: BTreeSet<UnitId> = rows.iter().map(|row| row.unit).collect();
                let public = rows.iter().filter(|row| row.public == Some(true)).count();
                let with_public = filter.and(&Filter::default().with("service_f7", &["yes"]));
                let wanted = [
                    ("reg.service.rows", &filter, rows.len() as i64),
                    ("reg.service.rows", &with_public, public as i64),
                    ("reg.service.units", &filter, of_units.len() as i64),
                    ("reg.service.people", &filter, people.len() as i64),
                    ("reg.service.f3", &filter, rows.iter().map(|row| row.number).sum()),
                    ("reg.service.f4", &filter, rows.iter().map(|row| row.tenths).sum()),
                ];
                for (key, filter, count) in wanted {
                    let shown = figure(app, key, *top, period, filter, position).await;
                    assert_eq!(shown, count, "{key} of {top} {from} {choice:?}");
                }
            }
        }
    }
}

const CHOICES: [(&str, &str); 3] = [("社区", "c1"), ("乡村", "c2"), ("学校", "c3")];

async fn five_hundred_rows_count_like_a_naive_count(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", service()).await;
    let (text, mut known) = made(&world, 500);
    let (_, summary) = import(app, town.city, "reg.service", &text).await;
    assert_eq!((summary.taken, summary.repeated), (500, 0), "{:?}", summary.refused().first());
    let (_, again) = judge(app, town.city, "reg.service", &text).await;
    assert_eq!((again.taken, again.repeated), (0, 500), "nothing is doubled");
    let query = web::Fields::from_pairs([("register", id.to_string()), ("order", "entered".to_owned())]);
    let everywhere = app.operator().scope(Action::Read);
    let slice = desk::ui::rows::Slice::from_query(&query, store::ORDERS, 1000);
    let lines = store::list(&app.db, &everywhere, (&query, app.today()), &slice).await.unwrap().lines();
    let mut ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    ids.sort_unstable();
    for (row, id) in known.iter_mut().zip(&ids) {
        row.id = RecordId(*id);
    }
    let [east, west, south] = [0, 1, 2].map(|place| world.communities[place].0);
    let under = |street: &[UnitId], other: &[UnitId]| {
        let mut places: Vec<(UnitId, Vec<UnitId>)> =
            [east, west, south].iter().map(|unit| (*unit, vec![*unit])).collect();
        places.push((town.street, street.to_vec()));
        places.push((town.other, other.to_vec()));
        places.push((town.city, vec![east, west, south]));
        places
    };
    let before = known.clone();
    let first = ledger::position(&app.db).await.unwrap();
    compare(app, &known, &under(&[east, west], &[south]), None, &CHOICES).await;

    // Every seventh row is changed, every eleventh is made void, and one community moves in the middle of the year.
    for number in (0..known.len()).step_by(7) {
        let row = &mut known[number];
        let seen = actions::row(app, &app.operator(), row.id).await.unwrap();
        let mut entered = actions::entered_of(&seen.row);
        entered.values.insert("f3".to_owned(), Value::Number(100));
        entered.values.insert("f2".to_owned(), Value::Choice("c2".to_owned()));
        entered.values.remove("f6");
        row.number = 100;
        row.choice = Some("乡村");
        row.people = match entered.values.get("f5") {
            Some(Value::People(people)) => people.clone(),
            _ => Vec::new(),
        };
        actions::edit(app, &app.operator(), row.id, 1, false, entered).await.unwrap();
    }
    for number in (0..known.len()).step_by(11) {
        let version = if number % 7 == 0 { 2 } else { 1 };
        actions::void(app, &app.operator(), known[number].id, version, "重复登记").await.unwrap();
        known[number].void = true;
    }
    units::actions::move_under(app, &app.operator(), west, Some(town.other), day("2025-07-01")).await.unwrap();
    app.seal_or_later().await.unwrap();
    // The tree of the year's last day counts; a period that ends before the move has the tree of before.
    let now = under(&[east], &[west, south]);
    let year = Period::year(2025).unwrap();
    let live: Vec<&Known> = known.iter().filter(|row| !row.void).collect();
    for (top, units) in &now {
        let count = live.iter().filter(|row| units.contains(&row.unit)).count() as i64;
        assert_eq!(figure(app, "reg.service.rows", *top, year, &Filter::default(), None).await, count, "{top}");
    }
    let march = Period::new(day("2025-03-01"), day("2025-03-31")).unwrap();
    let of_street =
        live.iter().filter(|row| [east, west].contains(&row.unit) && march.contains(row.day)).count() as i64;
    assert_eq!(figure(app, "reg.service.rows", town.street, march, &Filter::default(), None).await, of_street);
    compare(app, &known, &under(&[east, west], &[south])[..3], None, &CHOICES).await;
    compare(app, &before, &under(&[east, west], &[south]), Some(first), &CHOICES).await;
    let verdict = app.verify(|_, _| ()).await.unwrap();
    assert!(verdict.faults.is_empty());
    town.reconciled().await;
}

async fn a_changed_form_leaves_what_was_filled_in(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", service()).await;
    let (text, known) = made(&world, 40);
    import(app, town.city, "reg.service", &text).await;
    let year = Period::year(2025).unwrap();
    let mut before = Vec::new();
    for key in ["rows", "units", "people", "f3", "f4"] {
        let key = format!("reg.service.{key}");
        before.push((key.clone(), figure(app, &key, town.city, year, &Filter::default(), None).await));
    }
    // One field is added, one retires, one is renamed, and of the choices one goes and one comes.
    let register = store::by_id(&app.db, id).await.unwrap().unwrap();
    let mut draft = Draft::from(&register.definition);
    draft.fields[0].name = "项目名称".to_owned();
    draft.fields.remove(2);
    draft.fields[1].choices = ["社区", "学校", "机关"].map(str::to_owned).to_vec();
    draft.fields.push(DraftField { measure: "次".to_owned(), ..field("活动次数", FieldKind::Number) });
    actions::revise(app, &app.operator(), id, register.stored.version, &draft).await.unwrap();
    for (key, count) in &before {
        assert_eq!(figure(app, key, town.city, year, &Filter::default(), None).await, *count, "{key}");
    }
    town.reconciled().await;
    let rural = Filter::default().with("service_f2", &["c2"]);
    let of_rural = known.iter().filter(|row| row.choice == Some("乡村")).count() as i64;
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &rural, None).await, of_rural);

    // A file in the former headings lacks the new name; one in the present form is taken and counts.
    let kind = Kind::by_name(app, "reg.service").unwrap();
    let source = Source::from_file("old.csv", text.as_bytes().to_vec(), kind).unwrap();
    let answers = Answers::new();
    let judged = imports::preview(app, &app.operator(), kind, &context(app, &source, town.city, &answers)).await;
    assert_eq!(code(judged), "table-no-header");
    let later = "单位,日期,项目名称,类型,活动次数\n东社区,2025-05-01,新项目,机关,3\n西社区,2025-05-02,新项目,乡村,2\n";
    let (_, summary) = judge(app, town.city, "reg.service", later).await;
    assert_eq!((summary.taken, summary.questions().count()), (1, 1), "a choice that retired is asked about");
    import(app, town.city, "reg.service", later).await;
    assert_eq!(figure(app, "reg.service.f9", town.city, year, &Filter::default(), None).await, 3);
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &Filter::default(), None).await, 41);
    let offices = Filter::default().with("service_f2", &["c4"]);
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &offices, None).await, 1);

    // A row of before is shown, and can be changed, in the form in which it was filled in.
    let row = of_day(app, id, known[1].day).await;
    let seen = actions::row(app, &app.operator(), row).await.unwrap();
    assert_eq!(seen.form.field("f1").unwrap().name, "项目");
    assert!(seen.form.asked().any(|field| field.code == "f3"));
    let mut entered = actions::entered_of(&seen.row);
    entered.values.insert("f3".to_owned(), Value::Number(50));
    actions::edit(app, &app.operator(), row, 1, false, entered.clone()).await.unwrap();
    let (_, of_number) = before.iter().find(|(key, _)| key == "reg.service.f3").unwrap();
    let changed = of_number - known[1].number + 50;
    assert_eq!(figure(app, "reg.service.f3", town.city, year, &Filter::default(), None).await, changed);
    // Brought to the present form it keeps the value that is asked no more, and takes the new ones.
    entered.values.remove("f3");
    entered.values.insert("f9".to_owned(), Value::Number(7));
    if entered.values.get("f2") == Some(&Value::Choice("c2".to_owned())) {
        entered.values.insert("f2".to_owned(), Value::Choice("c1".to_owned()));
    }
    actions::edit(app, &app.operator(), row, 2, true, entered).await.unwrap();
    let seen = actions::row(app, &app.operator(), row).await.unwrap();
    assert_eq!((seen.row.head.form, seen.row.values.get("f3")), (2, Some(&Value::Number(50))));
    assert_eq!(figure(app, "reg.service.f3", town.city, year, &Filter::default(), None).await, changed);
    assert_eq!(figure(app, "reg.service.f9", town.city, year, &Filter::default(), None).await, 10);
    town.reconciled().await;
    // Another process that opens the folder finds register, kinds and figures.
    let reopened = place.open().await;
    assert!(Kind::by_name(&reopened, "reg.service").is_some());
    assert_eq!(figure(&reopened, "reg.service.f9", town.city, year, &Filter::default(), None).await, 10);
}

async fn of_day(app: &App, register: i64, on: NaiveDate) -> RecordId {
    let day = on.to_string();
    let query = web::Fields::from_pairs([
        ("register", register.to_string().as_str()),
        ("period", "own"),
        ("from", &day),
        ("to", &day),
    ]);
    let slice = desk::ui::rows::Slice::from_query(&query, store::ORDERS, 10);
    let scope = app.operator().scope(Action::Read);
    let lines = store::list(&app.db, &scope, (&query, app.today()), &slice).await.unwrap().lines();
    RecordId(lines.first().expect("a row of that day").id)
}

async fn what_lasts_counts_while_it_does(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let draft = Draft {
        name: "阵地".to_owned(),
        lasts: true,
        day_name: "建成日期".to_owned(),
        fields: vec![
            field("阵地名称", FieldKind::Text),
            field("负责人", FieldKind::Person),
            DraftField { measure: "平方米".to_owned(), ..field("面积", FieldKind::Number) },
        ],
        ..Draft::default()
    };
    defined(app, town.city, "stations", draft).await;
    let text = "单位,建成日期,结束日期,阵地名称,负责人,面积\n东社区,2025-02-01,2025-05-31,一号,周一,30\n\
                西社区,2025-04-01,,二号,周二,50平方米\n东社区,2025-06-01,2025-05-01,三号,,1\n";
    let (_, summary) = import(app, town.city, "reg.stations", text).await;
    assert_eq!((summary.taken, summary.refused().len()), (2, 1));
    assert_eq!(summary.refused()[0].1[0].code, "own-until-before");
    let cases = [
        ("2025-01-01", "2025-01-31", [0, 0, 0, 0]),
        ("2025-02-01", "2025-02-28", [1, 1, 1, 30]),
        ("2025-05-31", "2025-05-31", [2, 2, 2, 0]),
        ("2025-06-01", "2025-12-31", [1, 1, 1, 0]),
        ("2025-01-01", "2025-12-31", [2, 2, 2, 80]),
    ];
    for (from, to, counts) in cases {
        let period = Period::new(day(from), day(to)).unwrap();
        for (key, count) in ["rows", "units", "people", "f3"].iter().zip(counts) {
            let key = format!("reg.stations.{key}");
            assert_eq!(figure(app, &key, town.city, period, &Filter::default(), None).await, count, "{key} {from}");
        }
    }
    town.reconciled().await;
}

async fn odd_definitions_and_rows_are_answered_one_by_one(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let actor = app.operator();
    let define = async |code: &str, draft: Draft| {
        actions::define(app, &actor, Defining { code: code.to_owned(), unit: town.city, draft }).await
    };
    let many = (0..21).map(|number| field(&format!("项{number}"), FieldKind::Text)).collect();
    assert_eq!(code(define("many", Draft { fields: many, ..service() }).await), "own-too-many-fields");
    let private = vec![field("健康状况", FieldKind::Text)];
    assert_eq!(code(define("private", Draft { fields: private, ..service() }).await), "own-field-forbidden");
    assert_eq!(code(define("志愿", service()).await), "own-code-odd");
    let odd_level = Draft { levels: vec!["moon".to_owned()], ..service() };
    assert_eq!(code(define("level", odd_level).await), "level-unknown");
    let id = define("service", service()).await.unwrap();
    assert_eq!(code(define("service", service()).await), "own-code-taken");
    assert_eq!(code(actions::close(app, &actor, id, 1).await), "own-state-already", "a draft is not closed");
    assert!(Kind::by_name(app, "reg.service").is_none(), "a draft takes no rows");
    assert!(app.metrics().get("reg.service.rows").is_err(), "a draft has no figures");

    let east = world.communities[0].0;
    let entered = |unit: UnitId, on: &str| {
        let values = [("f1".to_owned(), Value::Text("清洁家园".to_owned()))].into();
        figures::own_registers::model::Entered { unit, group: None, person: None, day: day(on), until: None, values }
    };
    assert_eq!(code(actions::enter(app, &actor, id, 1, entered(east, "2025-03-01")).await), "own-not-open");
    actions::open(app, &actor, id, 1).await.unwrap();
    let row = actions::enter(app, &actor, id, 1, entered(east, "2025-03-01")).await.unwrap();
    assert_eq!(code(actions::enter(app, &actor, id, 1, entered(east, "2031-03-01")).await), "own-day-ahead");
    let elsewhere = unit(app, "外市", "city", None).await;
    assert_eq!(code(actions::enter(app, &actor, id, 1, entered(elsewhere, "2025-03-01")).await), "own-unit-outside");
    let mut without = entered(east, "2025-03-01");
    without.values.clear();
    assert_eq!(code(actions::enter(app, &actor, id, 1, without).await), "own-value-missing");
    let with = |field: &str, value: Value| {
        let mut entered = entered(east, "2025-03-01");
        entered.values.insert(field.to_owned(), value);
        entered
    };
    let odd = [
        ("f2", Value::Choice("c9".to_owned()), "own-choice-unknown"),
        ("f3", Value::Text("三".to_owned()), "own-value-odd"),
        ("f3", Value::Number(-1), "own-number-range"),
        ("f1", Value::Text("长".repeat(201)), "own-value-long"),
        ("f77", Value::Number(1), "own-field-unknown"),
        ("f5", Value::People(vec![PersonId(999)]), "person-unknown"),
    ];
    for (name, value, wanted) in odd {
        let done = code(actions::enter(app, &actor, id, 1, with(name, value)).await);
        assert!(done == wanted || (wanted == "person-unknown" && done == "own-person-unreached"), "{name}: {done}");
    }

    // The form is changed while a row is typed in the former one.
    let mut renamed = Draft::from(&store::by_id(&app.db, id).await.unwrap().unwrap().definition);
    renamed.fields[0].name = "服务项目".to_owned();
    assert_eq!(code(actions::revise(app, &actor, id, 1, &renamed).await), "changed-meanwhile");
    actions::revise(app, &actor, id, 2, &renamed).await.unwrap();
    assert_eq!(code(actions::enter(app, &actor, id, 1, entered(east, "2025-03-01")).await), "own-form-changed");
    actions::enter(app, &actor, id, 2, entered(east, "2025-03-02")).await.unwrap();
    let mut other_kind = renamed.clone();
    other_kind.fields[2].kind = FieldKind::Text;
    assert_eq!(code(actions::revise(app, &actor, id, 3, &other_kind).await), "own-field-kind-changed");

    // What has rows is closed, and never deleted.
    assert_eq!(code(actions::delete(app, &actor, id, 3).await), "own-register-has-rows");
    actions::close(app, &actor, id, 3).await.unwrap();
    assert_eq!(code(actions::enter(app, &actor, id, 2, entered(east, "2025-03-02")).await), "own-not-open");
    assert_eq!(code(actions::void(app, &actor, row, 9, "错").await), "changed-meanwhile");
    assert_eq!(code(actions::void(app, &actor, row, 1, " ").await), "own-void-reason-missing");
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &Filter::default(), None).await, 2);
    let draft = define("another", service()).await.unwrap();
    actions::delete(app, &actor, draft, 1).await.unwrap();
    assert_eq!(code(actions::seen(app, &actor, draft).await), "own-register-unknown");
    town.reconciled().await;
}

async fn odd_cells_are_asked_or_refused_by_name(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let twin = new_person("周一", world.communities[0].0);
    people::actions::add(app, &app.operator(), twin, day("2025-01-01")).await.unwrap();
    defined(app, town.city, "service", service()).await;
    let head = "单位,日期,项目,类型,服务人数,时长,负责人,参加人员,是否公开,对口单位\n";
    let cases = [
        ("东社区,2025-03-01,清洁,社区,3 场,,,,,", "own-number-other-measure"),
        ("东社区,2025-03-01,清洁,社区,3人,1.25,,,,", "own-number-decimals"),
        ("东社区,2025-03-01,清洁,社区,许多,,,,,", "own-number-other-measure"),
        ("东社区,2025-03-01,清洁,家庭,3,,,,,", "?own-choice-which"),
        ("东社区,2025-03-01,清洁,社区,3,,周一,,,", "?own-person-several"),
        ("东社区,2025-03-01,清洁,社区,3,,查无此,,,", "own-person-none"),
        ("东社区,2025-03-01,清洁,社区,3,,周四、周五,,,", "own-names-several"),
        ("东社区,2025-03-01,清洁,社区,3,,,周四等5人,,", "own-names-unreadable"),
        ("东社区,2025-03-01,清洁,社区,3,,,,也许,", "own-yes-no-odd"),
        ("东社区,2025-03-01,清洁,社区,3,,,,,月球街道", "unit-not-under"),
        ("北社区,2025-03-01,清洁,社区,3,,,,,", "unit-not-under"),
        ("东社区,2025-13-01,清洁,社区,3,,,,,", "date-unreadable"),
        ("东社区,2031-03-01,清洁,社区,3,,,,,", "own-day-ahead"),
        ("东社区,,清洁,社区,3,,,,,", "date-missing"),
        ("东社区,2025-03-01,,社区,3,,,,,", "own-value-missing"),
    ];
    for (line, wanted) in cases {
        let (_, summary) = judge(app, town.city, "reg.service", &format!("{head}{line}\n")).await;
        assert_eq!(summary.taken, 0, "{line}");
        let found = match (summary.questions().next(), summary.refused().first()) {
            (Some((_, question)), _) => format!("?{}", question.text.code),
            (None, Some((_, reasons))) => reasons[0].code.clone(),
            (None, None) => "nothing".to_owned(),
        };
        let of_a_date = wanted.starts_with("date") && found.contains("da");
        assert!(found == wanted || of_a_date, "{line}: {found}");
    }
}

async fn an_import_is_undone_as_a_whole_unless_a_row_was_changed(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", service()).await;
    let (text, known) = made(&world, 20);
    let (import_id, _) = import(app, town.city, "reg.service", &text).await;
    let row = of_day(app, id, known[3].day).await;
    let entered = actions::entered_of(&actions::row(app, &app.operator(), row).await.unwrap().row);
    actions::edit(app, &app.operator(), row, 1, false, entered).await.unwrap();
    assert_eq!(code(imports::undo(app, &app.operator(), import_id).await), "import-stood-on");
    let (other, _) = import(app, town.city, "reg.service", "单位,日期,项目\n南社区,2025-08-08,另一项\n").await;
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &Filter::default(), None).await, 21);
    imports::undo(app, &app.operator(), other).await.unwrap();
    assert_eq!(figure(app, "reg.service.rows", town.city, year, &Filter::default(), None).await, 20);
    town.reconciled().await;
}

async fn a_register_is_defined_and_filled_in_on_its_pages(on: On) {
    let place = Place::new(on).await;
    let mut world = world(&place).await;
    let app = world.town.app.clone();
    let city = world.town.city;
    let admin = &mut world.town.admin;
    assert!(admin.get("/own-registers").await.text.contains("志愿服务"), "presets are offered");
    // Adding lines of the bank stores nothing.
    let typed = [("name", "走访"), ("code", "visits"), ("p1_name", "走访地点"), ("bank", "人数|number|人|"), ("more", "yes")];
    let page = admin.post("/own-registers", &typed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("value=\"人数\"") && page.text.contains("value=\"走访地点\""));
    assert!(store::all(&app.db).await.unwrap().is_empty());
    let city_text = city.to_string();
    let fields = [
        ("name", "走访"),
        ("code", "visits"),
        ("unit_id", city_text.as_str()),
        ("filled_by", "units"),
        ("every", "month"),
        ("due_day", "25"),
        ("level", "community"),
        ("p1_name", "走访地点"),
        ("p1_kind", "text"),
        ("p1_required", "on"),
        ("p3_name", "户数"),
        ("p3_kind", "number"),
        ("p3_measure", "户"),
        ("p4_name", "类型"),
        ("p4_kind", "choice"),
        ("p4_choices", "村\n社区"),
        ("p5_name", "参加人员"),
        ("p5_kind", "persons"),
    ];
    // One that is refused names the field, and keeps what was typed.
    let mut odd = fields.to_vec();
    odd.extend([("p6_name", "户 数"), ("p6_kind", "text")]);
    let page = admin.post("/own-registers", &odd).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("href=\"#f-p6_name\"") && page.text.contains("村\n社区"), "{}", page.text);
    let page = admin.post("/own-registers", &fields).await;
    let draft = page.location.expect("a redirect");
    let page = admin.get(&draft).await;
    for part in ["这是草稿", "3 个填报对象 × 4 项 × 一年 12 次 = 一年 144 格", "户数（户）", "参加人员"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert_eq!(send(&page, &format!("{draft}/open"), admin, &[]).await.status, StatusCode::SEE_OTHER);

    let page = admin.get(&format!("{draft}/rows/new")).await;
    let east = world.communities[0].0.to_string();
    let person = world.people[0].0.to_string();
    let missing = [("unit_id", east.as_str()), ("day", "2025-11-03"), ("v2", "三户")];
    let refused = send(&page, &format!("{draft}/rows"), admin, &missing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("href=\"#f-v1\"") && refused.text.contains("href=\"#f-v2\""), "{}", refused.text);
    let right = [
        ("unit_id", east.as_str()),
        ("day", "2025-11-03"),
        ("v1", "东岭村"),
        ("v2", "12户"),
        ("v3", "c1"),
        ("v4_people", person.as_str()),
    ];
    let page = admin.get(&format!("{draft}/rows/new")).await;
    let done = send(&page, &format!("{draft}/rows"), admin, &right).await;
    let row = done.location.expect("a redirect");
    let page = admin.get(&row).await;
    for part in ["东岭村", "12 户", "村", "周一", "东社区"] {
        assert!(page.text.contains(part), "{part}");
    }
    let list = admin.get(&format!("{draft}/rows?q=东岭")).await;
    assert!(list.text.contains("东岭村") && list.text.contains("2025-11-03"));
    assert!(!admin.get(&format!("{draft}/rows?q=西岭")).await.text.contains("东岭村"));
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(&app, "reg.visits.f2", city, year, &Filter::default(), None).await, 12);
    let found = admin.get("/metrics/reg.visits.f2?period=own&from=2025-01-01&to=2025-12-31&itself=yes").await;
    assert!(found.status == StatusCode::OK && found.text.contains("青蓝市本级"), "{}", found.text);
    let found = admin.get("/metrics/reg.visits.f2?period=own&from=2025-01-01&to=2025-12-31").await;
    assert!(found.text.contains("走访 2025-11-03") && found.text.contains(&row), "rows open the record");

    // Two who change a row: the second is shown what stands now.
    let mut other = Browser::signed_in(&app, "admin").await;
    let (first, second) = (admin.get(&format!("{row}/edit")).await, other.get(&format!("{row}/edit")).await);
    assert_eq!(send(&first, &row, admin, &[("v2", "15")]).await.status, StatusCode::SEE_OTHER);
    let late = send(&second, &row, &mut other, &[("v2", "16")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("15"), "{}", late.text);
    let page = admin.get(&row).await;
    let voided = send(&page, &format!("{row}/void"), admin, &[("reason", "重复")]).await;
    assert_eq!(voided.status, StatusCode::SEE_OTHER);
    assert!(admin.get(&row).await.text.contains("重复"));
    assert_eq!(figure(&app, "reg.visits.rows", city, year, &Filter::default(), None).await, 0);
    let template = admin.get("/imports/template/reg.visits").await;
    assert_eq!(template.status, StatusCode::OK);
    let export = admin.get(&format!("{draft}/rows/export?state=any")).await;
    assert_eq!(export.status, StatusCode::OK);
    world.town.reconciled().await;
}

async fn a_unit_defines_for_itself_and_those_below(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let mut secretary = town.secretary("street", town.street).await;
    let mut elsewhere = town.secretary("other", town.other).await;
    let street = town.street.to_string();
    let city = town.city.to_string();
    let fields = |unit: &str, code: &str| {
        [("name", "走访"), ("code", code), ("unit_id", unit), ("p1_name", "地点")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let define = async |browser: &mut Browser, unit: &str, code: &str| {
        let fields = fields(unit, code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/own-registers", &fields).await
    };
    assert_eq!(define(&mut secretary, &city, "above").await.status, StatusCode::FORBIDDEN);
    let own = define(&mut secretary, &street, "own").await.location.expect("defined");
    assert_eq!(elsewhere.get(&own).await.status, StatusCode::NOT_FOUND, "a register of another unit");
    assert!(!elsewhere.get("/own-registers").await.text.contains("走访</a>"));
    let page = secretary.get(&own).await;
    send(&page, &format!("{own}/open"), &mut secretary, &[]).await;
    assert_eq!(elsewhere.get(&format!("{own}/rows")).await.status, StatusCode::NOT_FOUND);
    // One of the city is filled in by both, and each sees its own rows.
    let id = defined(app, town.city, "service", service()).await;
    let (text, known) = made(&world, 12);
    import(app, town.city, "reg.service", &text).await;
    let of_street = known.iter().filter(|row| row.unit != world.communities[2].0).count();
    let page = secretary.get(&format!("/own-registers/{id}/rows")).await;
    assert_eq!(page.text.matches("/own-rows/").count(), of_street);
    let foreign = of_day(app, id, known[2].day).await;
    assert_eq!(secretary.get(&format!("/own-rows/{foreign}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.get(&format!("/own-rows/{foreign}")).await.status, StatusCode::OK);
    let outside = town.other.to_string();
    let fields = [("form_version", "1"), ("unit_id", outside.as_str()), ("day", "2025-03-01"), ("v1", "清洁")];
    let refused = secretary.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // Nobody is named whom one doesn't see.
    let stranger = world.people.iter().find(|(.., unit)| *unit == world.communities[2].0).unwrap();
    let (east, picked) = (world.communities[0].0.to_string(), stranger.0.to_string());
    let fields = [
        ("form_version", "1"),
        ("unit_id", east.as_str()),
        ("day", "2025-03-01"),
        ("v1", "清洁"),
        ("v5", "谁"),
        ("v5_id", picked.as_str()),
    ];
    let refused = secretary.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text.contains(&stranger.1), "the name is not told");
    let defining = secretary.get(&format!("/own-registers/{id}/edit")).await;
    assert_eq!(defining.status, StatusCode::FORBIDDEN);
}

async fn members_and_leaders_fill_in_their_own(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let of = |filled_by: FilledBy| Draft {
        filled_by,
        fields: vec![field("心愿", FieldKind::Text), field("是否完成", FieldKind::YesNo)],
        ..service()
    };
    let by_person = defined(app, town.city, "wishes", of(FilledBy::Persons)).await;
    let by_group = defined(app, town.city, "groups", of(FilledBy::Groups)).await;
    let (person, _, unit) = world.people[0].clone();
    account(app, "member", None, Some(person)).await;
    let mut member = Browser::signed_in(app, "member").await;
    let fields = [("form_version", "1"), ("day", "2025-03-01"), ("v1", "读完一本书"), ("v2", "yes")];
    let done = member.post(&format!("/own-registers/{by_person}/rows"), &fields).await;
    let row = done.location.expect("entered");
    assert!(member.get(&row).await.text.contains("读完一本书"));
    let other = world.people[1].0.to_string();
    let mut for_other = fields.to_vec();
    for_other.push(("person_id", other.as_str()));
    let refused = member.post(&format!("/own-registers/{by_person}/rows"), &for_other).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    account(app, "colleague", None, Some(world.people[3].0)).await;
    let mut colleague = Browser::signed_in(app, "colleague").await;
    assert_eq!(colleague.get(&row).await.status, StatusCode::NOT_FOUND, "others' rows are not seen");
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(app, "reg.wishes.people", unit, year, &Filter::default(), None).await, 1);

    let group = federation::groups::store::default_groups(&app.db, &[unit]).await.unwrap().remove(&unit).unwrap();
    account(app, "leader", Some((Role::Leader, None, Some(group.id))), None).await;
    let mut leader = Browser::signed_in(app, "leader").await;
    let page = leader.get(&format!("/own-registers/{by_group}/rows/new")).await;
    assert!(page.text.contains(&format!("value=\"{}\"", group.name)), "the leader's group is filled in");
    let action = format!("/own-registers/{by_group}/rows");
    let done = send(&page, &action, &mut leader, &[("v1", "办好读书会")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let elsewhere = world.communities[2].0;
    let foreign = federation::groups::store::default_groups(&app.db, &[elsewhere]).await.unwrap();
    let foreign = foreign.get(&elsewhere).unwrap().id.to_string();
    let fields = [("form_version", "1"), ("day", "2025-03-01"), ("group_id", foreign.as_str()), ("v1", "x")];
    assert_eq!(leader.post(&action, &fields).await.status, StatusCode::FORBIDDEN);
    town.reconciled().await;
}

async fn readers_without_names_see_neither_people_nor_texts(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", service()).await;
    let (text, known) = made(&world, 12);
    import(app, town.city, "reg.service", &text).await;
    account(app, "reader", Some((Role::Reader, Some(town.city), None)), None).await;
    let mut reader = Browser::signed_in(app, "reader").await;
    let row = of_day(app, id, known[1].day).await;
    for path in [
        format!("/own-registers/{id}"),
        format!("/own-registers/{id}/rows"),
        format!("/own-rows/{row}"),
        "/metrics/reg.service.people?period=own&from=2025-01-01&to=2025-12-31".to_owned(),
    ] {
        let page = reader.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(world.people.iter().all(|(_, name, _)| !page.text.contains(name.as_str())), "{path}");
        assert!(!page.text.contains("项目1"), "{path}: free text");
    }
    assert!(reader.get(&format!("/own-rows/{row}")).await.text.contains("不显示"));
    let export = reader.get(&format!("/own-registers/{id}/rows/export")).await;
    let sheets = tabular::read_until("rows.xlsx", &export.bytes, &|| false).unwrap();
    let cells: Vec<String> = sheets[0].rows.iter().flatten().map(tabular::Cell::shown).collect();
    assert!(cells.iter().any(|cell| cell == "东社区"));
    assert!(world.people.iter().all(|(_, name, _)| cells.iter().all(|cell| !cell.contains(name.as_str()))));
    assert_eq!(reader.get(&format!("/own-registers/{id}/rows/new")).await.status, StatusCode::FORBIDDEN);
    let east = world.communities[0].0.to_string();
    let fields = [("form_version", "1"), ("unit_id", east.as_str()), ("day", "2025-03-01"), ("v1", "清洁")];
    let refused = reader.post(&format!("/own-registers/{id}/rows"), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

async fn who_has_handed_in_is_listed(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let monthly = Draft {
        every: Every::Month,
        due_day: Some(25),
        levels: vec!["community".to_owned()],
        fields: vec![field("情况", FieldKind::Text)],
        ..service()
    };
    let id = defined(app, town.city, "monthly", monthly).await;
    let period = Period::new(day("2025-11-01"), day("2025-11-30")).unwrap();
    import(app, town.city, "reg.monthly", "单位,日期,情况\n东社区,2025-11-03,正常\n西社区,2025-10-30,上月\n").await;
    let mut secretary = town.secretary("street", town.street).await;
    let path = format!("/own-registers/{id}/standing?day=2025-11-10");
    let page = secretary.get(&path).await;
    assert!(page.text.contains("2 个该报，已报 1 个，还差 1 个"), "{}", page.text);
    assert!(page.text.contains("2025-11-25 前报"));
    let west = world.communities[1].0.to_string();
    let fields = [("day", "2025-11-10"), ("unit_id", west.as_str()), ("nothing", "yes")];
    let said = secretary.post(&format!("/own-registers/{id}/nothing"), &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    assert!(secretary.get(&path).await.text.contains("2 个该报，已报 2 个，还差 0 个"));
    assert!(!secretary.get(&path).await.text.contains("南社区"), "another street's");
    let south = world.communities[2].0.to_string();
    let foreign = [("day", "2025-11-10"), ("unit_id", south.as_str()), ("nothing", "yes")];
    let refused = secretary.post(&format!("/own-registers/{id}/nothing"), &foreign).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let taken_back = [("day", "2025-11-10"), ("unit_id", west.as_str()), ("nothing", "no")];
    secretary.post(&format!("/own-registers/{id}/nothing"), &taken_back).await;
    let register = store::by_id(&app.db, id).await.unwrap().unwrap();
    let everywhere = app.operator().scope(Action::Read);
    let fillers = store::fillers(&app.db, &everywhere, &register, period).await.unwrap();
    let open: Vec<&str> = fillers
        .iter()
        .filter(|filler| filler.row_count == 0 && !filler.said_nothing)
        .map(|filler| filler.unit.as_str())
        .collect();
    assert_eq!(open, ["西社区", "南社区"]);
    assert_eq!(register.stored.state, State::Open);
    let odd: Result<(), AppError> = actions::set_nothing(
        app,
        &app.operator(),
        id,
        (world.communities[1].0, None),
        Period::new(day("2025-11-02"), day("2025-11-30")).unwrap(),
        true,
    )
    .await;
    assert_eq!(code(odd), "own-nothing-owed");
}

async fn a_merged_persons_rows_name_the_survivor(on: On) {
    let place = Place::new(on).await;
    let world = world(&place).await;
    let (app, town) = (&world.town.app, &world.town);
    let id = defined(app, town.city, "service", service()).await;
    let east = world.communities[0].0;
    let [one, other] = [0, 3].map(|place| world.people[place].0);
    let values = [
        ("f1".to_owned(), Value::Text("清洁".to_owned())),
        ("f5".to_owned(), Value::People(vec![one])),
        ("f6".to_owned(), Value::People(vec![one, other])),
    ];
    let entered = figures::own_registers::model::Entered {
        unit: east,
        group: None,
        person: None,
        day: day("2025-03-01"),
        until: None,
        values: values.into(),
    };
    let row = actions::enter(app, &app.operator(), id, 1, entered).await.unwrap();
    let year = Period::year(2025).unwrap();
    assert_eq!(figure(app, "reg.service.people", east, year, &Filter::default(), None).await, 2);
    people::actions::merge(app, &app.operator(), other, one).await.unwrap();
    assert_eq!(figure(app, "reg.service.people", east, year, &Filter::default(), None).await, 1);
    let seen = actions::row(app, &app.operator(), row).await.unwrap();
    assert_eq!(seen.row.values.get("f6"), Some(&Value::People(vec![one])));
    town.reconciled().await;
}
