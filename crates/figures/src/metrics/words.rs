//! The names of facet values: how users write them, and how they are shown.

use std::collections::HashSet;

use ledger::{Allowed, Filter, Kinds, Metric, OWN};

use desk::{app::App, error::Result, ui::language::Language};
use federation::{
    settings, themes,
    training_fields::{self, FIELDS},
    units,
};
use kernel::Refusal;

/// Facet, value, zh-CN, en, and other words that users write for it.
const WORDS: &[(&str, &str, &str, &str, &str)] = &[
    ("pillar", "wheel", "理论学习", "theory", "方向盘 理论学习（方向盘）"),
    ("pillar", "station", "能力提升", "ability", "加油站 能力提升（加油站）"),
    ("pillar", "stage", "实践锻炼", "practice", "大舞台 实践锻炼（大舞台）"),
    ("pillar", "firewall", "廉洁教育", "integrity", "防火墙 廉洁教育（防火墙）"),
    ("linkage", "none", "非联动", "not joint", "无"),
    ("linkage", "vertical", "纵向联动", "vertical", "纵向"),
    ("linkage", "horizontal", "横向联动", "horizontal", "横向"),
    ("linkage", "both", "纵横联动", "both", "纵横"),
    ("part", "host", "主办", "host", ""),
    ("part", "partner", "参加", "took part", ""),
    ("part", "led", "领学", "led", ""),
    ("part", "lectured", "主讲", "lectured", ""),
    ("part", "spoke", "发言", "spoke", ""),
    ("status", "on_time", "实到", "on time", "准时 到"),
    ("status", "late", "迟到", "late", "迟"),
    ("status", "leave", "请假", "on leave", "假"),
    ("status", "absent", "缺席", "absent", "缺"),
    ("status", "made_up", "补学", "made up", "补"),
    ("status", "observer", "列席", "observer", ""),
    ("step", "handed_in", "已交", "handed in", "上交"),
    ("step", "recommended", "已推荐", "recommended", "推荐"),
    ("step", "collected", "已收录", "collected", "收录"),
    ("source", "session", "活动", "sessions", "集体学习"),
    ("source", "external", "线上学习", "online", "线上"),
    ("source", "reading", "自学资料", "materials", "读完"),
    ("source", "note", "心得", "notes", ""),
    ("measure", "points", "积分", "points", "分"),
    ("measure", "minutes", "学时", "minutes", "分钟"),
    ("measure", "classes", "课程", "classes", "课程数 期数"),
    ("measure", "participants", "参加", "participants", ""),
    ("measure", "base", "应参加", "base", "应参学"),
    ("party", "yes", "党员", "party member", "是"),
    ("party", "no", "非党员", "not a party member", "否"),
    ("party", "unknown", "未知", "unknown", ""),
    ("youth", "yes", "青年", "youth", "是"),
    ("youth", "no", "非青年", "not youth", "否"),
    ("youth", "unknown", "未知", "unknown", ""),
    ("brand", "yes", "有品牌", "with a brand", "是 有"),
    ("brand", "no", "无品牌", "without a brand", "否 无"),
    ("brand", "unknown", "未知", "unknown", ""),
    ("shared", "yes", "几个单位合建", "shared", "是 合建"),
    ("shared", "no", "单独建立", "not shared", "否 单独"),
    ("shared", "unknown", "未知", "unknown", ""),
    ("member", "yes", "小组成员", "in a group", "是"),
    ("member", "no", "未参加小组", "in no group", "否"),
    ("sex", "female", "女", "female", ""),
    ("sex", "male", "男", "male", ""),
    ("sex", "unknown", "未知", "unknown", ""),
    ("education", "doctor", "博士", "doctor", ""),
    ("education", "master", "硕士", "master", ""),
    ("education", "bachelor", "本科", "bachelor", ""),
    ("education", "college", "大专", "college", ""),
    ("education", "other", "高中、中专及以下", "secondary school or less", ""),
    ("education", "unknown", "学历未知", "education unknown", ""),
    ("rank", "bureau", "厅局级", "bureau level", ""),
    ("rank", "division", "县处级", "division level", "处级"),
    ("rank", "section", "乡科级", "section level", "科级"),
    ("rank", "clerk", "科员级", "clerk level", "科员"),
    ("rank", "other", "其他职级", "other rank", ""),
    ("rank", "unknown", "职级未知", "rank unknown", ""),
    ("appointment", "appointed", "任职", "appointed", ""),
    ("appointment", "promoted", "提拔", "promoted", ""),
    ("appointment", "reassigned", "调整", "reassigned", ""),
    ("appointment", "unknown", "变动类型未知", "kind of posting unknown", ""),
    ("material", "original", "原著", "original", ""),
    ("material", "document", "文件", "document", ""),
    ("material", "speech", "讲话", "speech", ""),
    ("material", "law", "法律法规", "law", ""),
    ("material", "film", "影片", "film", ""),
    ("material", "link", "链接", "link", ""),
    ("material", "other", "其他资料", "other", "其他"),
    ("material", "text", "其他内容", "in words", ""),
    ("required", "yes", "必学", "required", ""),
    ("required", "no", "选学", "optional", ""),
    ("demand", "activity", "开展活动", "an activity", "活动"),
    ("demand", "plan_item", "列入学习计划", "a plan item", "学习计划"),
    ("demand", "return", "上报", "a return", "报送"),
    ("owed", "activity", "开展活动", "an activity", "活动"),
    ("owed", "plan_item", "列入学习计划", "a plan item", "学习计划"),
    ("owed", "return", "上报", "a return", "报送"),
    ("owed", "rows", "填报台账", "rows of a register", "台账"),
    ("outcome", "open", "没有办", "not answered", "未办"),
    ("outcome", "in_time", "按时办结", "answered in time", "按期办结"),
    ("outcome", "late", "逾期办结", "answered late", ""),
    ("in_time", "yes", "按时", "in time", "按期"),
    ("in_time", "no", "逾期", "late", ""),
];

