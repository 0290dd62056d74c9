//! Names in pinyin: the spellings that a name is found by, and how a search text is compared with them.
//!
//! `孟晓宁` is found by `mxn`, `mengxiaoning`, `mengxn`, `xiaoning`, `xn`, also by `孟xn`. A character with several readings is
//! found by each of them; for sorting, it has its reading as a surname or its most common one.

use ledger::db;
use pinyin::{ToPinyin, ToPinyinMulti};
use sea_orm::Value;

/// The spellings that a name is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelled {
    /// The full spelling, for sorting names; never empty.
    pub order: String,
    /// Every spelling that is not the beginning of another one, each with a space before it; never empty.
    pub forms: String,
}

/// Surnames of one character whose reading is not the character's most common one.
const SURNAMES: [(char, &str); 33] = [
    ('单', "shan"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('曾', "zeng"),
    ('任', "ren"),
    ('查', "zha"),
    ('朴', "piao"),
    ('区', "ou"),
    ('盖', "ge"),
    ('缪', "miao"),
    ('覃', "qin"),
    ('翟', "zhai"),
    ('乐', "yue"),
    ('冼', "xian"),
    ('繁', "po"),
    ('召', "shao"),
    ('员', "yun"),
    ('折', "she"),
    ('种', "chong"),
    ('秘', "bi"),
    ('黑', "he"),
    ('隗', "wei"),
    ('祭', "zhai"),
    ('应', "ying"),
    ('藏', "zang"),
    ('贾', "jia"),
    ('都', "du"),
    ('谌', "chen"),
    ('郗', "xi"),
    ('柏', "bai"),
    ('沈', "shen"),
    ('尹', "yin"),
    ('石', "shi"),
];

/// Surnames of two characters that are not read character by character.
const DOUBLE_SURNAMES: [(&str, [&str; 2]); 5] = [
    ("尉迟", ["yu", "chi"]),
    ("长孙", ["zhang", "sun"]),
    ("万俟", ["mo", "qi"]),
    ("澹台", ["tan", "tai"]),
    ("单于", ["chan", "yu"]),
];

/// The most spellings of one part of a name: if there are more, only the first readings are used.
const FORMS: usize = 64;
/// How many characters of a name may each be typed in full or by their initial.
const MIXED: usize = 4;

/// A character's readings, the preferred one first.
type Readings = Vec<String>;

fn readings(name: &str) -> Vec<Readings> {
    let mut letters: Vec<Readings> = Vec::new();
    let double = DOUBLE_SURNAMES.iter().find(|(surname, _)| name.starts_with(surname)).map(|(_, readings)| readings);
    for (place, letter) in name.chars().enumerate() {
        let mut of: Readings = Vec::new();
        if letter.is_ascii_alphanumeric() {
            of.push(letter.to_ascii_lowercase().to_string());
        }
        if let Some(reading) = double.and_then(|readings| readings.get(place)) {
            of.push((*reading).to_owned());
        } else if place == 0
            && let Some((_, reading)) = SURNAMES.iter().find(|(surname, _)| *surname == letter)
        {
            of.push((*reading).to_owned());
        }
        of.extend(letter.to_pinyin().map(|reading| reading.plain().to_owned()));
        of.extend(letter.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain().to_owned()));
        let mut plain: Readings = Vec::new();
        for reading in of {
            // 吕 is typed lv, and also lu by those who don't know.
            for way in if reading.contains('ü') { &["v", "u"][..] } else { &[""][..] } {
                let text = reading.replace('ü', way);
                if !text.is_empty() && text.is_ascii() && !plain.contains(&text) {
                    plain.push(text);
                }
            }
        }
        if !plain.is_empty() {
            letters.push(plain);
        }
    }
    letters
}

fn initial(reading: &str) -> String {
    reading.chars().take(1).collect()
}

