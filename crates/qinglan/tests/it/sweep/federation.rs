//! A small federation with one of everything: a city with two streets, each with a group and people.

use std::collections::BTreeMap;

use desk::{actor::Role, app::App, serve::Site};
use federation::{
    groups,
    imports::{Answers, Context, Source, actions as imports},
    people, scope,
};
use kernel::{GroupId, PersonId, RecordId, UnitId};
use qinglan::features::{
    activities::{self, Status, actions::Draft},
    joint, lectures, offers, speakers,
};

use crate::{
    browser::{Browser, account},
    support::day,
    sweep::list::VISITORS,
    town::{new_person, unit},
};

/// The keys for the paths, by name, and the visitors, signed in.
pub struct Federation {
    pub app: App,
    pub browsers: Vec<Browser>,
    keys: BTreeMap<&'static str, i64>,
    /// A valid check-in code.
    pub code: String,
    /// The digest of what the page of the uploaded file shows, and its question.
    pub shown: String,
    pub question: String,
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

impl Federation {
    /// The key with a name.
    pub fn key(&self, name: &str) -> i64 {
        *self.keys.get(name).unwrap_or_else(|| panic!("nothing is called {name}"))
    }

    /// The visitor with a name.
    pub fn browser(&self, name: &str) -> Browser {
        let place = VISITORS.iter().position(|known| *known == name).expect("a visitor");
        self.browsers[place].clone()
    }

    async fn newest(&self, sql: &str) -> i64 {
        ledger::db::scalar(&self.app.db, sql, vec![]).await.expect("a query").expect("a key")
    }

    pub async fn new(app: App) -> Self {
        let mut keys = BTreeMap::new();
        let city = unit(&app, "青蓝市", "city", None).await;
        let street = unit(&app, "古沟街道", "street", Some(city)).await;
        let other = unit(&app, "红埠街道", "street", Some(city)).await;
        let below = unit(&app, "松风社区", "community", Some(street)).await;
        keys.extend([("city", city.0), ("street", street.0), ("other", other.0), ("below", below.0)]);
        let person = person(&app, "郑梦曦", street).await;
        let second = person_of(&app, "周文静", street).await;
        let far = person_of(&app, "孙予安", other).await;
        keys.extend([("person", person.0), ("second", second.0)]);
        let defaults = groups::store::default_groups(&app.db, &[street, other]).await.expect("groups");
        let (group, far_group) = (defaults[&street].id, defaults[&other].id);
        let opening = groups::actions::Opening {
            name: "读书会".to_owned(),
            brand: None,
            unit: street,
            shared_by: Vec::new(),
            from: day("2025-01-01"),
        };
        let further = groups::actions::open(&app, &app.operator(), opening).await.expect("a group");
        keys.extend([("group", group.0), ("further", further.0)]);
        visitors(&app, (street, other), (group, far_group), (person, far)).await;
        let target = account(&app, "target", Some((Role::Reader, Some(street), None)), None).await;
        keys.insert("target", target.0);
        // Signed in on one server; each has another session elsewhere.
        let site = Site::new(app.clone(), desk::outside::Outside::new(false)).expect("a site");
        site.app.share(federation::imports::Jobs::waiting(std::time::Duration::from_mins(1)));
        let server = Browser::of(site);
        let mut browsers = Vec::new();
        for visitor in VISITORS {
            browsers.push(server.another().sign_in(visitor).await);
        }
        let sql = "insert into session (digest, account_id, created_at, seen_at, ends_at, keep) \
                   select 'other' || account_id, account_id, created_at, seen_at, ends_at, keep from session";
        ledger::db::execute(&app.db, sql, vec![]).await.expect("other sessions");
        let mut federation =
            Self { app, browsers, keys, code: String::new(), shown: String::new(), question: String::new() };
        federation.fill((city, street, other), (person, group)).await;
        federation
    }

