//! Cases of pasted texts, and generated ones.

use proptest::{prelude::*, test_runner::RngSeed};

use super::*;

const ROLL: &str = "兰依妍 吴明雯 李静雪 温天芸 秦心祎 苗宁祎 陈岚 龙嘉玲";
const GUESTS: [&str; 4] = ["赵思涵", "周文静", "欧阳若彤", "阿依古丽·买买提"];

fn roll() -> Vec<String> {
    ROLL.split(' ').map(str::to_owned).collect()
}

fn shown(named: &Named) -> String {
    let says = match named.says {
        Says::As(status) => status.as_str().to_owned(),
        Says::MadeUp(day) => day.map_or_else(|| "made_up".to_owned(), |day| format!("made_up/{day}")),
        Says::Ask if named.mentioned => "mentioned".to_owned(),
        Says::Ask => "ask".to_owned(),
    };
    let reason = named.reason.filter(|_| named.says != Says::Ask).map(|reason| format!("/{}", reason.as_str()));
    format!("{}{} {says}{}", named.name, if named.known { "" } else { "?" }, reason.unwrap_or_default())
}

#[test]
fn pasted_roll_calls_say_what_is_written() {
    let cases = include_str!("../../../../../../fixtures/chat-cases/rolls.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.split("\n==\n").skip(1) {
        let (text, expected) = case.split_once("\n--\n").expect("a text and what it says");
        let reading = read(text, &roll(), 2026);
        let mut found: Vec<String> = reading.people.iter().map(shown).collect();
        found.extend(reading.left.iter().map(|left| format!("> {left}")));
        let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
        count += 1;
        if found != expected {
            wrong.push(format!("{text}\n  found    {found:?}\n  expected {expected:?}"));
        }
    }
    assert!(count > 100, "{count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn what_is_said_of_the_others_is_handed_out_in_words() {
    for (text, rest) in [
        ("李静雪请假，其余人员全部到会", Some("其余人员全部到会")),
        ("全员到齐", Some("全员到齐")),
        ("李静雪请假\n其他人都参加", Some("其他人都参加")),
        ("1. 兰依妍\n其余都到", Some("其余都到")),
        ("兰依妍到，其余请假", None),
        ("兰依妍到\n其他人都请假", None),
        ("以上人员均已到会", None),
        ("兰依妍、吴明雯", None),
    ] {
        assert_eq!(read(text, &roll(), 2026).rest.as_deref(), rest, "{text}");
    }
    assert_eq!(read("\n\n#接龙\n", &roll(), 2026), Reading::default());
}

#[test]
fn a_text_of_one_piece_over_and_over_is_read_at_once() {
    const PIECES: [&str; 62] = [
        "（",
        "）",
        "（兰依妍",
        "兰依妍（",
        "（请假",
        "兰依妍）",
        "（兰依妍）",
        "（2人）",
        "到（2人）",
        "【",
        "【请假】兰依妍",
        "、",
        "，",
        "；",
        "。",
        "：",
        "\t",
        "\n",
        " ",
        "-",
        "@",
        "@兰依妍",
        "/",
        "1",
        "一",
        "1.",
        "(1)",
        "①",
        "1月",
        "1月1月",
        "2点30分",
        "半",
        "半天",
        "1:",
        "2人",
        "一一人",
        "请",
        "请半天",
        "晚1点",
        "兰",
        "兰 ",
        "兰依妍",
        "兰依妍 ",
        "兰依妍、",
        "兰依妍\n",
        "兰依妍 请假\n",
        "兰依妍\n请假\n",
        "兰依妍 10:30\n收到\n",
        "请假",
        "请假\n",
        "请假，",
        "请假：",
        "请假：兰依妍 ",
        "参加、",
        "其余",
        "其余都到\n",
        "以上请假\n",
        "代",
        "均",
        "联系人：",
        "社区",
        "王小二、",
    ];
    for piece in PIECES {
        let most = MOST_LETTERS / piece.chars().count();
        // Between people too.
        let people = roll().join("、");
        let between = format!("{people}{}{people}", piece.repeat(most / 8));
        for text in [piece.repeat(most), between, piece.repeat(20_000), piece.repeat(200_000)] {
            let begun = std::time::Instant::now();
            let reading = read(&text, &roll(), 2026);
            let took = begun.elapsed();
            let begin: String = text.chars().take(40).collect();
            assert!(took.as_secs() < 3, "{begin}: {took:?}");
            if text.chars().count() > MOST_LETTERS {
                assert!(reading.people.is_empty() && reading.left == [text], "{begin}");
                continue;
            }
            for name in roll() {
                let found = reading.people.iter().any(|named| named.name.contains(&name))
                    || reading.left.iter().any(|left| left.contains(&name));
                assert!(found || !text.contains(&name), "{name} in {begin}");
            }
        }
    }
}

/// A word with what it says; `None` stands for a refusal, which has to be asked.
const WORDS: [(&str, Option<Status>); 12] = [
    ("到", Some(Status::OnTime)),
    ("参加", Some(Status::OnTime)),
    ("请假", Some(Status::Leave)),
    ("病假", Some(Status::Leave)),
    ("出差", Some(Status::Leave)),
    ("迟到", Some(Status::Late)),
    ("缺席", Some(Status::Absent)),
    ("列席", Some(Status::Observer)),
    ("不参加", None),
    ("来不了", None),
    ("有事不来", None),
    ("×", None),
];

type Wanted = Vec<(String, Option<Status>)>;

/// People of the roll and guests, each with a word or none.
fn people() -> impl Strategy<Value = Vec<(String, Option<usize>)>> {
    let all: Vec<String> = roll().into_iter().chain(GUESTS.iter().map(|name| (*name).to_owned())).collect();
    let count = all.len();
    (
        proptest::sample::subsequence(all, 1..=count),
        proptest::collection::vec(proptest::option::of(0..WORDS.len()), count),
    )
        .prop_map(|(names, words)| names.into_iter().zip(words).collect())
}

/// The people under each word, in the order of the words.
fn by_word(people: &[(String, Option<usize>)]) -> Vec<(usize, Vec<&str>)> {
    let mut groups: Vec<(usize, Vec<&str>)> = Vec::new();
    for (name, word) in people {
        let word = word.unwrap_or(0);
        match groups.iter_mut().find(|(of, _)| *of == word) {
            Some((_, names)) => names.push(name),
            None => groups.push((word, vec![name])),
        }
    }
    groups
}

fn joined(
    groups: &[(usize, Vec<&str>)],
    separator: &str,
    line: impl Fn(&str, String) -> String,
    between: &str,
) -> String {
    let lines: Vec<String> = groups.iter().map(|(word, names)| line(WORDS[*word].0, names.join(separator))).collect();
    lines.join(between)
}

/// A text about these people in one of several shapes.
fn written(people: &[(String, Option<usize>)], shape: usize, separator: &str) -> String {
    let groups = by_word(people);
    let word = |of: &Option<usize>| of.map(|of| WORDS[of].0);
    let each = |write: &dyn Fn(usize, &str, Option<&str>) -> String| -> Vec<String> {
        people.iter().enumerate().map(|(at, (name, of))| write(at + 1, name, word(of))).collect()
    };
    match shape {
        0 => each(&|at, name, word| format!("{at}. {name} {}", word.unwrap_or_default())).join("\n"),
        1 => each(&|at, name, word| {
            format!("{at}、{name}{}", word.map(|word| format!("（{word}）")).unwrap_or_default())
        })
        .join("\n"),
        2 => each(&|_, name, word| format!("{name}：{}", word.unwrap_or("收到"))).join("\n"),
        3 => format!(
            "#接龙 业务培训 {}",
            each(&|at, name, word| format!("{at}.{name} {}", word.unwrap_or_default())).join(" ")
        ),
        4 => each(&|_, name, word| format!("{name}{}", word.map(|word| format!("（{word}）")).unwrap_or_default()))
            .join(separator),
        5 => format!("姓名\t考勤\n{}", each(&|_, name, word| format!("{name}\t{}", word.unwrap_or("√"))).join("\n")),
        6 => joined(&groups, separator, |word, names| format!("{word}：{names}"), "\n"),
        7 => joined(&groups, separator, |word, names| format!("{word}：{names}"), "；"),
        8 => joined(&groups, "\n", |word, names| format!("{word}人员\n{names}"), "\n"),
        9 => joined(&groups, "\n", |word, names| format!("【{word}】\n{names}"), "\n\n"),
        10 => joined(&groups, "、", |word, names| format!("{names} {word}"), "；"),
        _ => {
            let counted = |(word, names): &(usize, Vec<&str>)| {
                format!("{}{}人（{}）", WORDS[*word].0, names.len(), names.join("、"))
            };
            format!("应到{}人，{}", people.len(), groups.iter().map(counted).collect::<Vec<_>>().join("，"))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn everybody_is_read_as_written(
        people in people(),
        shape in 0_usize..12,
        separator in proptest::sample::select(vec!["、", "，", ",", " ", "　", "，　"]),
    ) {
        let text = written(&people, shape, separator);
        let wanted: Wanted = people
            .iter()
            .map(|(name, word)| (name.clone(), word.map_or(Some(Status::OnTime), |word| WORDS[word].1)))
            .collect();
        let reading = read(&text, &roll(), 2026);
        let status = |says: Says| match says {
            Says::As(status) => Some(status),
            _ => None,
        };
        let mut found: Wanted = reading.people.iter().map(|named| (named.name.clone(), status(named.says))).collect();
        let mut wanted = wanted;
        found.sort_by(|a, b| a.0.cmp(&b.0));
        wanted.sort_by(|a, b| a.0.cmp(&b.0));
        prop_assert_eq!(found, wanted, "{}\n{:?}", text, reading);
    }

    /// Every name, and every word about attendance, is shown beside somebody or as belonging to nobody.
    #[test]
    fn no_word_vanishes_from_a_short_text(parts in proptest::collection::vec(0_usize..50, 1..10)) {
        const SIGNS: [&str; 14] = ["、", "，", " ", "\n", "：", "；", "。", "（", "）", "\t", "1. ", "\n2、", "2人", "人员"];
        const STRANGERS: [&str; 4] = ["小李", "外地", "王小二", "在外地"];
        let roll = roll();
        let pieces: Vec<&str> = parts
            .iter()
            .map(|part| match part {
                0..8 => roll[*part].as_str(),
                8..12 => GUESTS[(part - 8) % 3],
                12..24 => WORDS[part - 12].0,
                24..38 => SIGNS[part - 24],
                38..42 => STRANGERS[part - 38],
                _ => ["驻村", "急诊科", "已报备", "半天", "下午", "孩子发烧", "可能", "早退"][part - 42],
            })
            .collect();
        let text = pieces.concat();
        let reading = read(&text, &roll, 2026);
        let mut shown: String = reading.people.iter().map(|named| format!("{} {} ", named.name, named.words)).collect();
        shown.push_str(&reading.left.join(" "));
        shown.extend(reading.rest);
        shown.retain(|letter| letter != ' ');
        for piece in pieces.iter().filter(|piece| !SIGNS.contains(piece)) {
            prop_assert!(shown.contains(*piece), "{} in {:?}: {}", piece, text, shown);
        }
    }

    #[test]
    fn nobody_vanishes_from_any_text(parts in proptest::collection::vec(0_usize..60, 1..40)) {
        const SIGNS: [&str; 20] =
            ["、", "，", " ", "\n", "：", "；", "。", "（", "）", "\t", "@", "1. ", "\n2、", "(3)", "2人", "人员", "都", "其余", "接龙", "孩子"];
        let roll = roll();
        let text: String = parts
            .iter()
            .map(|part| match part {
                0..8 => roll[*part].as_str(),
                8..12 => GUESTS[part - 8],
                12..24 => WORDS[part - 12].0,
                24..44 => SIGNS[part - 24],
                _ => ["代", "联系人", "不", "没", "可能", "因病", "？", "老师", "的", "10:30", "补学", "13900001234", "√", "会", "请", "收到"][part - 44],
            })
            .collect();
        let reading = read(&text, &roll, 2026);
        for name in &roll {
            let written = text.contains(name.as_str());
            let read = reading.people.iter().any(|named| named.name.contains(name.as_str()))
                || reading.left.iter().any(|left| left.contains(name.as_str()));
            prop_assert!(!written || read, "{name} in {text}: {reading:?}");
        }
        for named in &reading.people {
            prop_assert!(reading.people.iter().filter(|other| other.name == named.name).count() == 1, "{text}");
        }
    }
}
