//! An exported register can be imported again: the same sessions, the same lists, nothing duplicated.

use desk::{app::App, ui::language::Language};
use federation::{
    imports::{Answers, Context, Source, Summary, actions},
    units,
};
use figures::registers::actions::{Order, build};
use kernel::Period;
use qinglan::features::activities::{self, Stands, Status, actions::draft_of, registers::SESSIONS};

use crate::{
    sample::{CITY, ROSTER, figure, import, with_sample},
    support::{On, Place, day, on_both},
};

on_both!(an_exported_register_of_activities_can_be_imported_again);

async fn handed_in(app: &App, name: &str, bytes: Vec<u8>, take: bool) -> Summary {
    let source = Source::from_file(name, bytes, qinglan::features::activities::import::KIND).expect("a file");
    let answers = Answers::new();
    let progress = |_, _| ();
    let context = Context {
        source: &source,
        unit: Some(units::find_by_code_or_name(&app.db, "9901").await.unwrap().id),
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    let actor = app.operator();
    let shown = actions::preview(app, &actor, qinglan::features::activities::import::KIND, &context).await.unwrap();
    if take {
        actions::confirm(app, &actor, qinglan::features::activities::import::KIND, &context, &shown).await.unwrap();
    }
    shown
}

async fn an_exported_register_of_activities_can_be_imported_again(on: On) {
    let place = Place::new(on).await;
    let app = with_sample(&place).await;
    let unit = units::find_by_code_or_name(&app.db, "9901").await.unwrap().id;
    let period = Period::new(day("2025-01-01"), day("2025-12-31")).unwrap();
    // One session whose people have all kinds of attendance.
    let held = activities::store::held_under(&app.db, unit, period).await.unwrap();
    let one = held.iter().find(|one| one.attendance.len() >= 8).expect("a session with a list");
    let mut draft = draft_of(&app, one.id).await.unwrap();
    for (place, handed) in draft.attendance.iter_mut().enumerate() {
        handed.stands = match place {
            0 => Stands::plain(Status::Late),
            1 => Stands::plain(Status::Leave),
            2 => Stands::plain(Status::Absent),
            3 => Stands { made_up_on: Some(one.day), ..Stands::plain(Status::Leave) },
            4 => Stands::plain(Status::Observer),
            _ => Stands::plain(Status::OnTime),
        };
    }
    activities::actions::edit(&app, &app.operator(), draft, None).await.unwrap();
    let order = Order { register: SESSIONS, unit, period, phones: false };
    let words = qinglan::words(Language::Chinese);
    let sheet = build(&app, &app.operator(), order, &words).await.unwrap();
    let xlsx = document::xlsx(&sheet).unwrap();
    for (name, bytes) in [("register.xlsx", xlsx.clone()), ("register.csv", document::csv(&sheet).unwrap())] {
        let again = handed_in(&app, name, bytes, false).await;
        let odd: Vec<_> = again.judged.iter().filter(|judged| judged.verdict != imports_repeated()).take(3).collect();
        assert_eq!((again.read, again.repeated, again.taken), (held.len(), held.len(), 0), "{name}: {odd:?}");
    }
    // A federation with the same people has the same figures afterwards.
    let other_place = Place::new(on).await;
    let other = other_place.open().await;
    import(&other, federation::units::import::KIND, CITY, &Answers::new()).await;
    import(&other, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    let taken = handed_in(&other, "register.xlsx", xlsx, true).await;
    assert_eq!(
        (taken.read, taken.taken),
        (held.len(), held.len()),
        "{:?}",
        taken.judged.iter().take(3).collect::<Vec<_>>()
    );
    for key in ["occasions", "person_times", "persons", "audience", "on_leave"] {
        let key = format!("activities.{key}");
        assert_eq!(figure(&other, &key, &[]).await, figure(&app, &key, &[]).await, "{key}");
    }
}

fn imports_repeated() -> federation::imports::Verdict {
    federation::imports::Verdict::Repeated
}