    async fn fill(&mut self, (city, street, other): (UnitId, UnitId, UnitId), (person, group): (PersonId, GroupId)) {
        let app = self.app.clone();
        self.keys
            .insert("membership", self.newest(&format!("select id from membership where person_id = {person}")).await);
        self.keys
            .insert("state", self.newest(&format!("select id from person_state where person_id = {person}")).await);
        // Somebody of the street is offered to the other one.
        let sql = "insert into secondment_offer (id, person_id, home_unit_id, unit_id, from_day, offered_by, offered_at) \
                   values (1, $1, $2, $3, '2026-01-01', 1, '2026-01-04T02:00:00.000Z')";
        let second = self.key("second");
        ledger::db::execute(&app.db, sql, vec![second.into(), street.0.into(), other.0.into()])
            .await
            .expect("an offer");
        let sql = "insert into person_nickname (person_id, nickname, given_at, account_id) values ($1, '小曦', '2026-01-04', 1)";
        ledger::db::execute(&app.db, sql, vec![person.0.into()]).await.expect("a nickname");
        ledger::db::execute(&app.db, "update id_range set last = 1 where name = 'secondment_offer'", vec![])
            .await
            .expect("a range");
        self.keys.insert("lending", 1);
        self.keys.insert("role", self.newest("select max(id) from account_role").await);
        self.keys.insert("report", report(&app, street).await);
        self.learning(street, person).await;
        self.speakers(street).await;
        self.sessions((street, other), person).await;
        self.external(street).await;
        self.own().await;
        self.own_registers(street).await;
        self.themes(street).await;
        self.posts(street).await;
        self.studied(street).await;
        self.openings(street, person).await;
        self.notices(city, street).await;
        self.talks(street).await;
        self.matters(street, person).await;
        self.imports(street).await;
        assert_ne!(group.0, self.key("further"));
    }

    /// A published text, and a plan with an item that the member has finished and one that nobody has.
    async fn learning(&mut self, unit: UnitId, person: PersonId) {
        use federation::files::Incoming;
        use qinglan::features::{
            materials,
            plans::{self, actions},
        };
        let (app, actor) = (self.app.clone(), self.app.operator());
        let text = materials::actions::Said {
            kind: materials::Kind::Law,
            title: "某法".to_owned(),
            author: None,
            issued_on: None,
            summary: None,
        };
        let file = Incoming::from_bytes(&app, "某法.md", "# 某法\n\n第一条\n").await.expect("a file");
        let what = materials::actions::What::File(file);
        let material = materials::actions::publish(&app, &actor, Some(unit), text, what).await.expect("a material");
        let text =
            actions::Said {
                title: "学习计划".to_owned(), from: day("2026-01-01"), to: day("2026-01-31"), theme: None
            };
        let plan = actions::begin(&app, &actor, unit, text).await.expect("a plan");
        let mut items = Vec::new();
        for text in ["第一章", "第二章"] {
            let wanted = actions::Wanted {
                material: None,
                text: Some(text.to_owned()),
                required: true,
                due_on: day("2026-01-31"),
                party_only: false,
                groups: Vec::new(),
            };
            items.push(actions::add_item(&app, &actor, plan, wanted).await.expect("an item"));
        }
        let version = 3;
        actions::set_state(&app, &actor, (plan, version), plans::State::Published).await.expect("published");
        let reader = desk::actor::Actor { person: Some(person), ..actor };
        plans::finish(&app, &reader, items[0], app.today()).await.expect("finished");
        self.keys.extend([("material", material), ("plan", plan), ("item", items[0]), ("item_open", items[1])]);
    }

    /// A speaker whose entry a unit maintains, and a tour that it organises.
    async fn speakers(&mut self, unit: UnitId) {
        let (app, actor) = (self.app.clone(), self.app.operator());
        let speaker = speakers::Speaker {
            id: 0,
            name: "温知远".to_owned(),
            person: None,
            field: "theory".to_owned(),
            level: "expert".to_owned(),
            organisation: None,
            note: None,
            unit,
            retired: false,
            version: 1,
        };
        let speaker = speakers::actions::set(&app, &actor, speaker).await.expect("a speaker");
        let tour = lectures::tours::Tour {
            id: 0,
            title: "巡讲".to_owned(),
            theme: None,
            speaker: Some(speaker),
            unit,
            from: app.today(),
            to: day("2026-01-31"),
            ended: false,
            version: 1,
        };
        let tour = lectures::tours::set(&app, &actor, tour).await.expect("a tour");
        self.keys.extend([("speaker", speaker), ("tour", tour)]);
    }

