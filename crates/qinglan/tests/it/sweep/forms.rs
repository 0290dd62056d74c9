//! Every form, filled in as by somebody who may send it: existing keys, all required fields, the current version.

use crate::{browser::PASSWORD, sweep::federation::Federation};

/// A form: the keys in its path, its fields, and a file.
pub struct Form {
    ids: Vec<String>,
    pub fields: Vec<(String, String)>,
    pub file: Option<(&'static str, &'static [u8])>,
}

impl Form {
    /// The path with the keys in it.
    pub fn path(&self, pattern: &str) -> String {
        let mut ids = self.ids.iter();
        let part = |part: &str| {
            if part.starts_with('{') { ids.next().expect("a key for each place").clone() } else { part.to_owned() }
        };
        let path = pattern.split('/').map(part).collect::<Vec<_>>().join("/");
        assert!(ids.next().is_none(), "{pattern}: more keys than places");
        path
    }
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
const ROSTER: &[u8] = "姓名,工作单位\n何雨桐,古沟街道\n".as_bytes();
const TODAY: &str = "2026-01-05";

/// A form with keys in its path.
fn at<const N: usize>(ids: [String; N]) -> Form {
    Form { ids: ids.into(), fields: Vec::new(), file: None }
}

impl Form {
    fn with<const N: usize>(mut self, fields: [(&str, &str); N]) -> Self {
        self.fields.extend(fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self
    }

    fn file(mut self, name: &'static str, bytes: &'static [u8]) -> Self {
        self.file = Some((name, bytes));
        self
    }
}

/// Reads keys and versions of existing records.
struct Stock<'f>(&'f Federation);

impl Stock<'_> {
    fn key(&self, name: &str) -> String {
        self.0.key(name).to_string()
    }

    async fn version(&self, table: &str, name: &str) -> String {
        let sql = format!("select version from {table} where id = {}", self.0.key(name));
        let version: Option<i64> = ledger::db::scalar(&self.0.app.db, &sql, vec![]).await.expect("a query");
        version.expect("a version").to_string()
    }

    /// A form with the current version of what its path names.
    async fn over(&self, table: &str, name: &str) -> Form {
        at([self.key(name)]).with([("version", &self.version(table, name).await)])
    }
}

/// The form of a route; `None` for a route that isn't known here.
pub async fn form(federation: &Federation, pattern: &str) -> Option<Form> {
    let stock = Stock(federation);
    let area = pattern.split('/').nth(1).unwrap_or_default();
    match area {
        "account" | "accounts" | "settings" => accounts(&stock, pattern).await,
        "units" | "groups" => units(&stock, pattern).await,
        "people" => people(&stock, pattern).await,
        "activities" | "check-in" => activities(&stock, pattern).await,
        "joint" => joint(&stock, pattern).await,
        "speakers" | "tours" => speakers(&stock, pattern).await,
        "external" => external(&stock, pattern).await,
        "honours" => honours(&stock, pattern).await,
        "themes" => themes(&stock, pattern).await,
        "posts" => posts(&stock, pattern).await,
        "growth" => Some(at([]).with([("year", "2025"), ("words", "这一年"), ("version", "0")])),
        "stints" => stints(&stock, pattern).await,
        "openings" | "candidates" => openings(&stock, pattern).await,
        "notes" => notes(&stock, pattern).await,
        "materials" | "plans" => learning(&stock, pattern).await,
        "notices" | "duties" | "talks" => notices(&stock, pattern).await,
        "matters" => matters(&stock, pattern).await,
        "imports" | "reports" => imports(&stock, pattern),
        "own-registers" | "own-rows" | "metrics" => own(&stock, pattern).await,
        _ => None,
    }
}

