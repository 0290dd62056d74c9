//! What stands in a line beside the day and the time: type, place, speakers, names, a head-count, the title.

use std::{collections::HashMap, sync::LazyLock};

use tabular::{Cell, chinese_number};

use super::{Remark, Understood, text::Text};
use crate::features::activities::{chat, model::ActivityType};

/// What a label before a colon is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    Place,
    Speakers,
    Chair,
    Names,
    /// 请假 and other statuses: kept with the names.
    Status,
    Audience,
    Title,
    Kind,
    /// 时间, 定于: what it was for has been read.
    Done,
}

/// The labels, and whether they need no colon.
const LABELS: [(Label, bool, &str); 10] = [
    (Label::Place, true, "会议地点 活动地点 学习地点 培训地点 集合地点 举办地点 地点"),
    (Label::Place, false, "地址 会场 场地"),
    (Label::Speakers, true, "主讲人 宣讲人 授课人"),
    (Label::Speakers, false, "主讲 宣讲 授课 授课老师 讲师"),
    (Label::Chair, false, "主持人 主持"),
    (Label::Names, true, "参加人员 参会人员 参训人员 到会人员 出席人员 与会人员"),
    (Label::Names, false, "参加 参加人 参会 参会人 参训 出席 到会 实到 人员 名单 参加人员名单"),
    (
        Label::Status,
        false,
        "请假 请假人员 请假人 缺席 缺席人员 缺勤 未到 未到人员 迟到 迟到人员 列席 列席人员 补学 补学人员 病假 事假 公假 出差",
    ),
    (Label::Audience, false, "参加人数 参会人数 到会人数 实到人数 人数 受众 受众人次"),
    (
        Label::Title,
        false,
        "活动主题 会议主题 学习主题 培训主题 主题 活动名称 名称 题目 学习内容 活动内容 培训内容 内容 议题",
    ),
];
const MORE: [(Label, bool, &str); 2] = [
    (Label::Kind, false, "活动类型 类型 类别"),
    (Label::Done, true, "活动时间 会议时间 学习时间 培训时间 时间 日期 兹定于 定于 订于 拟于 将于 于"),
];

/// The labels by their first letter, long ones first: their letters, what they are for, and whether they need no colon.
static BY_FIRST: LazyLock<HashMap<char, Vec<(Vec<char>, Label, bool)>>> = LazyLock::new(|| {
    let mut by_first: HashMap<char, Vec<(Vec<char>, Label, bool)>> = HashMap::new();
    for (label, bare, words) in LABELS.iter().chain(&MORE) {
        for word in words.split_ascii_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            by_first.entry(letters[0]).or_default().push((letters, *label, *bare));
        }
    }
    for labels in by_first.values_mut() {
        labels.sort_by_key(|(letters, ..)| std::cmp::Reverse(letters.len()));
    }
    by_first
});

/// The labels that a line may have.
#[cfg(test)]
pub(super) fn labels() -> Vec<String> {
    let words = LABELS.iter().chain(&MORE).flat_map(|(.., words)| words.split_ascii_whitespace());
    words.map(str::to_owned).collect()
}

type Part = (usize, usize);

/// A label in a line.
#[derive(Clone, Copy)]
struct Labelled {
    label: Label,
    /// Where the word of it stands.
    word: Part,
    /// Where its content begins.
    content: usize,
    /// Whether a colon follows.
    colon: bool,
}

struct Reader<'r> {
    text: &'r mut Text,
    found: &'r mut Understood,
    types: &'r [ActivityType],
    /// A label whose content is the next part.
    open: Option<Labelled>,
    /// Whether the next part may go on with names.
    listing: bool,
    rest: Vec<Part>,
    titled: Vec<Part>,
    /// How sure the type is: 4 by itself, 3 before a colon, 2 at the beginning, 1 within a text.
    sure: u8,
}

