//! Breaks a title between words into lines that form a trapezoid or a diamond (GB/T 9704-2012, 7.3.1).

use crate::flow::is_half;

/// Words that are common in titles of this field. The longest match wins; other words are treated as a name.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "青年理论学习小组", "理论学习小组", "青年学习小组", "学习小组", "青年理论学习", "理论学习", "青年干部", "青年", "干部", "理论", "学习", "小组", "建设",
    "工作", "情况", "汇报", "报告", "总结", "通知", "通报", "意见", "方案", "办法", "规定", "细则", "计划", "要点", "安排", "请示", "批复",
    "函", "纪要", "活动", "开展", "进一步", "加强", "推进", "推动", "做好", "落实", "印发", "召开", "举办", "组织", "实施", "提升", "能力",
    "实践", "锻炼", "廉洁", "教育", "廉政", "警示", "党风", "作风", "课题", "调研", "成果", "培训", "宣讲", "志愿", "服务", "统计", "数据",
    "台账", "年度", "季度", "半年", "全年", "上半年", "下半年", "月份", "专项", "重点", "管理", "制度", "机制", "体系", "发展", "高质量", "妇女",
    "儿童", "家庭", "基层", "队伍", "人才", "培养", "考核", "评价", "检查", "督导", "整改", "问题", "会议", "精神", "贯彻", "主题", "月报",
    "年报", "季报", "附录", "名单", "名册", "说明", "联合", "联动", "平台", "信息", "系统", "试点", "经验", "做法", "典型",
];

/// Words that belong to the name before them.
#[rustfmt::skip]
const SUFFIXES: &[&str] = &[
    "妇女联合会", "人民政府", "委员会", "办公室", "联合会", "代表大会", "管委会", "街道", "社区", "妇联", "机关", "党委", "党组", "支部", "省", "市",
    "区", "县", "镇", "乡", "村", "局", "委", "办", "处", "科", "院", "校", "会",
];

/// Words that may begin or end a line, preferably begin it.
const CONJUNCTIONS: &[&str] = &["以及", "和", "与", "及", "暨", "并"];

/// Characters that stay with the number before them.
const COUNTERS: &str = "年月日号届期次个名人场项批度轮季周";

/// Characters before which a line must not break, and after which it must not.
const CLOSING: &str = "、，。：；！？》〉」』）】〕”’)],.:;!?%％的";
const OPENING: &str = "《〈「『（【〔“‘([";

/// The cost of a break within a word.
const TORN: u32 = 400;

/// Breaks `title` into lines of at most `max_chars` full-width characters (half-width ones count half).
///
/// The lines break at whole words and make a trapezoid or a diamond, never an hourglass. Words of Latin text are kept whole as
/// long as they fit. A title that fits in one line stays in one.
pub fn title_lines(title: &str, max_chars: usize) -> Vec<String> {
    let chars: Vec<char> = title.trim().chars().collect();
    let room = max_chars.max(1) * 2;
    let total = halves(&chars);
    if total <= room {
        return if chars.is_empty() { Vec::new() } else { vec![chars.iter().collect()] };
    }
    let costs = break_costs(&chars);
    let least = total.div_ceil(room);
    let found = (least..=least + 1)
        .filter(|count| (2..=4).contains(count))
        .filter_map(|count| {
            best_breaks(&chars, &costs, room, count)
                .map(|(cost, breaks)| (cost + 60 * u32::from(count > least), breaks))
        })
        .min();
    let breaks = found.map_or_else(|| filled_breaks(&chars, &costs, room), |(_, breaks)| breaks);
    let ends = breaks.iter().copied().chain(std::iter::once(chars.len()));
    let starts = std::iter::once(0).chain(breaks.iter().copied());
    starts.zip(ends).map(|(start, end)| chars[start..end].iter().collect::<String>().trim().to_owned()).collect()
}

/// The width in half characters.
fn halves(chars: &[char]) -> usize {
    chars.iter().map(|c| if is_half(*c) { 1 } else { 2 }).sum()
}

/// The kind of word beside a break.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Word,
    Suffix,
    Conjunction,
    About,
    Number,
    Mark,
    Space,
}