async fn matters(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let street = stock.key("street");
    let mut fields = vec![("title".to_owned(), "家庭教育讲座".to_owned()), ("unit_id".to_owned(), street.clone())];
    for place in 1..=4 {
        fields.extend([
            (format!("unit_{place}_id"), street.clone()),
            (format!("due_{place}"), format!("2026-02-0{place}")),
        ]);
    }
    let filled = |form: Form, more: &[(&str, &str)]| {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Form { fields: form.fields.into_iter().chain(fields.clone()).chain(more).collect(), ..form }
    };
    let over = async || stock.over("matter", "matter").await;
    Some(match pattern {
        "/matters" => filled(at([]), &[("method", "four_lists")]),
        "/matters/{id}" => filled(over().await, &[("unit_5_id", &street), ("due_5", "2026-02-05")]),
        "/matters/{id}/withdraw" => over().await.with([("reason", "不办了")]),
        "/matters/{id}/hand-in" => over().await.with([("text", "已收集三个社区的需求")]),
        "/matters/{id}/rule" => at([stock.key("matter")]).with([
            ("duty", &*stock.key("duty_task")),
            ("as", "excuse"),
            ("reason", "合并办理"),
        ]),
        _ => return None,
    })
}

async fn accounts(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (street, target) = (stock.key("street"), stock.key("target"));
    Some(match pattern {
        "/account" => at([]).with([("display", "本人"), ("language", "en"), ("theme", "dark")]),
        "/account/password" => {
            at([]).with([("old", PASSWORD), ("new", "秋水共长天一色青蓝"), ("again", "秋水共长天一色青蓝")])
        }
        "/account/theme" => at([]).with([("theme", "dark"), ("next", "/account")]),
        "/account/sessions/end" => at([]),
        "/account/unit" => at([]).with([("unit_id", &stock.key("below")), ("next", "/account")]),
        "/accounts" => at([]).with([("name", "newcomer"), ("display", "新人")]),
        "/accounts/{account}/reset" | "/accounts/{account}/lock" | "/accounts/{account}/unlock" => at([target]),
        "/accounts/{account}/roles" => at([target]).with([("role", "secretary"), ("unit_id", &street)]),
        "/accounts/{account}/roles/{role}/end" => at([target, stock.key("role")]),
        "/settings/methods" => at([]).with([("name", "三单工作法"), ("aliases", "点单 派单 评单")]),
        "/settings" => at([]).with([
            ("version", &*crate::town::settings_version(&stock.0.app).await.to_string()),
            ("age_limit", "40"),
            ("least_sessions_month", "1"),
            ("least_hours_year", "30"),
            ("least_rate", "80"),
            ("hour_minutes", "45"),
            ("session_minutes", "90"),
            ("external_percent", "100"),
            ("reading_minutes", "45"),
            ("note_minutes", "45"),
            ("talk_days", "30"),
            ("evidence_days", "1095"),
            ("check_in_before", "30"),
            ("check_in_after", "20"),
            ("check_in_seconds", "20"),
        ]),
        "/settings/levels/{code}" => {
            let levels = federation::units::store::levels(&stock.0.app.db).await.expect("levels");
            let street = levels.iter().find(|level| level.code == "street").expect("the level of streets");
            at(["street".to_owned()]).with([
                ("version", &*street.version().to_string()),
                ("zh", "街镇"),
                ("en", "street"),
                ("bare", "街道 镇 乡"),
            ])
        }
        "/settings/types" => at([]).with([("name", "青年夜校"), ("pillar", "wheel"), ("en", "night school")]),
        "/settings/platforms" => at([]).with([("name", "云课堂"), ("en", "Cloud class")]),
        "/settings/fields" => at([]).with([("name", "外事礼仪"), ("en", "Protocol")]),
        "/settings/honours" => at([]).with([("name", "三八红旗手"), ("en", "Red banner")]),
        _ => return None,
    })
}

async fn units(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (street, other) = (stock.key("street"), stock.key("other"));
    Some(match pattern {
        "/units/{id}/units" => at([street]).with([("name", "柳岸社区"), ("level", "community")]),
        "/units/{id}/rename" => stock.over("unit", "street").await.with([("name", "古沟新街道")]),
        "/units/{id}/move" => at([street]).with([("parent_id", &other), ("from", TODAY)]),
        "/units/{id}/merge" => at([street]).with([("survivor_id", &other), ("from", TODAY)]),
        "/units/{id}/close" => at([stock.key("below")]).with([("on", TODAY)]),
        "/groups" => at([]).with([("name", "夜读小组"), ("unit_id", &street), ("from", TODAY)]),
        "/groups/{id}" => stock.over("study_group", "group").await.with([
            ("name", "青年理论学习小组"),
            ("age_limit", "35"),
            ("least_sessions_month", "2"),
        ]),
        _ => return None,
    })
}