/// Reads all parts of a line that are left.
pub(super) fn read(text: &mut Text, found: &mut Understood, types: &[ActivityType]) {
    let parts = text.parts();
    let mut reader =
        Reader { text, found, types, open: None, listing: false, rest: Vec::new(), titled: Vec::new(), sure: 0 };
    for part in parts {
        reader.part(part);
    }
    if let Some(label) = reader.open.take() {
        // A label with nothing behind it stays.
        reader.rest.push((label.word.0, label.content));
        reader.rest.sort_unstable();
    }
    reader.finish();
}

impl Reader<'_> {
    /// Reads a part, and what is left of it behind a label, as often as there is something left.
    fn part(&mut self, part: Part) {
        let mut parts = vec![part];
        while let Some((mut from, mut to)) = parts.pop() {
            // Signs that were left around what has been read.
            while from < to && ",;:。、-—–~.()/|".contains(self.text.letters[from]) {
                from += 1;
            }
            while from < to && ",;。、-—–~(".contains(self.text.letters[to - 1]) {
                to -= 1;
            }
            if from >= to {
                continue;
            }
            if let Some(open) = self.open.take() {
                parts.extend(self.content(open, (from, to)));
                continue;
            }
            let label = self.label(from, to);
            // 公文写作主讲：李若彤: a label within a part.
            if label.is_none_or(|label| !label.colon)
                && let Some(split) = (from + 1..to).find(|at| self.label(*at, to).is_some_and(|label| label.colon))
            {
                parts.extend([(split, to), (from, split)]);
                continue;
            }
            parts.extend(self.piece((from, to), label));
        }
    }

    /// Reads a piece that may begin with a label. Returns what is left of it.
    fn piece(&mut self, (from, to): Part, label: Option<Labelled>) -> Option<Part> {
        if let Some(label) = label {
            self.listing = false;
            if label.content < to {
                return self.content(label, (label.content, to));
            }
            if label.label == Label::Done {
                return None;
            }
            if label.colon {
                self.open = Some(label);
                return None;
            }
        }
        let word = self.text.folded(from, to);
        if self.listing && self.goes_on(&word) {
            self.names(&word, false);
            return None;
        }
        self.listing = false;
        let is_read =
            self.place(from, to) || self.count(&word, from, to) || self.people(&word) || self.kind(&word, from, to);
        if !is_read {
            self.rest.push((from, to));
        }
        None
    }

    /// The label that begins at a place.
    fn label(&self, at: usize, to: usize) -> Option<Labelled> {
        let letters = &self.text.letters[at..];
        let (word, label, bare) =
            BY_FIRST.get(letters.first()?)?.iter().find(|(word, ..)| letters.starts_with(word))?;
        let end = at + word.len();
        if end > to {
            return None;
        }
        // 请假（2人）：
        let colon = self.text.letters.get(end) == Some(&':') && end < to;
        let counted = *label == Label::Audience && self.text.letters.get(end).is_some_and(char::is_ascii_digit);
        if !colon && !bare && !counted {
            return None;
        }
        let content = (end + usize::from(colon)..to).find(|at| self.text.letters[*at] != ' ').unwrap_or(to);
        // 于 and 时间 are words of titles too, unless what was read stands right behind them.
        if *label == Label::Done && !colon && content < to {
            return None;
        }
        Some(Labelled { label: *label, word: (at, end), content, colon })
    }

    /// Reads the content of a label. Returns what is left to be read as if no label stood before it.
    fn content(&mut self, labelled: Labelled, (from, to): Part) -> Option<Part> {
        let label = labelled.label;
        if label == Label::Done || label == Label::Place && self.found.place.is_some() {
            return Some((from, to));
        }
        let word = self.text.folded(from, to);
        let typed = self.text.typed(from, to);
        let add = |field: &mut Option<String>| match field {
            Some(before) => {
                before.push('、');
                before.push_str(&typed);
            }
            None => *field = Some(typed.clone()),
        };
        match label {
            Label::Place => self.found.place = Some(typed),
            Label::Speakers => add(&mut self.found.speakers),
            Label::Chair => add(&mut self.found.chair),
            Label::Names => {
                if !self.count(&word, from, to) {
                    self.names(&word, false);
                    self.listing = true;
                }
            }
            Label::Status => {
                let (begin, end) = labelled.word;
                let status = self.text.folded(begin, end);
                self.names(&format!("{status}：{word}"), true);
                self.listing = true;
            }
            Label::Audience => {
                if let Ok(count) = word.trim().parse() {
                    self.found.audience = self.found.audience.or(Some(count));
                } else if !self.count(&word, from, to) {
                    self.rest.push((from, to));
                }
            }
            Label::Title => self.titled.push((from, to)),
            Label::Kind => {
                if !self.kind(&word, from, to) {
                    self.rest.push((from, to));
                }
            }
            Label::Done => {}
        }
        None
    }

    /// Adds names as they are written; of `等12人` the number is the head-count.
    fn names(&mut self, word: &str, apart: bool) {
        let mut word = word.trim_matches([',', ';', '。', ' ']).to_owned();
        if let Some((before, behind)) = word.rsplit_once('等')
            && let Some(Ok(count)) = people_count(behind)
        {
            self.found.audience = self.found.audience.or(Some(count));
            word = before.trim_end_matches('、').into();
        }
        match &mut self.found.names {
            Some(names) => {
                names.push_str(if apart { "；" } else { "、" });
                names.push_str(&word);
            }
            None => self.found.names = Some(word),
        }
    }

    /// Whether a part goes on with a list of names: 参加：兰依妍，吴明雯.
    fn goes_on(&self, word: &str) -> bool {
        let known = self.types.iter().any(|kind| is_called(kind, word));
        let plain: String = {
            let mut depth = 0_usize;
            let letters = word.chars().filter(|letter| {
                depth += usize::from(*letter == '(');
                let kept = depth == 0;
                depth -= usize::from(*letter == ')' && depth > 0);
                kept
            });
            letters.collect()
        };
        let plain = plain.rsplit_once('等').map_or(plain.as_str(), |(before, _)| before);
        !known && !is_room(word) && plain.split('、').all(|name| chat::may_be_name(name.trim()))
    }

    /// A list of names without a label: with the number of all, or of three names or more.
    fn people(&mut self, word: &str) -> bool {
        if self.found.names.is_some() {
            return false;
        }
        // 兰依妍、吴明雯参加, 李若彤主讲.
        let ends = |words: &[&str]| words.iter().find_map(|end| word.strip_suffix(end)).map(str::to_owned);
        if let Some(names) = ends(&["参加", "参会", "出席", "到会"])
            && names.contains('、')
            && self.goes_on(&names)
        {
            self.names(&names, false);
            return true;
        }
        if let Some(name) = ends(&["主讲", "宣讲", "授课", "领学"])
            && self.found.speakers.is_none()
            && chat::may_be_name(&name)
        {
            self.found.speakers = Some(name);
            return true;
        }
        let counted = word.contains('等') && {
            let list = tabular::names(word);
            list.and_others.is_some_and(|count| count > 0) && list.present.len() > 1
        };
        let plain = word.matches('、').count() > 1 && self.goes_on(word);
        if !counted && !plain {
            return false;
        }
        self.names(word, false);
        true
    }

    /// 在三楼会议室, 在三楼会议室开展集中学习, 三楼会议室.
    fn place(&mut self, from: usize, to: usize) -> bool {
        const VERBS: [&str; 10] = ["开展", "举行", "召开", "举办", "组织", "进行", "集中", "参加", "召集", "集合"];
        const NOT: &str = "线职岗编校家建读此这学外全各即于我实";
        if self.found.place.is_some() {
            return false;
        }
        let word = self.text.folded(from, to);
        let from_room = from + usize::from(word.starts_with('于'));
        if !word.starts_with('在') && is_room(&self.text.folded(from_room, to)) {
            self.found.place = Some(self.text.typed(from_room, to));
            return true;
        }
        let Some(at) = (from..to).find(|at| self.text.letters[*at] == '在') else { return false };
        let inside = at > from;
        let begins = at + 1;
        if begins >= to || NOT.contains(self.text.letters[begins]) {
            return false;
        }
        let verb = (begins + 2..to).find(|at| VERBS.iter().any(|verb| self.text.starts(*at, verb)));
        let end = verb.unwrap_or(to);
        let place = self.text.folded(begins, end);
        if inside && (verb.is_none() || !is_placelike(&place)) {
            return false;
        }
        self.found.place = Some(self.text.typed(begins, end));
        if inside {
            self.part((from, at));
        }
        if let Some(verb) = verb {
            // 开展 says nothing of the session itself.
            let said = ["开展", "举行", "召开", "举办", "组织", "进行"].iter().any(|word| self.text.starts(verb, word));
            self.part((verb + if said { 2 } else { 0 }, to));
        }
        true
    }

    /// 42人, 共42人, 等12人, 42名.
    fn count(&mut self, word: &str, from: usize, to: usize) -> bool {
        if self.found.audience.is_some() {
            return false;
        }
        match people_count(word) {
            Some(Ok(count)) => {
                self.found.audience = Some(count);
                true
            }
            Some(Err(())) => {
                self.found.remarks.push((Remark::CountVague, self.text.typed(from, to)));
                false
            }
            None => false,
        }
    }

    /// The type: by itself it is no part of the title, before a colon or within a text it stays.
    fn kind(&mut self, word: &str, from: usize, to: usize) -> bool {
        let called = word.trim_end_matches(':');
        let by_itself = self.types.iter().find(|kind| is_called(kind, called));
        if let Some(kind) = by_itself.filter(|_| self.sure < 4) {
            self.found.kind = Some(kind.code.clone());
            self.sure = 4;
            return true;
        }
        let (kind, sure) = within(self.types, word);
        if sure > self.sure
            && let Some(kind) = kind
        {
            self.found.kind = Some(kind.code.clone());
            self.sure = sure;
        }
        self.rest.push((from, to));
        true
    }

    fn finish(mut self) {
        let called = self.called_in_notice();
        // What a notice says to its readers is no part of a title.
        let (said, rest): (Vec<Part>, Vec<Part>) = if called.is_some() || !self.titled.is_empty() {
            (Vec::new(), std::mem::take(&mut self.rest))
        } else {
            std::mem::take(&mut self.rest).into_iter().partition(|(from, to)| addresses(&self.text.folded(*from, *to)))
        };
        self.rest = rest;
        self.found.left = Some(self.text.joined(&said)).filter(|said| !said.is_empty());
        let all = self.text.joined(&self.rest);
        if !self.titled.is_empty() {
            self.found.title = self.text.joined(&self.titled);
            self.found.is_titled = true;
            self.found.left = Some(all).filter(|all| !all.is_empty());
        } else if let Some(called) = called {
            self.found.title = called;
            self.found.left = Some(all);
        } else if all.chars().count() > 100 && self.rest.len() > 1 {
            self.found.title = self.text.joined(&self.rest[..1]);
            self.rest.remove(0);
            let more = self.text.joined(&self.rest);
            self.found.left =
                Some(self.found.left.take().map_or_else(|| more.clone(), |left| format!("{left} {more}")));
        } else {
            self.found.title = all;
        }
    }

    /// 关于开展消防安全学习的通知: what the notice calls the session.
    fn called_in_notice(&self) -> Option<String> {
        let (from, to) = self.rest.iter().copied().find(|(from, to)| {
            let word = self.text.folded(*from, *to);
            word.starts_with("关于") && word.contains("的通知")
        })?;
        let end = (from..to).find(|at| self.text.starts(*at, "的通知"))?;
        let verbs = ["组织开展", "开展", "召开", "举办", "举行", "组织", "做好", "参加"];
        let begins = from + 2;
        let skip = verbs.iter().find(|verb| self.text.starts(begins, verb)).map_or(0, |verb| verb.chars().count());
        Some(self.text.typed(begins + skip, end)).filter(|called| !called.is_empty())
    }
}