    /// Sessions of the street in each state, and sessions of the other street that are offered to it.
    async fn sessions(&mut self, (street, other): (UnitId, UnitId), person: PersonId) {
        let (app, actor) = (self.app.clone(), self.app.operator());
        let present = activities::actions::Handed::plain(person, Status::OnTime);
        let mut draft = Draft::new("study", "集中学习", day("2025-06-03"), street);
        draft.attendance.push(present);
        draft.activity.audience = Some(3);
        self.keys.insert("activity", activities::actions::add(&app, &actor, draft).await.expect("an activity").0);
        let mut draft = Draft::new("lecture", "讲座", app.today(), street);
        draft.attendance.push(present);
        draft.speaking = Some(vec![self.key("speaker")]);
        self.keys.insert("lecture", activities::actions::add(&app, &actor, draft).await.expect("an activity").0);
        for (name, host, state) in [
            ("draft", street, activities::State::Draft),
            ("today", street, activities::State::Announced),
            ("checking", street, activities::State::Announced),
            ("calling", other, activities::State::Announced),
            ("asking", other, activities::State::Announced),
            ("joined", other, activities::State::Announced),
            ("called", other, activities::State::Announced),
        ] {
            let mut draft = Draft::new("joint_study", "联学", app.today(), host);
            draft.activity.state = state;
            self.keys.insert(name, activities::actions::add(&app, &actor, draft).await.expect("an activity").0);
        }
        for (name, session, answered) in
            [("offer_open", "asking", false), ("offer", "joined", true), ("joint", "called", true)]
        {
            let session = RecordId(self.key(session));
            let offering = joint::actions::Offering { units: vec![street], ..joint::actions::Offering::default() };
            joint::actions::offer(&app, &actor, session, offering).await.expect("an offer");
            let offer = offers::store::of_activity(&app.db, session).await.expect("offers").remove(0).id;
            if answered {
                joint::actions::answer(&app, &actor, offer, 1, offers::Said::Yes, None).await.expect("accepted");
            }
            self.keys.insert(name, offer);
        }
        let mut held = activities::actions::draft_of(&app, RecordId(self.key("called"))).await.expect("a draft");
        held.activity.state = activities::State::Held;
        activities::actions::edit(&app, &actor, held, None).await.expect("held");
        let checking = self.key("checking");
        let mut admin = self.browser("admin");
        admin.post(&format!("/activities/{checking}/check-in"), &[]).await.location.expect("a check-in");
        let board = admin.get(&format!("/activities/{checking}/board")).await;
        let address =
            board.text.split("data-address=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a code");
        address.replace("&#x2f;", "/").rsplit('/').next().expect("a code").clone_into(&mut self.code);
    }

    /// A result submitted by the member, a class and a goal of the street.
    async fn external(&mut self, street: UnitId) {
        let fields = [("platform", "qiangguo"), ("month", "2025-06"), ("points", "10")];
        self.browser("member").post("/external", &fields).await.location.expect("a result");
        let mut admin = self.browser("admin");
        let unit = street.to_string();
        let class = [
            ("unit_id", unit.as_str()),
            ("platform", "daxuexi"),
            ("season", "1"),
            ("issue", "1"),
            ("opened_on", "2025-06-01"),
            ("participants", "1"),
            ("base", "2"),
        ];
        admin.post("/external/classes", &class).await.location.expect("a class");
        let goal = [
            ("unit_id", unit.as_str()),
            ("measure", "points"),
            ("per", "month"),
            ("amount", "9"),
            ("from_month", "2025-01"),
        ];
        admin.post("/external/goals", &goal).await.location.expect("a goal");
        for (name, table) in [("external", "external_result"), ("class", "class_result"), ("goal", "external_goal")] {
            let key = self.newest(&format!("select max(id) from {table}")).await;
            self.keys.insert(name, key);
        }
    }