async fn people(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (person, street) = (stock.key("person"), stock.key("street"));
    let version = stock.version("person", "person").await;
    let dated = |of: &str, last: &str| {
        at([person.clone(), stock.key(of)]).with([("do", "end"), ("last", last), ("version", &version)])
    };
    Some(match pattern {
        "/people" => at([]).with([("name", "林若溪"), ("unit_id", &street), ("from", TODAY)]),
        "/people/{id}/merge" => {
            let second = stock.version("person", "second").await;
            let other = stock.key("second");
            at([person]).with([("other_id", &other), ("other_version", &second), ("version", &version)])
        }
        "/people/{id}/edit" => stock.over("person", "person").await.with([("name", "郑梦溪")]),
        "/people/{id}/memberships/{membership}" => dated("membership", TODAY),
        "/people/{id}/states/{state}" => dated("state", "2025-02-05"),
        "/people/{id}/transfer" => at([person]).with([("unit_id", &stock.key("below")), ("from", TODAY)]),
        "/people/{id}/leave" => at([person]).with([("last", TODAY)]),
        "/people/{id}/party" => at([person]).with([("party", "member"), ("from", "2025-03-01")]),
        "/people/{id}/nicknames" => at([person]).with([("nickname", "小曦")]),
        "/people/{id}/join" => at([person]).with([("group_id", &stock.key("further")), ("from", TODAY)]),
        "/people/lending/{lending}" => at([stock.key("lending")]).with([("as", "accepted")]),
        "/people/{id}/absence" => at([person]).with([("from", TODAY), ("to", "2026-02-01")]),
        _ => return None,
    })
}

async fn activities(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (street, person, activity) = (stock.key("street"), stock.key("person"), stock.key("activity"));
    let marked = format!("status-{person}");
    let chosen = format!("say-{person}");
    let was = format!("{person}=");
    Some(match pattern {
        "/activities" => at([]).with([
            ("title", "座谈"),
            ("day", TODAY),
            ("type", "study"),
            ("host_id", &street),
            ("as", "announced"),
        ]),
        "/activities/{id}" => stock.over("activity", "activity").await.with([
            ("title", "集中学习二"),
            ("day", "2025-06-03"),
            ("type", "study"),
            ("host_id", &street),
            ("audience", "4"),
        ]),
        "/activities/{id}/announce" => stock.over("activity", "draft").await,
        "/activities/{id}/attendance" => {
            at([stock.key("today")]).with([("was", &was), (&marked, "on_time"), ("do", "save")])
        }
        // Reading a text marks nobody; the marks on the page come along.
        "/activities/{id}/attendance/paste" => {
            at([stock.key("today")]).with([("was", &was), (&marked, "late"), ("paste", "郑梦曦")])
        }
        "/activities/{id}/attendance/file" => {
            at([stock.key("today")]).with([("least", "30")]).file("list.txt", "郑梦曦".as_bytes())
        }
        "/activities/{id}/attendance/read" => at([stock.key("today")]).with([("text", "郑梦曦"), (&chosen, "on_time")]),
        "/activities/{id}/check-in" => at([stock.key("today")]),
        "/activities/{id}/check-in/end" => at([stock.key("checking")]),
        "/activities/{id}/close" => at([activity]),
        "/activities/{id}/void" => at([activity]).with([("reason", "重复登记")]),
        "/activities/{id}/evidence" => at([activity]).file("b.pdf", PDF),
        "/activities/{id}/materials" => at([activity]).with([("material_id", &stock.key("material"))]),
        "/activities/{id}/materials/{material}/remove" => at([activity, stock.key("studied")]),
        "/activities/{id}/evidence/{piece}/show"
        | "/activities/{id}/evidence/{piece}/hide"
        | "/activities/{id}/evidence/{piece}/remove" => at([activity, stock.key("piece")]),
        "/activities/{id}/rate" => {
            at([stock.key("lecture")]).with([("speaker", &stock.key("speaker")), ("stars", "5")])
        }
        "/check-in/{code}" => at([stock.0.code.clone()]),
        _ => return None,
    })
}

