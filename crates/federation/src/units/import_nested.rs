//! Imports a tree without codes: with a column for each level, indented or numbered. Codes are made; levels that nothing says are asked.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use desk::error::Result;
use kernel::{Refusal, UnitId};
use ledger::Tree;
use sea_orm::ConnectionTrait;
use tabular::{Nested, NestedDoubt, Node, Sheet, find_nested, fold};

use super::{
    import::{Parent, Taking, is_called, level_called},
    model::{Level, Unit},
    store,
};
use crate::imports::{Context, Plan, Question, too_long};

/// Words for levels in headings, beside those that [`is_called`] knows.
const WORDS: [&str; 24] = [
    "省",
    "市",
    "区",
    "县",
    "区县",
    "县区",
    "县(市、区)",
    "街道",
    "镇",
    "乡",
    "乡镇",
    "镇街",
    "街镇",
    "街道(镇)",
    "街道(乡镇)",
    "街道(镇、乡)",
    "社区",
    "村",
    "村居",
    "社区(村)",
    "村(社区)",
    "一级单位",
    "二级单位",
    "三级单位",
];

/// What names of units end with, by the code of their level. A 市 may be a city or a district.
const ENDINGS: [(&str, &[&str]); 4] = [
    ("province", &["省", "自治区"]),
    ("district", &["区", "县", "旗"]),
    ("street", &["街道", "街道办事处", "街道办", "镇", "乡", "苏木"]),
    ("community", &["社区", "村", "居委会", "村委会", "居民委员会", "村民委员会", "嘎查"]),
];

/// The tree in a file; `None` if it is laid out otherwise, or was laid out by hand.
pub(super) fn nested(context: &Context<'_>) -> Option<Nested> {
    let layout = &context.source.layout;
    if layout.columns.is_some() || layout.header_row.is_some() {
        return None;
    }
    let sheets: Cow<'_, [Sheet]> = if context.source.sheets.is_empty() {
        Cow::Owned(tabular::read(&context.source.name, &context.source.bytes).ok()?)
    } else {
        Cow::Borrowed(&context.source.sheets)
    };
    let is_level = |text: &str| {
        let text = text.trim();
        WORDS.contains(&text) || is_called(text) || nth_level(text)
    };
    let is_unit = |text: &str| text == "市" || level_of_name(text).is_some() || text.ends_with('市') || is_office(text);
    find_nested(&sheets, layout, is_level, is_unit)
}

/// `第1级`, `一级`: a column of a tree, which says no level.
fn nth_level(text: &str) -> bool {
    let text = text.strip_prefix('第').unwrap_or(text);
    text.strip_suffix('级').is_some_and(|number| {
        number.chars().count() == 1
            && number.chars().all(|digit| digit.is_ascii_digit() || "一二三四五六七八九".contains(digit))
    })
}

fn is_office(text: &str) -> bool {
    ["妇联", "妇女联合会", "机关", "委员会", "管委会", "开发区", "办事处"].iter().any(|end| text.ends_with(end))
}

/// The level that a name says by its end.
fn level_of_name(name: &str) -> Option<&'static str> {
    let name = super::rules::plain(name);
    let fits = |ends: &[&str]| {
        ends.iter().filter(|end| name.len() > end.len() && name.ends_with(*end)).map(|end| end.len()).max()
    };
    let best = ENDINGS.iter().filter_map(|(level, ends)| Some((fits(ends)?, *level))).max_by_key(|(length, _)| *length);
    best.map(|(_, level)| level)
}

/// The level of each depth: by its heading, else by how all of its names end.
fn levels_of(nested: &Nested, levels: &[Level]) -> Vec<Option<String>> {
    let of_heading = |depth: usize| {
        let heading = fold(nested.levels.get(depth)?);
        let bare = heading.split('(').next().unwrap_or_default().trim();
        let known = level_called(heading.trim(), levels).or_else(|| level_called(bare, levels));
        known.map(|level| level.code.clone())
    };
    let is_named = |node: &&Node| !matches!(node.doubt, Some(NestedDoubt::NoText(_)));
    let at_depth = |depth: usize| nested.nodes.iter().filter(move |node| node.depth == depth).filter(is_named);
    let of_names = |depth: usize| {
        let named: HashSet<Option<&str>> = at_depth(depth).map(|node| level_of_name(&node.name)).collect();
        match named.into_iter().collect::<Vec<_>>().as_slice() {
            [Some(level)] => levels.iter().find(|known| known.code == *level).map(|known| known.code.clone()),
            _ => None,
        }
    };
    let mut found: Vec<Option<String>> =
        (0..nested.levels.len()).map(|depth| of_heading(depth).or_else(|| of_names(depth))).collect();
    // A 市 above districts is a city; one that stands elsewhere may be either.
    for depth in 0..found.len() {
        let is_above_districts = found.get(depth + 1).is_some_and(|below| below.as_deref() == Some("district"));
        let are_cities = at_depth(depth).all(|node| node.name.ends_with('市'));
        if found[depth].is_none() && is_above_districts && are_cities {
            found[depth] = levels.iter().find(|level| level.code == "city").map(|level| level.code.clone());
        }
    }
    found
}