/// Every combination of the characters' readings; `None` if there are more than `most`.
fn ways(letters: &[Readings], most: usize) -> Option<Vec<String>> {
    let count = letters.iter().try_fold(1usize, |count, of| count.checked_mul(of.len()))?;
    if count > most {
        return None;
    }
    let mut ways = vec![String::new()];
    for of in letters {
        ways = ways.iter().flat_map(|begun| of.iter().map(move |reading| format!("{begun}{reading}"))).collect();
    }
    Some(ways)
}

/// Each character in full and by its initial.
fn either(letters: &[Readings]) -> Vec<Readings> {
    let with_initials = |of: &Readings| {
        let mut both = of.clone();
        for short in of.iter().map(|reading| initial(reading)) {
            if !both.contains(&short) {
                both.push(short);
            }
        }
        both
    };
    letters.iter().map(with_initials).collect()
}

fn first_readings(letters: &[Readings]) -> Vec<Readings> {
    letters.iter().map(|of| of.iter().take(1).cloned().collect()).collect()
}

/// All in full and all by initials; in every reading if these are not too many.
fn plain_forms(letters: &[Readings]) -> Vec<String> {
    let initials = |letters: &[Readings]| -> Vec<Readings> {
        let short = |of: &Readings| {
            let mut short: Readings = of.iter().map(|reading| initial(reading)).collect();
            short.sort();
            short.dedup();
            short
        };
        letters.iter().map(short).collect()
    };
    let few = FORMS / 4;
    let first = first_readings(letters);
    let mut forms = ways(letters, few).or_else(|| ways(&first, 1)).unwrap_or_default();
    forms.extend(ways(&initials(letters), few).or_else(|| ways(&initials(&first), 1)).unwrap_or_default());
    forms
}

fn joined(name: &str, letters: &[Readings], mut forms: Vec<String>) -> Spelled {
    let order: String =
        letters.iter().filter_map(|of| of.first()).flat_map(|reading| reading.chars()).take(200).collect();
    // What somebody types is looked for at the beginning of a form: one that another form begins with is found by that one.
    forms.sort_unstable();
    let mut text = String::new();
    for (place, form) in forms.iter().enumerate() {
        if forms.get(place + 1).is_none_or(|next| !next.starts_with(form.as_str())) {
            text.push(' ');
            text.push_str(form);
        }
    }
    let order = if order.is_empty() { format!("~{}", name.chars().take(50).collect::<String>()) } else { order };
    Spelled { order, forms: if text.is_empty() { " ".to_owned() } else { text } }
}

/// A person's name: found from any character on, each typed in full or by its initial.
pub fn of_person(name: &str) -> Spelled {
    let letters = readings(name);
    let mut forms = Vec::new();
    for place in 0..letters.len() {
        let rest = &letters[place..];
        if rest.len() > MIXED {
            forms.extend(plain_forms(rest));
        } else {
            let all = ways(&either(rest), FORMS);
            forms.extend(all.or_else(|| ways(&either(&first_readings(rest)), FORMS)).unwrap_or_default());
        }
    }
    joined(name, &letters, forms)
}

/// A unit's name: found from its beginning only, all in full or all by initials.
pub fn of_unit(name: &str) -> Spelled {
    let letters = readings(name);
    let forms = plain_forms(&letters);
    joined(name, &letters, forms)
}

/// A search text: characters of names, and pinyin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    whole: String,
    plain: Vec<String>,
    spelled: Vec<String>,
}