/// The cost of a break before each character; `None` where a break is not allowed.
fn break_costs(chars: &[char]) -> Vec<Option<u32>> {
    let mut costs = vec![Some(TORN); chars.len()];
    let mut before: Option<Kind> = None;
    let mut at = 0;
    while at < chars.len() {
        let (kind, length) = word_at(chars, at);
        costs[at] = before.map(|before| between(before, kind, chars[at - 1]));
        if matches!(kind, Kind::Number) {
            costs[at + 1..at + length].fill(None);
        }
        before = Some(kind);
        at += length;
    }
    for (at, cost) in costs.iter_mut().enumerate() {
        if at == 0 || CLOSING.contains(chars[at]) || OPENING.contains(chars[at - 1]) {
            *cost = None;
        }
    }
    costs
}

/// The kind and the length of the word that begins at `at`.
fn word_at(chars: &[char], at: usize) -> (Kind, usize) {
    let rest = &chars[at..];
    let first = rest[0];
    if first.is_whitespace() {
        return (Kind::Space, 1);
    }
    if first.is_ascii_alphanumeric() {
        let run =
            rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '\'' | '%' | '/')).count();
        let counted = first.is_ascii_digit() && rest.get(run).is_some_and(|c| COUNTERS.contains(*c));
        return (Kind::Number, run + usize::from(counted));
    }
    if rest.starts_with(&['关', '于']) {
        return (Kind::About, 2);
    }
    if CLOSING.contains(first) || OPENING.contains(first) {
        return (Kind::Mark, 1);
    }
    let longest = |list: &[&str]| {
        list.iter()
            .map(|word| word.chars().collect::<Vec<_>>())
            .filter(|word| rest.starts_with(word))
            .map(|word| word.len())
            .max()
    };
    let (word, suffix, conjunction) = (longest(WORDS), longest(SUFFIXES), longest(CONJUNCTIONS));
    if let Some(length) = word.filter(|length| Some(*length) >= suffix) {
        (Kind::Word, length)
    } else if let Some(length) = suffix {
        (Kind::Suffix, length)
    } else if let Some(length) = conjunction {
        (Kind::Conjunction, length)
    } else {
        (Kind::Name, 1)
    }
}

/// The cost of a break between two words; `last` is the last character of the first.
fn between(before: Kind, after: Kind, last: char) -> u32 {
    match (before, after) {
        (Kind::Space, _) | (_, Kind::Space) => 0,
        (Kind::Mark, _) if "、，。：；！？》）”".contains(last) => 0,
        (Kind::About, _) => 4,
        (_, Kind::About) => 6,
        (Kind::Mark, _) => 8,
        (_, Kind::Conjunction) => 10,
        (Kind::Suffix, Kind::Name | Kind::Word | Kind::Number) => 14,
        (_, Kind::Suffix) => 90,
        (Kind::Name, Kind::Name) => 120,
        (Kind::Conjunction, _) => 40,
        _ => 24,
    }
}

/// The cheapest breaks for `count` lines, with their cost; `None` if there are none.
fn best_breaks(chars: &[char], costs: &[Option<u32>], room: usize, count: usize) -> Option<(u32, Vec<usize>)> {
    let mut best = None;
    let mut breaks = Vec::with_capacity(count - 1);
    search(chars, costs, room, count, 0, 0, &mut breaks, &mut best);
    best
}

#[expect(clippy::too_many_arguments, reason = "one recursion, all of its state")]
fn search(
    chars: &[char],
    costs: &[Option<u32>],
    room: usize,
    left: usize,
    start: usize,
    cost: u32,
    breaks: &mut Vec<usize>,
    best: &mut Option<(u32, Vec<usize>)>,
) {
    if left == 1 {
        if halves(&chars[start..]) <= room {
            let cost = cost + shape_cost(chars, breaks);
            if best.as_ref().is_none_or(|(known, _)| cost < *known) {
                *best = Some((cost, breaks.clone()));
            }
        }
        return;
    }
    for at in start + 1..chars.len() {
        if halves(&chars[start..at]) > room {
            break;
        }
        let Some(added) = costs[at].filter(|added| best.as_ref().is_none_or(|(known, _)| cost + added < *known)) else {
            continue;
        };
        breaks.push(at);
        search(chars, costs, room, left - 1, at, cost + added, breaks, best);
        breaks.pop();
    }
}