/// 请于12月1日前报名, 各位组员, 联系人：陈岚.
fn addresses(word: &str) -> bool {
    const BEGINS: [&str; 13] =
        ["请", "各位", "联系人", "联系电话", "电话", "不能", "特此", "通知", "兹", "望", "如有", "务必", "大家"];
    // The day under a notice.
    let dated = tabular::day(&Cell::Text(word.to_owned()), None).is_ok();
    dated || BEGINS.iter().any(|begin| word.starts_with(begin))
}

fn names_of(kind: &ActivityType) -> impl Iterator<Item = &str> {
    std::iter::once(kind.name.as_str()).chain(kind.aliases.split(' ')).filter(|name| !name.is_empty())
}

fn is_called(kind: &ActivityType, word: &str) -> bool {
    names_of(kind).any(|name| name == word)
}

/// The type that a text names, and how sure that is. The longest name decides.
fn within<'t>(types: &'t [ActivityType], word: &str) -> (Option<&'t ActivityType>, u8) {
    let before_colon = word.split_once(':').map(|(before, _)| before);
    if let Some(kind) = types.iter().find(|kind| before_colon.is_some_and(|before| is_called(kind, before))) {
        return (Some(kind), 3);
    }
    let longest = |fits: &dyn Fn(&str) -> bool| {
        let all = types.iter().flat_map(|kind| names_of(kind).map(move |name| (kind, name)));
        all.filter(|(_, name)| fits(name)).max_by_key(|(_, name)| name.len()).map(|(kind, _)| kind)
    };
    if let Some(kind) = longest(&|name| word.starts_with(name)) {
        return (Some(kind), 2);
    }
    // A short word such as 培训 may be part of another one, but for the end of a text.
    let found = longest(&|name| word.contains(name) && (name.chars().count() > 2 || word.ends_with(name)));
    if found.is_some() {
        return (found, 1);
    }
    // 在线学习 is studying together in another way.
    let online = ["在线学习", "线上学习", "网上学习", "视频学习", "远程学习"].iter().any(|name| word.contains(name));
    (types.iter().find(|kind| online && kind.code == "study"), 1)
}