async fn joint(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (person, second) = (stock.key("person"), stock.key("second"));
    Some(match pattern {
        "/joint/call/{activity}" => at([stock.key("calling")]).with([("unit", &stock.key("street"))]),
        "/joint/{id}/answer" => stock.over("joint_offer", "offer_open").await.with([("do", "yes")]),
        "/joint/{id}/guests" => stock.over("joint_offer", "offer").await.with([("guests", "3"), ("contact", "小李")]),
        "/joint/{id}/people" => stock.over("joint_offer", "offer").await.with([("person", &person)]),
        "/joint/{id}/roll" => {
            let marked = format!("status-{person}");
            let was = format!("{person}= {second}= {}= {}=", stock.key("imported"), stock.key("appointed"));
            let version = stock.version("activity", "joined").await;
            at([stock.key("offer")]).with([
                ("was", &was),
                (&marked, "on_time"),
                ("do", "absent"),
                ("version", &version),
            ])
        }
        "/joint/{id}/withdraw" => at([stock.key("offer_open")]),
        _ => return None,
    })
}

async fn speakers(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let street = stock.key("street");
    let entry = [("name", "沈青云"), ("field", "theory"), ("level", "expert"), ("unit_id", street.as_str())];
    let tour = [("title", "宣讲"), ("from", TODAY), ("to", "2026-01-31")];
    Some(match pattern {
        "/speakers" => at([]).with(entry),
        "/speakers/{id}" => stock.over("speaker", "speaker").await.with(entry),
        "/speakers/{id}/retire" => stock.over("speaker", "speaker").await.with([("do", "retire")]),
        "/tours" => at([]).with(tour).with([("unit_id", &street)]),
        "/tours/{id}" => stock.over("lecture_tour", "tour").await.with(tour),
        "/tours/{id}/stops" => at([stock.key("tour")]).with([("stops", "1月8日 09:00 古沟街道")]),
        _ => return None,
    })
}

async fn stints(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let fields = [
        ("part", "task_force"),
        ("task", "防汛专班"),
        ("place", "古沟"),
        ("from", "2025-07-01"),
        ("to", "2025-07-31"),
        ("hours", "8.5"),
    ];
    Some(match pattern {
        "/stints" => at([]).with(fields).with([("person_id", &stock.key("person"))]),
        "/stints/{id}" => stock.over("stint", "stint").await.with(fields),
        "/stints/{id}/check" => stock.over("stint", "stint").await,
        "/stints/{id}/finish" => {
            stock.over("stint", "stint").await.with([("to", "2025-08-31"), ("hours", "9"), ("result", "优秀")])
        }
        "/stints/{id}/return" | "/stints/{id}/void" => {
            stock.over("stint", "stint").await.with([("reason", "登记有误")])
        }
        _ => return None,
    })
}

