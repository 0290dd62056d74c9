//! Pages of units and groups: what became of them, how they stand, and what a change takes along, told before.

use axum::http::StatusCode;
use qinglan::features::units;

use crate::{
    support::{On, Place, day, on_both},
    town::{town, unit},
};

on_both!(a_unit_shows_its_history_and_what_a_change_takes_along);

async fn a_unit_shows_its_history_and_what_a_change_takes_along(on: On) {
    let place = Place::new(on).await;
    let mut town = town(&place).await;
    let actor = town.app.operator();
    let community = unit(&town.app, "华德亭社区", "community", Some(town.street)).await;
    let small = unit(&town.app, "和平社区", "community", Some(town.street)).await;
    town.person("郑梦曦", community, None).await;
    town.person("何雨桐", community, None).await;
    let page = town.admin.get(&format!("/units/{}", town.street)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for told in ["连同下级 2 个单位、1 个小组、2 名成员一起移", "还有 2 个下级单位、2 名成员"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(page.text.contains("groups.open_at"), "the number of groups opens onto its rows");
    let empty = town.admin.get(&format!("/units/{small}")).await;
    assert!(empty.text.contains("0 个小组同时结束"), "{}", empty.text);

    units::actions::rename(&town.app, &actor, community, "华德亭新村社区").await.unwrap();
    units::actions::move_under(&town.app, &actor, community, Some(town.other), day("2025-06-01")).await.unwrap();
    units::actions::merge(&town.app, &actor, small, community, day("2025-09-01")).await.unwrap();
    let page = town.admin.get(&format!("/units/{community}")).await;
    let history = page.text.split("沿革").nth(1).unwrap_or_default();
    for (day, told) in [
        ("2026-01-05", "改名，以前叫“华德亭社区”"),
        ("2025-09-01", "“和平社区”并进来"),
        ("2025-06-01", "划到“红埠街道”下面"),
        ("一直", "划到“古沟街道”下面"),
    ] {
        let line = history.split("<li>").find(|line| line.contains(told)).unwrap_or_default();
        assert!(line.contains(day), "{told}: {history}");
    }
    let gone = town.admin.get(&format!("/units/{small}")).await;
    let history = gone.text.split("沿革").nth(1).unwrap_or_default();
    assert!(history.contains("并入“华德亭新村社区”") && !history.contains("这天是最后一天"), "{history}");

    // The search leads to the unit that was chosen.
    let chosen = town.admin.get(&format!("/units?q=hdt&q_id={community}")).await;
    assert_eq!(chosen.location.as_deref(), Some(format!("/units/{community}").as_str()));
    let hits = town.admin.get("/units?q=hdt").await;
    assert!(hits.text.contains("找到 1 个") && hits.text.contains("华德亭新村社区"), "{}", hits.text);
}