/// An exact number of people, or `Err` for one that isn't exact.
fn people_count(word: &str) -> Option<Result<i64, ()>> {
    let mut bare = word.trim_matches([' ', ',', '。', ';']);
    for before in ["共计", "合计", "共有", "共", "等", "总计", "参加", "参会", "实到", "到会", "出席", "参训"]
    {
        bare = bare.strip_prefix(before).unwrap_or(bare);
    }
    for behind in ["参加", "参会", "到会", "出席", "参训"] {
        bare = bare.strip_suffix(behind).unwrap_or(bare);
    }
    let units = ["人次", "名同志", "位同志", "个人", "人", "名", "位"];
    let number = units.iter().find_map(|unit| bare.strip_suffix(unit))?.trim();
    if let Some(count) =
        number.parse().ok().or_else(|| chinese_number(number).and_then(|count| i64::try_from(count).ok()))
    {
        return Some(Ok(count));
    }
    let digits = number
        .trim_start_matches(['约', '近', '超', '过', '大', '概'])
        .trim_end_matches(['余', '多', '来', '左', '右']);
    let rough = digits.parse::<i64>().is_ok() || chinese_number(digits).is_some();
    rough.then_some(Err(()))
}

/// The name of a room.
fn is_room(word: &str) -> bool {
    const ENDS: [&str; 15] = [
        "会议室",
        "活动室",
        "报告厅",
        "多功能厅",
        "礼堂",
        "会堂",
        "教室",
        "阅览室",
        "图书室",
        "办公室",
        "会客厅",
        "大会议室",
        "小会议室",
        "议事厅",
        "会议厅",
    ];
    const BEFORE: [&str; 12] =
        ["走进", "参观", "打造", "建设", "学习", "开放", "清扫", "布置", "整理", "建好", "用好", "关于"];
    word.chars().count() <= 16
        && ENDS.iter().any(|end| word.ends_with(end))
        && !BEFORE.iter().any(|before| word.starts_with(before))
        && !word.contains(':')
}

fn is_placelike(word: &str) -> bool {
    const ENDS: &str = "室厅楼馆堂院社区街道屋场地园校站村局所处店部厦层心";
    is_room(word) || word.chars().last().is_some_and(|last| ENDS.contains(last)) && word.chars().count() <= 20
}