async fn openings(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let fields = [
        ("part", "work_team"),
        ("title", "驻村工作队队员"),
        ("place", "青岭村"),
        ("places", "3"),
        ("needs", "会开车"),
        ("from", "2026-02-01"),
        ("to", "2026-07-31"),
        ("contact", "组织部"),
        ("closes", "2026-01-20"),
    ];
    let opening = stock.over("opening", "opening").await;
    let of = async |name| {
        let version = stock.version("opening_candidate", name).await;
        at([stock.key(name)]).with([("version", &*version)])
    };
    Some(match pattern {
        "/openings" => at([]).with(fields).with([("unit_id", &stock.key("street"))]),
        "/openings/{id}" => opening.with(fields),
        "/openings/{id}/close" => opening.with([("declines", "on"), ("words", "下次再来")]),
        "/openings/{id}/reopen" => {
            let version = stock.version("opening", "opening_closed").await;
            at([stock.key("opening_closed")]).with([("version", &*version), ("closes", "2026-01-20")])
        }
        "/openings/{id}/withdraw" => opening.with([("reason", "不办了")]),
        "/openings/{id}/candidates" => {
            at([stock.key("opening")]).with([("person_id", &*stock.key("second")), ("words", "想去")])
        }
        "/candidates/{id}/withdraw" => of("candidate").await,
        "/candidates/{id}/select" => of("candidate").await.with([("reason", "合适"), ("from", TODAY)]),
        "/candidates/{id}/decline" => of("candidate").await.with([("words", "下次再来")]),
        "/candidates/{id}/reconsider" => of("candidate_declined").await,
        "/candidates/{id}/visits" => at([stock.key("candidate_over")]).with([
            ("day", TODAY),
            ("who", "街道组织委员"),
            ("words", "看了住处，一切都好"),
        ]),
        "/candidates/{id}/visits/{visit}/remove" => {
            let version = stock.version("opening_visit", "visit").await;
            at([stock.key("candidate_over"), stock.key("visit")]).with([("version", &*version)])
        }
        "/candidates/{id}/appraise" => at([stock.key("candidate_over")]).with([
            ("version", "0"),
            ("side", "asking"),
            ("grade", "good"),
            ("words", "踏实肯干"),
        ]),
        "/candidates/{id}/arrive" => of("candidate_selected").await.with([("from", TODAY)]),
        _ => return None,
    })
}

async fn honours(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (person, honour) = (stock.key("person"), stock.key("honour"));
    let fields = [("title", "优秀青年干部"), ("level", "county"), ("conferrer", "区委"), ("day", "2025-07-01")];
    Some(match pattern {
        "/honours" => at([]).with(fields).with([("person_id", &person)]),
        "/honours/{id}" => stock.over("honour", "honour").await.with(fields),
        "/honours/{id}/check" => stock.over("honour", "honour").await,
        "/honours/{id}/return" | "/honours/{id}/void" => {
            stock.over("honour", "honour").await.with([("reason", "登记有误")])
        }
        "/honours/{id}/evidence" => at([honour]).file("b.pdf", PDF),
        "/honours/{id}/evidence/{piece}/remove" => at([honour, stock.key("certificate")]),
        _ => return None,
    })
}

async fn external(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (street, person, external) = (stock.key("street"), stock.key("person"), stock.key("external"));
    let class = [
        ("unit_id", street.as_str()),
        ("platform", "daxuexi"),
        ("season", "2"),
        ("issue", "1"),
        ("opened_on", "2025-06-08"),
        ("participants", "1"),
        ("base", "2"),
    ];
    Some(match pattern {
        "/external" => {
            at([]).with([("platform", "qiangguo"), ("month", "2025-07"), ("points", "12"), ("person_id", &person)])
        }
        "/external/attest" => {
            let chosen = format!("{external}.{}", stock.version("external_result", "external").await);
            at([]).with([("chosen", &chosen)])
        }
        "/external/{id}" => stock.over("external_result", "external").await.with([
            ("platform", "qiangguo"),
            ("month", "2025-06"),
            ("points", "11"),
        ]),
        "/external/{id}/attest" => stock.over("external_result", "external").await,
        "/external/{id}/return" | "/external/{id}/void" => {
            stock.over("external_result", "external").await.with([("reason", "登记有误")])
        }
        "/external/{id}/evidence" => at([external]).file("b.pdf", PDF),
        "/external/{id}/evidence/{piece}/remove" => at([external, stock.key("proof")]),
        "/external/classes" => at([]).with(class),
        "/external/classes/{class}" => stock.over("class_result", "class").await.with(class),
        "/external/classes/{class}/void" => stock.over("class_result", "class").await.with([("reason", "登记有误")]),
        "/external/goals" => at([]).with([
            ("unit_id", &street),
            ("measure", "points"),
            ("per", "year"),
            ("amount", "50"),
            ("from_month", "2026-01"),
        ]),
        "/external/goals/{goal}/end" => stock.over("external_goal", "goal").await,
        _ => return None,
    })
}