impl Typed {
    /// Parses a search text.
    pub fn new(text: &str) -> Self {
        let folded = tabular::fold(text);
        let whole = folded.trim().to_owned();
        let (mut plain, mut spelled): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut last = None;
        for letter in
            whole.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '\'' | '’' | '-' | '·'))
        {
            let letter = if matches!(letter, 'ü' | 'Ü') { 'v' } else { letter.to_ascii_lowercase() };
            let latin = letter.is_ascii_alphanumeric();
            let runs = if latin { &mut spelled } else { &mut plain };
            if last != Some(latin) {
                runs.push(String::new());
            }
            if let Some(run) = runs.last_mut() {
                run.push(letter);
            }
            last = Some(latin);
        }
        Self { whole, plain, spelled }
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// Whether a person's name matches.
    pub fn fits(&self, name: &str) -> bool {
        self.fits_spelled(name, || of_person(name))
    }

    fn fits_spelled(&self, name: &str, spelled: impl FnOnce() -> Spelled) -> bool {
        if db::text_contains(name, &self.whole) {
            return true;
        }
        if self.spelled.is_empty() || !self.plain.iter().all(|run| db::text_contains(name, run)) {
            return false;
        }
        let forms = spelled().forms;
        self.spelled.iter().all(|run| forms.contains(&format!(" {run}")))
    }

    /// The condition that a column with names contains the text, or that a column with spellings matches it.
    pub fn within(&self, name: &str, forms: &str, values: &mut Vec<Value>) -> String {
        let written = db::contains(&[name], &self.whole, values);
        if self.spelled.is_empty() {
            return written;
        }
        let spelled = |run: &String| db::like(forms, format!("% {}%", db::literal(run)), values);
        let mut all: Vec<String> = self.spelled.iter().map(spelled).collect();
        all.extend(self.plain.iter().map(|run| db::contains(&[name], run, values)));
        format!("({written} or ({}))", all.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(spelled: &Spelled, name: &str, text: &str) -> bool {
        Typed::new(text).fits_spelled(name, || spelled.clone())
    }

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for (name, typed) in [
            (
                "孟晓宁",
                "mxn mengxiaoning mengxn mxiaoning mengxiaon mxning meng xiaoning xn ning MXN 孟xn 孟xiaon ｍｘｎ 晓宁",
            ),
            ("单雪梅", "sxm shanxuemei danxuemei dxm"),
            ("曾单", "zengshan cengdan zs zd"),
            ("尉迟敬德", "ycjd yuchijingde jingde jd"),
            ("吕绿", "lvlv lulu ll lvl"),
            ("欧阳娜娜", "oynn ouyangnana nana ouyangnn"),
            ("买买提·艾力江", "mmtalj maimaitiailijiang alj"),
            ("Anna李", "annali annal Anna"),
            ("重庆", "chongqing zhongqing cq zq"),
        ] {
            let spelled = of_person(name);
            for text in typed.split(' ') {
                assert!(found(&spelled, name, text), "{name} by {text}: {}", spelled.forms);
            }
            assert!(spelled.forms.len() < 4000, "{name}: {}", spelled.forms.len());
        }
        assert!(found(&of_person("孟晓宁"), "孟晓宁", "meng xiao ning") && found(&of_person("西安"), "西安", "xi'an"));
    }

    #[test]
    fn a_search_that_begins_within_a_syllable_finds_nothing() {
        let name = "孟晓宁";
        let spelled = of_person(name);
        for text in ["engx", "iao", "nm", "李", "mn", "李mxn"] {
            assert!(!found(&spelled, name, text), "{text}: {}", spelled.forms);
        }
    }

    #[test]
    fn surnames_come_first_in_the_order_of_names() {
        for (name, order) in [
            ("单雪梅", "shanxuemei"),
            ("曾丽", "zengli"),
            ("仇英", "qiuying"),
            ("长孙无忌", "zhangsunwuji"),
            ("孟晓宁", "mengxiaoning"),
        ] {
            assert_eq!(of_person(name).order, order, "{name}");
        }
        assert_eq!(of_person("·").order, "~·");
        assert_eq!(of_person("·").forms, " ");
        assert!(of_person(&"乐".repeat(100)).forms.len() < 60_000);
    }

    #[test]
    fn a_unit_is_found_from_its_beginning_on() {
        let name = "华德亭社区居民委员会";
        let spelled = of_unit(name);
        for text in ["hdt", "huadeting", "hdtsq", "huadetingshequ"] {
            assert!(found(&spelled, name, text), "{text}: {}", spelled.forms);
        }
        assert!(!found(&spelled, name, "sqjm") && spelled.forms.len() < 4000, "{}", spelled.forms);
    }
}