/// How far the lines are from a trapezoid or a diamond.
fn shape_cost(chars: &[char], breaks: &[usize]) -> u32 {
    let mut lengths = Vec::with_capacity(breaks.len() + 1);
    let mut start = 0;
    for end in breaks.iter().copied().chain(std::iter::once(chars.len())) {
        lengths.push(halves(&chars[start..end]));
        start = end;
    }
    let longest = lengths.iter().max().copied().unwrap_or(1);
    let shortest = lengths.iter().min().copied().unwrap_or(1);
    let spread = longest - shortest;
    let hourglass = lengths.windows(3).any(|w| w[1] < w[0] && w[1] < w[2]);
    // Two to four characters of difference look best; a block without any is no trapezoid.
    let uneven = match spread {
        0..=1 => 12,
        2..=8 => 0,
        _ => 3 * (spread - 8),
    };
    let stub = if shortest * 5 < longest * 2 { 60 } else { 0 };
    u32::try_from(uneven + stub).unwrap_or(TORN) + if hourglass { 150 } else { 0 }
}

/// Fills lines one after the other and breaks each at its last good place: for titles that are too long to be balanced.
fn filled_breaks(chars: &[char], costs: &[Option<u32>], room: usize) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut start = 0;
    while halves(&chars[start..]) > room {
        let fits = (start + 1..chars.len()).take_while(|at| halves(&chars[start..*at]) <= room);
        let place = fits.clone().filter(|at| costs[*at].is_some()).min_by_key(|at| {
            let gap = room - halves(&chars[start..*at]);
            costs[*at].unwrap_or(TORN) + 4 * u32::try_from(gap).unwrap_or(TORN)
        });
        let at = place.or_else(|| fits.last()).unwrap_or(start + 1);
        breaks.push(at);
        start = at;
    }
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_fits_stays_in_one_line() {
        assert_eq!(title_lines("关于青年理论学习小组的汇报", 20), ["关于青年理论学习小组的汇报"]);
        assert!(title_lines("  ", 20).is_empty());
    }

    #[test]
    fn a_long_title_breaks_at_whole_words() {
        assert_eq!(
            title_lines("双山街道妇联关于2025年青年理论学习小组建设情况的汇报", 20),
            ["双山街道妇联关于2025年", "青年理论学习小组建设情况的汇报"]
        );
        let three = title_lines(
            "青石市妇女联合会关于印发《青石市妇联系统青年理论学习小组建设三年行动计划（2025—2027年）》的通知",
            20,
        );
        assert!(three.iter().all(|line| halves(&line.chars().collect::<Vec<_>>()) <= 40), "{three:?}");
        assert!(three.iter().all(|line| !line.starts_with(['的', '》', '）', '、'])), "{three:?}");
        assert_eq!(
            three.concat(),
            "青石市妇女联合会关于印发《青石市妇联系统青年理论学习小组建设三年行动计划（2025—2027年）》的通知"
        );
    }

    #[test]
    fn a_number_keeps_its_measure_word() {
        for chars in 6..20 {
            for line in title_lines("双山街道妇联关于2025年上半年青年理论学习小组建设情况的汇报", chars)
            {
                assert!(!line.ends_with("202") && !line.ends_with("2025") && !line.starts_with('年'), "{line}");
            }
        }
    }

    #[test]
    fn no_three_lines_make_an_hourglass() {
        let lines = title_lines(
            "青石市东城区双山街道妇女联合会关于二〇二五年度青年理论学习小组建设和廉洁教育工作开展情况的报告",
            20,
        );
        let widths: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
        assert!(!widths.windows(3).any(|w| w[1] < w[0] && w[1] < w[2]), "{lines:?}");
    }

    #[test]
    fn english_breaks_at_spaces() {
        let lines = title_lines("Report of the Shuangshan Street Federation on its Youth Study Groups in 2025", 20);
        assert_eq!(lines.join(" "), "Report of the Shuangshan Street Federation on its Youth Study Groups in 2025");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn what_is_far_too_long_is_still_broken_within_the_room() {
        let lines = title_lines(&"龘".repeat(101), 10);
        assert!(lines.iter().all(|line| line.chars().count() <= 10) && lines.concat().chars().count() == 101);
    }
}