async fn own(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let street = stock.key("street");
    let field = [("name", "走访"), ("every", "month"), ("p1_name", "地点"), ("p1_kind", "text")];
    let row = [("form_version", "1"), ("unit_id", &*street), ("day", TODAY), ("v1", "东岭")];
    Some(match pattern {
        "/own-registers" => at([]).with(field).with([("code", "more"), ("unit_id", &street)]),
        "/own-registers/presets" => at([]).with([("preset", "volunteering")]),
        "/own-registers/{id}" => stock
            .over("own_register", "own_register")
            .await
            .with(field)
            .with([("p2_name", "人数"), ("p2_kind", "number")]),
        "/own-registers/{id}/close" => stock.over("own_register", "own_register").await,
        "/own-registers/{id}/open" | "/own-registers/{id}/delete" => stock.over("own_register", "own_draft").await,
        "/own-registers/{id}/nothing" => {
            at([stock.key("own_register")]).with([("day", TODAY), ("unit_id", &street), ("nothing", "yes")])
        }
        "/own-registers/{id}/rows" => at([stock.key("own_register")]).with(row),
        "/own-rows/{id}" => stock.over("own_row", "own_row").await.with(row),
        "/own-rows/{id}/void" => stock.over("own_row", "own_row").await.with([("reason", "登记有误")]),
        "/metrics/own" => at([]).with([
            ("kind", "activities.held"),
            ("measure", "occasions"),
            ("code", "more"),
            ("name", "场次"),
            ("unit_zh", "场"),
            ("definition", "已举办的活动。"),
        ]),
        "/metrics/own/retire" => at([]).with([("key", "own.known")]),
        _ => return None,
    })
}

async fn posts(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    Some(match pattern {
        "/posts" => at([]).with([("name", "权益维护"), ("unit_id", &stock.key("street"))]),
        "/posts/{id}" => stock.over("post", "post").await.with([("name", "综合管理"), ("needs", "财务")]),
        "/posts/{id}/close" => stock.over("post", "post").await.with([("last", TODAY)]),
        "/posts/{id}/remove" => stock.over("post", "post").await,
        _ => return None,
    })
}

async fn themes(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let theme = [("name", "清风"), ("from", TODAY)];
    Some(match pattern {
        "/themes" => at([]).with([("name", "学思想"), ("from", TODAY), ("unit_id", &stock.key("street"))]),
        "/themes/{id}" => stock.over("theme", "theme").await.with(theme),
        "/themes/{id}/remove" => stock.over("theme", "theme").await,
        _ => return None,
    })
}

async fn notes(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let text = [("title", "读书笔记"), ("body", "读后有所得。")];
    Some(match pattern {
        "/notes" => at([]).with(text),
        "/notes/{id}" => stock.over("study_note", "note_draft").await.with(text),
        "/notes/{id}/hand-in" | "/notes/{id}/remove" => stock.over("study_note", "note_draft").await,
        "/notes/{id}/take-back" => stock.over("study_note", "note").await,
        "/notes/{id}/comment" => at([stock.key("note")]).with([("text", "写得实在。")]),
        "/notes/{id}/recommend" => stock.over("study_note", "note").await.with([("yes", "yes")]),
        "/notes/{id}/collect" => stock.over("study_note", "note").await.with([("within", "青年心得集")]),
        _ => return None,
    })
}