/// Facet, value, zh-CN, en, other words.
pub type Word = [String; 5];

/// The extension point for naming the values of a facet that users may extend, such as types of sessions: a static of this
/// type among the feature's extensions.
pub struct Naming(pub &'static dyn NamesValues);

/// Names the values of a facet.
#[async_trait::async_trait]
pub trait NamesValues: Send + Sync {
    /// The names of every value.
    async fn words(&self, app: &App) -> Result<Vec<Word>>;
}

/// The names of all values of all facets.
pub async fn words(app: &App) -> Result<Vec<Word>> {
    let conn = &app.db;
    let mut words: Vec<Word> =
        WORDS.iter().map(|(facet, value, zh, en, more)| [*facet, value, zh, en, more].map(str::to_owned)).collect();
    for pillar in settings::store::read(conn).await?.pillars {
        if let Some([_, _, zh, en, more]) =
            words.iter_mut().find(|[of, code, ..]| of == "pillar" && code == pillar.code)
        {
            // The shipped names remain valid, so that older templates still work.
            *more = format!("{more} {zh} {} {}（{}）", pillar.nickname, pillar.zh, pillar.nickname);
            *zh = pillar.zh;
            *en = pillar.en;
        }
    }
    for naming in app.features.extensions::<Naming>() {
        words.extend(naming.0.words(app).await?);
    }
    words.push(["theme", themes::NONE, "不归专题", "no theme", ""].map(str::to_owned));
    for (code, name) in themes::store::names(conn).await? {
        words.push(["theme".to_owned(), code, name.clone(), name, String::new()]);
    }
    words.push(["field", training_fields::NONE, "不分领域", "no field", ""].map(str::to_owned));
    words.extend(FIELDS.all(conn).await?.into_iter().map(|field| field.words("field")));
    for level in units::levels(conn).await? {
        words.push(["level".to_owned(), level.code, level.zh, level.en, level.bare]);
    }
    for levels in 1..=6 {
        let zh = format!("{levels}级");
        words.push(["levels".to_owned(), levels.to_string(), zh, levels.to_string(), String::new()]);
    }
    words_of_own(&app.kinds(), &mut words);
    Ok(words)
}

/// A value of an own kind's facet without a name is named by itself.
fn words_of_own(kinds: &Kinds, words: &mut Vec<Word>) {
    let mut known: HashSet<(String, String)> =
        words.iter().map(|[facet, value, ..]| (facet.clone(), value.clone())).collect();
    for facet in kinds.all().filter(|kind| kind.name.starts_with(OWN)).flat_map(|kind| &kind.facets) {
        let Allowed::Closed(values) = &facet.values else { continue };
        for value in values.iter().filter(|value| known.insert((facet.name.clone(), (*value).clone()))) {
            words.push([facet.name.clone(), value.clone(), value.clone(), value.clone(), String::new()]);
        }
    }
}

/// Reads `type=宣讲` and the like; several values of one facet widen the filter, several facets narrow it.
pub async fn filter_of(app: &App, metric: &Metric, conditions: &[(String, String)]) -> Result<Filter> {
    if conditions.is_empty() {
        return Ok(Filter::default());
    }
    Ok(read(&words(app).await?, &metric.key, &metric.facets(&app.kinds()), conditions)?)
}

/// The filter for conditions in users' words.
pub fn read(words: &[Word], key: &str, allowed: &[&str], conditions: &[(String, String)]) -> Result<Filter, Refusal> {
    let mut filter = Filter::default();
    for (facet, text) in conditions {
        // A facet of an own register is named by its field too.
        let by_name =
            words.iter().find(|[of, value, zh, ..]| value.is_empty() && zh == facet && allowed.contains(&of.as_str()));
        let facet = by_name.map_or(facet, |[of, ..]| of);
        if !allowed.contains(&facet.as_str()) {
            return Err(Refusal::new("facet-unknown")
                .with("facet", facet)
                .with("key", key)
                .with("allowed", allowed.join(" ")));
        }
        for text in text.split([',', '，']).map(str::trim).filter(|text| !text.is_empty()) {
            let known = words.iter().filter(|[of, value, ..]| of == facet && !value.is_empty());
            let value = known.clone().find(|[_, value, zh, en, more]| {
                value == text || zh == text || en == text || more.split(' ').any(|word| word == text)
            });
            let Some([_, value, ..]) = value else {
                // Not everybody sees every theme.
                if facet == "theme" {
                    return Err(Refusal::new("theme-unknown-here").with("id", text));
                }
                let values: Vec<String> = known.map(|[_, value, zh, ..]| format!("{zh}({value})")).collect();
                return Err(Refusal::new("facet-value-unknown")
                    .with("facet", facet)
                    .with("text", text)
                    .with("allowed", values.join(" ")));
            };
            filter.0.entry(facet.clone()).or_default().insert(value.clone());
        }
    }
    Ok(filter)
}

/// Reads conditions as they are written in addresses; names are codes.
pub fn conditions_in(text: &str) -> Vec<(String, String)> {
    let pairs = text.split_whitespace().filter_map(|part| part.split_once(':'));
    pairs.map(|(facet, values)| (facet.to_owned(), values.to_owned())).collect()
}

/// A filter in words: `集中学习、党员`.
pub fn describe_filter(filter: &Filter, words: &[Word], language: Language) -> String {
    let chinese = language == Language::Chinese;
    let word = |facet: &str, value: &str| {
        let known = words.iter().find(|[of, known, ..]| of == facet && known == value);
        known.map_or_else(|| value.to_owned(), |[_, _, zh, en, _]| if chinese { zh.clone() } else { en.clone() })
    };
    let or = if chinese { "或" } else { " or " };
    let each = filter
        .0
        .iter()
        .map(|(facet, values)| values.iter().map(|value| word(facet, value)).collect::<Vec<_>>().join(or));
    each.collect::<Vec<_>>().join(if chinese { "、" } else { ", " })
}

/// The name of a value.
pub fn label<'t>(facet: &str, value: &'t str, language: Language) -> &'t str {
    WORDS
        .iter()
        .find(|(of, known, ..)| *of == facet && *known == value)
        .map_or(value, |(_, _, zh, en, _)| if language == Language::Chinese { zh } else { en })
}