/// What was decided on a unit, for those under it.
enum Place {
    /// It exists.
    Known(UnitId),
    /// It is imported, with this code.
    New(String),
    /// It is refused, or not answered yet.
    Open,
}

/// The units that exist.
struct There {
    tree: Tree,
    by_name: HashMap<String, Vec<Unit>>,
    /// Every code in use, those that are made among them.
    codes: HashSet<String>,
}

/// Judges every unit of such a tree.
pub(super) async fn plan(
    conn: &impl ConnectionTrait,
    context: &Context<'_>,
    nested: &Nested,
    levels: &[Level],
) -> Result<Plan<Taking>> {
    let names: HashSet<&str> = nested.nodes.iter().map(|node| node.name.as_str()).collect();
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let mut by_name: HashMap<String, Vec<Unit>> = HashMap::new();
    for unit in store::named(conn, &names).await? {
        by_name.entry(unit.name.clone()).or_default().push(unit);
    }
    let day = context.from.unwrap_or(context.today);
    let tree = Tree::load(conn, None, day, ledger::position(conn).await?).await?;
    let codes = store::coded(conn).await?.into_keys().collect();
    let mut judging = Judging {
        nested,
        levels,
        level_at: levels_of(nested, levels),
        there: There { tree, by_name, codes },
        places: Vec::new(),
    };
    let mut plan = Plan::new();
    for (at, node) in nested.nodes.iter().enumerate() {
        if at % 500 == 0 {
            (context.progress)(at, nested.nodes.len());
            // A point at which judging can be stopped.
            tokio::task::yield_now().await;
        }
        let chosen = context.answers.get(&node.number).map(Vec::as_slice).unwrap_or_default();
        let place = judging.unit(&mut plan, at, &mut chosen.iter().copied());
        judging.places.push(place);
    }
    Ok(plan)
}

struct Judging<'a> {
    nested: &'a Nested,
    levels: &'a [Level],
    level_at: Vec<Option<String>>,
    there: There,
    /// What was decided on the units so far.
    places: Vec<Place>,
}

