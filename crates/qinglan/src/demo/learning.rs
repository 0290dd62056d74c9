//! A group's own learning: published materials, a plan with its items, finished items, submitted notes.

use chrono::{Datelike, Months};
use desk::{actor::Actor, app::App, error::Result};
use federation::{files::Incoming, groups};
use kernel::{PersonId, last_of_month};

use super::ForAccounts;
use crate::features::{
    materials::{self, actions::What},
    notes,
    plans::{self, actions::Wanted},
};

/// A text of the demo: its kind, its title and its chapters, each with its number of articles.
struct Text {
    kind: materials::Kind,
    title: &'static str,
    about: &'static str,
    chapters: &'static [(&'static str, usize)],
}

const TEXTS: [Text; 3] = [
    Text {
        kind: materials::Kind::Document,
        title: "基层走访工作规程（示例）",
        about: "走访、记录、办理和回访怎么做",
        chapters: &[("总则", 5), ("走访", 9), ("记录和办理", 8), ("回访", 6), ("附则", 2)],
    },
    Text {
        kind: materials::Kind::Law,
        title: "社区议事办法（示例）",
        about: "议什么、谁来议、怎么定",
        chapters: &[("总则", 6), ("议题", 7), ("会议", 10), ("公开", 5)],
    },
    Text {
        kind: materials::Kind::Other,
        title: "调研怎么做：十二讲（示例）",
        about: "从选题到成稿",
        chapters: &[("选题", 4), ("提纲", 4), ("访谈", 5), ("数据", 4), ("成稿", 5)],
    },
];

/// Sentences for the articles.
const SAYS: [&str; 6] = [
    "先弄清情况，再作出安排；情况不明的，应当补充了解。",
    "由承办人提出意见，经负责人同意后办理，并留下记录。",
    "涉及几个单位的，由牵头单位会同有关单位商定。",
    "一般事项三个工作日内答复，复杂事项说明办理进度。",
    "记录应当写明时间、地点、参加人员、主要内容和结果。",
    "办结后十个工作日内回访，听取意见，改进工作。",
];

impl Text {
    /// The text as a Markdown file.
    fn written(&self) -> String {
        let mut text = format!("# {}\n\n{}。\n", self.title, self.about);
        let mut article = 0;
        for (chapter, articles) in self.chapters {
            text.push_str(&format!("\n## {chapter}\n"));
            for _ in 0..*articles {
                article += 1;
                let says = (0..3).map(|place| SAYS[(article + place) % SAYS.len()]).collect::<String>();
                text.push_str(&format!("\n**第{article}条**　{says}\n"));
            }
        }
        text
    }
}

/// The notes: title and text.
const NOTES: [(&str, &str); 4] = [
    (
        "读《基层走访工作规程》有感",
        "规程写得细，关键在用。上个月走访时，我把“先弄清情况”落到一张清单上：去之前查以前的记录，去的时候只问三件事，回来当天记完。\n\n走了二十三户，真正要办的事有五件，都分清了谁来办、几天办。",
    ),
    (
        "议事会开好的三个办法",
        "一是题目提前三天贴出来，二是每人先说两分钟，三是定下来的事写明谁做、哪天做完。\n\n试了两次，会短了，事也有了下文。",
    ),
    (
        "从一次访谈说起",
        "访谈前写了十二个问题，真正有用的只有三个。后来我改成先听对方说，再追问“那时候怎么办的”，材料就活了。",
    ),
    (
        "记录是办事的一半",
        "以前总觉得记录是额外的活，这次学完才明白，记录清楚了，换谁来都能接着办。我们组把走访记录改成了统一的一页纸。",
    ),
];

/// Enters it as of today: one member of the group is behind.
pub(super) async fn create(app: &App, actor: &Actor, tied: &ForAccounts) -> Result<()> {
    let today = app.today();
    let (street, _) = tied.secretary;
    let (group, leader) = tied.leader;
    let mut put_up = Vec::new();
    for text in TEXTS {
        let said = materials::actions::Said {
            kind: text.kind,
            title: text.title.to_owned(),
            author: Some("演示编写组".to_owned()),
            issued_on: None,
            summary: Some(text.about.to_owned()),
        };
        let file = Incoming::from_bytes(app, &format!("{}.md", text.title), text.written()).await?;
        put_up.push(materials::actions::publish(app, actor, None, said, What::File(file)).await?);
    }
    let first = today.with_day(1).unwrap_or(today);
    let from = first.checked_sub_months(Months::new(1)).unwrap_or(first);
    let said = plans::actions::Said {
        title: format!("{}年{}月至{}月学习计划", from.year(), from.month(), first.month()),
        from,
        to: last_of_month(first),
        theme: None,
    };
    let plan = plans::actions::begin(app, actor, street, said).await?;
    let mut items = Vec::new();
    for (material, required, due_on) in [
        (put_up[0], true, last_of_month(from)),
        (put_up[1], true, last_of_month(first)),
        (put_up[2], false, last_of_month(first)),
    ] {
        let wanted =
            Wanted { material: Some(material), text: None, required, due_on, party_only: false, groups: Vec::new() };
        items.push(plans::actions::add_item(app, actor, plan, wanted).await?);
    }
    let version = 1 + items.len() as i64;
    plans::actions::set_state(app, actor, (plan, version), plans::State::Published).await?;
    let members = groups::store::members_of(&app.db, &[group], today).await?;
    let (_, member) = tied.member;
    for (_, person, ..) in members.iter().filter(|(_, person, ..)| *person != member) {
        plans::finish(app, &as_person(actor, *person), items[0], today).await?;
    }
    let writers: Vec<PersonId> = members.iter().map(|(_, person, ..)| *person).filter(|one| *one != leader).collect();
    for (place, ((title, body), person)) in NOTES.iter().zip(writers.into_iter().cycle()).enumerate() {
        let own = as_person(actor, person);
        let said = notes::Said {
            title: (*title).to_owned(),
            body: (*body).to_owned(),
            activity: None,
            material: put_up.get(place).copied(),
            theme: None,
        };
        let note = notes::actions::begin(app, &own, said).await?;
        // The last one stays a draft.
        if place + 1 < NOTES.len() {
            notes::actions::hand_in(app, &own, note, 1).await?;
        }
        if place == 0 {
            notes::actions::recommend(app, actor, note, 2, true).await?;
        }
    }
    Ok(())
}

fn as_person(actor: &Actor, person: PersonId) -> Actor {
    Actor { person: Some(person), ..actor.clone() }
}