    /// Notes of the member, one of them handed in, and the evidence of the session and of the member's result.
    async fn own(&mut self) {
        let (mut admin, mut member) = (self.browser("admin"), self.browser("member"));
        for (name, what) in [("note_draft", "keep"), ("note", "hand_in")] {
            let fields = [("title", "学习心得"), ("body", "读后有三点体会。"), ("as", what)];
            let note = member.post("/notes", &fields).await.location.expect("a note");
            self.keys.insert(name, note.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a key"));
        }
        let (activity, external) = (self.key("activity"), self.key("external"));
        let fields = [("title", "优秀共产党员"), ("level", "county"), ("conferrer", "区委"), ("day", "2025-06-30")];
        member.post("/honours", &fields).await.location.expect("an honour");
        for (part, task) in [("task_force", "防汛专班"), ("volunteer", "一线志愿服务")] {
            let fields = [("part", part), ("task", task), ("from", "2025-06-01"), ("to", "2025-06-30")];
            member.post("/stints", &fields).await.location.expect("a stint");
        }
        let stint = self.newest("select max(id) from stint").await;
        self.keys.insert("stint", stint);
        let honour = self.newest("select max(id) from honour").await;
        self.keys.insert("honour", honour);
        member.upload(&format!("/honours/{honour}/evidence"), &[], ("file", "证书.pdf", PDF)).await;
        admin.upload(&format!("/activities/{activity}/evidence"), &[], ("file", "证明.pdf", PDF)).await;
        member.upload(&format!("/external/{external}/evidence"), &[], ("file", "截图.pdf", PDF)).await;
        for (name, record) in [("piece", activity), ("proof", external), ("certificate", honour)] {
            let piece = self.newest(&format!("select id from evidence where record_id = {record}")).await;
            self.keys.insert(name, piece);
        }
    }

    /// A second material, which was studied in a session.
    async fn studied(&mut self, street: UnitId) {
        use qinglan::features::{materials, studied};
        let (app, actor) = (&self.app, self.app.operator());
        let said = materials::actions::Said {
            kind: materials::Kind::Original,
            title: "原著一篇".to_owned(),
            author: None,
            issued_on: None,
            summary: None,
        };
        let file = federation::files::Incoming::from_bytes(app, "原著.md", "# 原著\n\n第一章\n").await.expect("a file");
        let what = materials::actions::What::File(file);
        let material = materials::actions::publish(app, &actor, Some(street), said, what).await.expect("a material");
        let session = RecordId(self.key("activity"));
        studied::add(app, &actor, session, material).await.expect("studied");
        self.keys.insert("studied", material);
    }

    /// A post of the street, which nobody holds.
    async fn posts(&mut self, street: UnitId) {
        let (app, actor) = (&self.app, self.app.operator());
        let handed = federation::posts::Handed { name: "综合管理".to_owned(), ..Default::default() };
        let post = federation::posts::actions::add(app, &actor, street, handed).await.expect("a post");
        self.keys.insert("post", post);
    }

    /// A theme of the street.
    async fn themes(&mut self, street: UnitId) {
        let (app, actor) = (&self.app, self.app.operator());
        let handed = federation::themes::Handed {
            name: "清风徐来".to_owned(),
            from: day("2026-01-01"),
            until: None,
            about: None,
        };
        let theme = federation::themes::actions::add(app, &actor, street, handed).await.expect("a theme");
        self.keys.insert("theme", theme);
    }

    /// A register of the street with a row, another one as a draft, and an own metric.
    async fn own_registers(&mut self, street: UnitId) {
        let mut admin = self.browser("admin");
        let unit = street.to_string();
        for (name, code) in [("own_register", "visits"), ("own_draft", "draft")] {
            let fields = [
                ("name", "走访"),
                ("code", code),
                ("unit_id", unit.as_str()),
                ("every", "month"),
                ("p1_name", "地点"),
                ("p1_kind", "text"),
                ("p2_name", "附件"),
                ("p2_kind", "file"),
            ];
            let defined = admin.post("/own-registers", &fields).await.location.expect("a register");
            self.keys.insert(name, defined.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a key"));
        }
        let register = self.key("own_register");
        admin.post(&format!("/own-registers/{register}/open"), &[("version", "1")]).await.location.expect("open");
        let row = [("form_version", "1"), ("unit_id", unit.as_str()), ("day", "2025-12-03"), ("v1", "西岭")];
        let file = ("v2", "表.pdf", PDF);
        let row = admin.upload(&format!("/own-registers/{register}/rows"), &row, file).await.location.expect("a row");
        let file =
            admin.get(&row).await.text.split("/files/").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok());
        self.keys.insert("own_file", file.expect("a file"));
        self.keys.insert("own_row", row.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a key"));
        let metric = [
            ("kind", "activities.held"),
            ("measure", "occasions"),
            ("code", "known"),
            ("name", "场次"),
            ("unit_zh", "场"),
            ("definition", "已举办的活动。"),
        ];
        admin.post("/metrics/own", &metric).await.location.expect("a metric");
    }

    /// An opening of the street for which the member came forward, one for which the member was selected and somebody else was not, and one that
    /// is closed.
    async fn openings(&mut self, street: UnitId, person: PersonId) {
        use qinglan::features::{
            openings::{Closing, Handed, Selecting, actions, answers, visits},
            stints::Part,
        };
        let (app, operator) = (self.app.clone(), self.app.operator());
        let handed = |title: &str| Handed {
            part: Part::TaskForce,
            title: title.to_owned(),
            place: None,
            place_unit: None,
            places: 2,
            needs: None,
            from: app.today(),
            to: None,
            contact: None,
            closes: app.today(),
            theme: None,
        };
        let mut openings = Vec::new();
        for (name, title) in [("opening", "驻村"), ("opening_decided", "防汛"), ("opening_closed", "护林")] {
            let opening = actions::add(&app, &operator, street, handed(title)).await.expect("an opening");
            self.keys.insert(name, opening.0);
            openings.push(opening);
        }
        actions::close(&app, &operator, (openings[2], 1), Closing::default()).await.expect("closed");
        let second = PersonId(self.key("second"));
        for (name, opening, person) in [
            ("candidate", openings[0], person),
            ("candidate_selected", openings[1], person),
            ("candidate_declined", openings[1], second),
        ] {
            let came = answers::come_forward(&app, &operator, opening, (person, "想去")).await.expect("came forward");
            self.keys.insert(name, came.0);
        }
        let selecting = Selecting { reason: "合适".to_owned(), from: Some(day("2026-02-01")), overlapping: false };
        let selected = RecordId(self.key("candidate_selected"));
        answers::select(&app, &operator, (selected, 1), selecting).await.expect("selected");
        // One that is over.
        let handed = Handed { part: Part::Volunteer, to: Some(app.today()), ..handed("护学") };
        let over = actions::add(&app, &operator, street, handed).await.expect("an opening");
        let over = answers::come_forward(&app, &operator, over, (second, "想去")).await.expect("came forward");
        let selecting = Selecting { reason: "合适".to_owned(), from: Some(app.today()), overlapping: false };
        answers::select(&app, &operator, (over, 1), selecting).await.expect("selected");
        let visit = (app.today(), "街道组织委员", "一切都好");
        let visit = visits::visit(&app, &operator, over, visit).await.expect("a visit");
        self.keys.extend([("candidate_over", over.0), ("visit", visit)]);
        let declined = RecordId(self.key("candidate_declined"));
        answers::decline(&app, &operator, (declined, 1), None).await.expect("declined");
    }

    /// A notice of the city with three demands for the street, which has answered the first; and a draft of the street.
    async fn notices(&mut self, city: UnitId, street: UnitId) {
        use federation::files::Incoming;
        use qinglan::features::notices::{self, Kind, Recipients, actions, answers};
        let (app, operator) = (self.app.clone(), self.app.operator());
        let demand = |kind| actions::Wanted {
            kind,
            wanted: "上报总结".to_owned(),
            type_code: None,
            material: None,
            needs_file: false,
        };
        let text = |to, demands: &[Kind]| actions::Said {
            number: None,
            title: "关于上报总结的通知".to_owned(),
            text: String::new(),
            due_on: day("2026-01-31"),
            recipients: Recipients::Chosen(vec![to]),
            demands: demands.iter().copied().map(demand).collect(),
        };
        let asked = text(street, &[Kind::Return, Kind::Activity, Kind::PlanItem]);
        let notice = actions::draft(&app, &operator, city, asked).await.expect("a draft");
        let below = UnitId(self.key("below"));
        let draft = actions::draft(&app, &operator, street, text(below, &[Kind::Return])).await.expect("a draft");
        self.keys.extend([("notice", notice), ("notice_draft", draft)]);
        for (name, of) in [("notice_file", notice), ("draft_file", draft)] {
            let file = Incoming::from_bytes(&app, "a.pdf", PDF).await.expect("a file");
            actions::attach(&app, &operator, of, file).await.expect("attached");
            let file = self.newest(&format!("select file_id from notice_file where notice_id = {of}")).await;
            self.keys.insert(name, file);
        }
        actions::send(&app, &operator, (notice, 1)).await.expect("sent");
        for duty in notices::store::duties_of(&app.db, notice).await.expect("duties") {
            let name = match duty.kind {
                Kind::Return => "duty",
                Kind::Activity => "duty_activity",
                Kind::PlanItem => "duty_plan",
                other => unreachable!("notices don't ask for {other:?}"),
            };
            self.keys.insert(name, duty.id.0);
        }
        let file = Incoming::from_bytes(&app, "b.pdf", PDF).await.expect("a file");
        let handed = answers::Return { text: String::new(), file: Some(file) };
        answers::hand_in(&app, &operator, (RecordId(self.key("duty")), 1), handed).await.expect("answered");
    }

    /// Somebody of the street who was promoted and owes a talk.
    async fn talks(&mut self, street: UnitId) {
        use federation::{duties, people};
        let (app, operator) = (self.app.clone(), self.app.operator());
        let held = people::Held { appointment: Some(people::Appointment::Promoted), ..people::Held::duty("副主任") };
        let new = people::NewPerson { held, ..crate::town::new_person("苏念安", street) };
        let person = people::actions::add(&app, &operator, new, day("2026-01-02")).await.expect("a person");
        qinglan::features::talks::open_all(&app).await.expect("opened");
        let owed = duties::store::of_people(&app.db, &[person]).await.expect("duties");
        self.keys.extend([("duty_talk", owed.first().expect("a duty").id.0), ("appointed", person.0)]);
    }

    /// A matter of the street whose first list the member has to do.
    async fn matters(&mut self, street: UnitId, person: PersonId) {
        use qinglan::features::matters::{Handed, Wanted, actions};
        let (app, operator) = (self.app.clone(), self.app.operator());
        let step = |place: u32| Wanted {
            unit: street,
            person: (place == 1).then_some(person),
            due_on: day(&format!("2026-02-0{place}")),
        };
        let steps = (1..=5).map(step).collect();
        let handed = Handed { title: "法律咨询进社区".to_owned(), about: None, theme: None, steps };
        let id = actions::open(&app, &operator, street, "five_lists", handed).await.expect("a matter");
        self.keys.insert("matter", id);
        let sql = "select id from duty where opener = 'matter'";
        self.keys.insert("duty_task", self.newest(sql).await);
    }

    /// An import of the street, and an uploaded file with a question.
    async fn imports(&mut self, street: UnitId) {
        let (app, actor) = (self.app.clone(), self.app.operator());
        let file = "姓名,工作单位\n何雨桐,古沟街道\n".as_bytes();
        let source = Source::from_file("roster.csv", file.to_vec(), federation::people::import::KIND).expect("a file");
        let answers = Answers::new();
        let context = Context {
            source: &source,
            unit: Some(street),
            year: Some(2025),
            answers: &answers,
            from: None,
            today: app.today(),
            only: None,
            progress: &|_, _| {},
        };
        let shown = imports::preview(&app, &actor, federation::people::import::KIND, &context).await.expect("verdicts");
        let (import, _) = imports::confirm(&app, &actor, federation::people::import::KIND, &context, &shown)
            .await
            .expect("an import");
        let mut admin = self.browser("admin");
        let file = "姓名,工作单位,联系电话\n何雨桐,古沟街道,19900009999\n沈嘉禾,古沟街道,19900008888\n".as_bytes();
        let unit = street.to_string();
        let fields = [("kind", "roster"), ("unit_id", unit.as_str()), ("year", "2025")];
        // One from a page that was undone, whose file is still there.
        let undone = "姓名,工作单位\n何雨晴,古沟街道\n".as_bytes();
        let undone = admin.upload("/imports/work", &fields, ("file", "u.csv", undone)).await.location.expect("a file");
        let shown = admin.get(&undone).await.value("shown");
        let undone = admin.post(&format!("{undone}/take"), &[("shown", &shown)]).await.location.expect("an import");
        let undone: i64 = undone.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a key");
        imports::undo(&app, &actor, kernel::ImportId(undone)).await.expect("undone");
        let work =
            admin.upload("/imports/work", &fields, ("file", "r.csv", file)).await.location.expect("a file in work");
        let page = admin.get(&work).await;
        (self.shown, self.question) = (page.value("shown"), page.value("question-2"));
        let work = work.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a key");
        let imported = self.newest("select id from person where name = '何雨桐'").await;
        self.keys.extend([("import", import.0), ("imported", imported), ("undone", undone), ("work", work)]);
    }
}

async fn person_of(app: &App, name: &str, unit: UnitId) -> PersonId {
    let new = people::NewPerson {
        birth_month: Some(199_001),
        phone: Some("19900001234".to_owned()),
        ..new_person(name, unit)
    };
    people::actions::add(app, &app.operator(), new, day("2025-01-01")).await.expect("a person")
}

/// A person with a leave of absence.
async fn person(app: &App, name: &str, unit: UnitId) -> PersonId {
    scope::places::refresh(app).await.expect("places");
    let person = person_of(app, name, unit).await;
    let away = kernel::DayRange { from: day("2025-02-01"), to: Some(day("2025-02-10")) };
    people::actions::leave_of_absence(app, &app.operator(), person, away).await.expect("a leave");
    person
}

/// Opens the visitors' accounts.
async fn visitors(
    app: &App,
    (street, other): (UnitId, UnitId),
    (group, far_group): (GroupId, GroupId),
    (person, far): (PersonId, PersonId),
) {
    account(app, "admin", Some((Role::Administrator, None, None)), None).await;
    account(app, "secretary", Some((Role::Secretary, Some(street), None)), None).await;
    account(app, "elsewhere", Some((Role::Secretary, Some(other), None)), None).await;
    account(app, "leader", Some((Role::Leader, None, Some(group))), None).await;
    account(app, "far_leader", Some((Role::Leader, None, Some(far_group))), None).await;
    account(app, "member", None, Some(person)).await;
    account(app, "outsider", None, Some(far)).await;
    account(app, "reader", Some((Role::Reader, Some(street), None)), None).await;
    account(app, "bare", None, None).await;
}

/// A report that was issued.
async fn report(app: &App, unit: UnitId) -> i64 {
    use figures::reports::{Template, actions};
    let order = actions::Order {
        template: Template {
            key: "annual".to_owned(),
            text: "---\ntitle: 汇报\n---\n\n全年在册{{ figure(\"people.members_at\") }}人。\n".to_owned(),
        },
        unit,
        period: kernel::Period::new(day("2025-01-01"), day("2025-12-31")).expect("a period"),
    };
    actions::issue(app, &app.operator(), &order, None).await.expect("a report").0
}