impl Judging<'_> {
    fn unit(&mut self, plan: &mut Plan<Taking>, at: usize, chosen: &mut impl Iterator<Item = usize>) -> Place {
        let node = &self.nested.nodes[at];
        let path = self.nested.path(at).join(" ");
        let refuse = |plan: &mut Plan<Taking>, reason: Refusal| {
            plan.refused(node.number, path.clone(), vec![reason]);
            Place::Open
        };
        if let Some(reason) = too_long("名称", node.name.chars().count(), 200) {
            return refuse(plan, reason);
        }
        let above = match &node.doubt {
            None => node.above,
            Some(NestedDoubt::NoText(text)) => {
                return refuse(plan, Refusal::new("nested-no-text").with("text", text));
            }
            Some(NestedDoubt::Indent) => return refuse(plan, Refusal::new("nested-indent")),
            Some(NestedDoubt::NumberTwice(number)) => {
                return refuse(plan, Refusal::new("nested-number-twice").with("number", number));
            }
            Some(NestedDoubt::NoNumber(number)) => {
                return refuse(plan, Refusal::new("nested-no-number").with("number", number));
            }
            Some(NestedDoubt::Blank(other)) => match chosen.next() {
                Some(0) => Some(*other),
                Some(1) => node.above,
                _ => {
                    let named = |at: Option<usize>| at.map(|at| self.nested.path(at).join(" ")).unwrap_or_default();
                    let choice = |at| Refusal::new("choice-unit").with("path", named(at));
                    let text = Refusal::new("nested-blank").with("name", &node.name);
                    plan.ask(
                        node.number,
                        path,
                        Question { text, choices: vec![choice(Some(*other)), choice(node.above)] },
                    );
                    return Place::Open;
                }
            },
        };
        let parent = match above.and_then(|above| self.places.get(above)) {
            None => None,
            Some(Place::Known(unit)) => Some(Parent::Known(*unit)),
            Some(Place::New(code)) => Some(Parent::Row(code.clone())),
            Some(Place::Open) => {
                let name = above.map(|above| self.nested.nodes[above].name.clone()).unwrap_or_default();
                return refuse(plan, Refusal::new("nested-above-open").with("name", name));
            }
        };
        let there = match self.there(&node.name, parent.as_ref(), chosen) {
            Ok(there) => there,
            Err(question) => {
                plan.ask(node.number, path, question);
                return Place::Open;
            }
        };
        if let Some(unit) = there {
            if let Some(last) = unit.closed_on {
                return refuse(plan, Refusal::new("nested-closed").with("name", &unit.name).with("last", last));
            }
            let (id, level) = (unit.id, unit.level.clone());
            return match (&self.level_at[node.depth], level) {
                (Some(here), Some(there)) if *here != there => {
                    let label =
                        |code: &str| self.levels.iter().find(|level| level.code == code).map(|level| level.zh.clone());
                    let refusal = Refusal::new("nested-other-level").with("name", &node.name);
                    let refusal = refusal.with("there", label(&there).unwrap_or_default());
                    refuse(plan, refusal.with("here", label(here).unwrap_or_default()))
                }
                _ => {
                    plan.repeated(node.number, path);
                    Place::Known(id)
                }
            };
        }
        let chosen_level = |at: usize| self.levels.get(at).map(|level| level.code.clone());
        let known = self.level_at[node.depth].clone().or_else(|| chosen.next().and_then(chosen_level));
        let Some(level) = known else {
            let choice =
                |level: &Level| Refusal::new("choice-level").with("name", format!("{} · {}", level.zh, level.en));
            // The same text for every unit of the depth, so that one answer serves for all of them.
            let text = Refusal::new("nested-level").with("depth", node.depth + 1);
            let choices = self.levels.iter().map(choice).collect();
            plan.ask(node.number, path, Question { text, choices });
            return Place::Open;
        };
        let code = self.there.new_code(parent.as_ref());
        let name = node.name.clone();
        plan.take.push((node.number, Taking::New { code: code.clone(), name, level, parent }));
        Place::New(code)
    }

    /// The unit that exists under the same parent. At the top, one of the name that stands elsewhere may be meant, which is asked.
    fn there(
        &self,
        name: &str,
        parent: Option<&Parent>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Option<&Unit>, Question> {
        let named = self.there.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        match parent {
            Some(Parent::Row(_)) => Ok(None),
            Some(Parent::Known(parent)) => {
                Ok(named.iter().find(|unit| self.there.tree.parent(unit.id) == Some(*parent)))
            }
            None => {
                let elsewhere: Vec<&Unit> =
                    named.iter().filter(|unit| self.there.tree.parent(unit.id).is_some()).collect();
                if let Some(top) = named.iter().find(|unit| self.there.tree.parent(unit.id).is_none()) {
                    return Ok(Some(top));
                }
                if elsewhere.is_empty() {
                    return Ok(None);
                }
                match chosen.next() {
                    Some(choice) if choice < elsewhere.len() => Ok(elsewhere.get(choice).copied()),
                    Some(choice) if choice == elsewhere.len() => Ok(None),
                    _ => {
                        let known = |unit: &&Unit| {
                            let code = unit.code.clone().unwrap_or_else(|| "—".to_owned());
                            Refusal::new("nested-is-there").with("name", &unit.name).with("code", code)
                        };
                        let choices = elsewhere.iter().map(known).chain([Refusal::new("nested-new-top")]).collect();
                        Err(Question { text: Refusal::new("nested-top-known").with("name", name), choices })
                    }
                }
            }
        }
    }
}

impl There {
    /// A code for a new unit: that of the one above it with a running number. The `U` in it tells it from official codes.
    fn new_code(&mut self, parent: Option<&Parent>) -> String {
        let above = match parent {
            Some(Parent::Row(code)) => code.clone(),
            Some(Parent::Known(unit)) => {
                let units = self.by_name.values().flatten();
                units.filter(|known| known.id == *unit).find_map(|known| known.code.clone()).unwrap_or_default()
            }
            None => String::new(),
        };
        let prefix = if above.contains('U') { above } else { above + "U" };
        let free = (1..=i64::MAX).map(|number| format!("{prefix}{number:03}")).find(|code| !self.codes.contains(code));
        let code = free.unwrap_or(prefix);
        self.codes.insert(code.clone());
        code
    }
}