async fn learning(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let street = stock.key("street");
    let plan = [("title", "学习安排"), ("from", "2026-01-01"), ("to", "2026-01-31")];
    Some(match pattern {
        "/materials" => {
            at([]).with([("kind", "law"), ("title", "某条例"), ("unit_id", &street)]).file("c.md", b"# Text\n\nOne.\n")
        }
        "/materials/{id}" => stock.over("material", "material").await.with([("kind", "law"), ("title", "某法二")]),
        "/materials/{id}/retire" => stock.over("material", "material").await,
        "/materials/{id}/place" => at([stock.key("material")]).with([("section", "1"), ("block", "2")]),
        "/plans" => at([]).with(plan).with([("unit_id", &street)]),
        "/plans/{id}" => stock.over("study_plan", "plan").await.with(plan),
        "/plans/{id}/state" => stock.over("study_plan", "plan").await.with([("as", "withdrawn")]),
        "/plans/{id}/items" => at([stock.key("plan")]).with([("due_on", "2026-01-20"), ("text", "第三章")]),
        "/plans/items/{item}/remind" | "/plans/items/{item}/finished" | "/plans/items/{item}/drop" => {
            at([stock.key("item_open")])
        }
        _ => return None,
    })
}

async fn notices(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let street = stock.key("street");
    let notice = [
        ("title", "关于报送材料的通知"),
        ("due_on", "2026-01-20"),
        ("recipients", "children"),
        ("kind_1", "return"),
        ("wanted_1", "报送材料"),
    ];
    Some(match pattern {
        "/notices" => at([]).with(notice).with([("unit_id", &street)]),
        "/notices/{id}" => stock.over("notice", "notice_draft").await.with(notice),
        "/notices/{id}/files" => at([stock.key("notice_draft")]).file("c.pdf", PDF),
        "/notices/{id}/files/{file}/drop" => at([stock.key("notice_draft"), stock.key("draft_file")]),
        "/notices/{id}/send" | "/notices/{id}/drop" => stock.over("notice", "notice_draft").await,
        "/notices/{id}/withdraw" => stock.over("notice", "notice").await.with([("reason", "另行通知")]),
        "/notices/{id}/copy" | "/notices/{id}/remind" => at([stock.key("notice")]),
        "/notices/duties/{duty}/answer" => {
            stock.over("duty", "duty").await.with([("text", "补充说明")]).file("d.pdf", PDF)
        }
        "/notices/duties/{duty}/activity" => {
            at([stock.key("duty_activity")]).with([("activity", &stock.key("lecture"))])
        }
        "/notices/duties/{duty}/plan" => at([stock.key("duty_plan")]).with([("plan", &stock.key("plan"))]),
        "/notices/duties/{duty}/ruling" => at([stock.key("duty")]).with([("as", "back"), ("reason", "补上附件")]),
        "/duties/remind" => at([]).with([("chosen", &stock.key("duty_activity"))]),
        "/duties/rule" => at([]).with([("chosen", &*stock.key("duty_activity")), ("ruling", "excuse")]),
        "/talks/hold" => at([]).with([("chosen", &*stock.key("duty_talk")), ("day", "2026-01-05")]),
        _ => return None,
    })
}

fn imports(stock: &Stock<'_>, pattern: &str) -> Option<Form> {
    let (street, work) = (stock.key("street"), stock.key("work"));
    Some(match pattern {
        "/imports/work" => at([]).with([("kind", "roster"), ("unit_id", &street)]).file("r.csv", ROSTER),
        "/imports/work/{work}/answers" => at([work]).with([("question-2", &stock.0.question), ("answer-2", "1")]),
        "/imports/work/{work}/layout" => at([work]).with([
            ("sheet", "r"),
            ("read_sheet", "r"),
            ("header_row", "1"),
            ("read_row", "1"),
            ("column-name", "0"),
            ("column-unit", "1"),
        ]),
        "/imports/work/{work}/year" => at([work]).with([("year", "2024")]),
        "/imports/work/{work}/unit" => at([work]).with([("row", "3"), ("unit_id", &street)]),
        "/imports/work/{work}/take" => at([work]).with([("shown", &stock.0.shown)]),
        "/imports/work/{work}/drop" => at([work]),
        "/imports/{id}/undo" => at([stock.key("import")]),
        "/imports/{id}/again" => at([stock.key("undone")]),
        "/reports" => at([]).with([
            ("template", "annual"),
            ("unit_id", &street),
            ("period", "own"),
            ("from", "2025-01-01"),
            ("to", "2025-12-31"),
        ]),
        _ => return None,
    })
}
