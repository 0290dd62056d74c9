//! Reads Chinese numerals, both as written out (一百零三) and digit by digit (二〇二五).

/// The value of a numeral made of Chinese digits and units only; `None` for any other text.
pub fn chinese_number(text: &str) -> Option<u64> {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() || chars.len() > 16 || !chars.iter().all(|c| is_numeral(*c)) {
        return None;
    }
    if chars.iter().all(|c| digit(*c).is_some()) {
        return chars.iter().filter_map(|c| digit(*c)).try_fold(0_u64, |sum, d| sum.checked_mul(10)?.checked_add(d));
    }
    with_units(&chars)
}

/// Replaces each run of Chinese numerals that comes before one of `followers` by Arabic digits.
///
/// A numeral of digits stays digit by digit, so 二〇二五 becomes 2025, and 十二 becomes 12.
pub(crate) fn with_arabic_digits(text: &str, followers: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if is_numeral(c) {
            run.push(c);
            continue;
        }
        flush(&mut out, &mut run, followers.contains(&c));
        out.push(c);
    }
    flush(&mut out, &mut run, false);
    out
}

fn flush(out: &mut String, run: &mut String, replace: bool) {
    match chinese_number(run).filter(|_| replace) {
        Some(value) => out.push_str(&value.to_string()),
        None => out.push_str(run),
    }
    run.clear();
}

fn with_units(chars: &[char]) -> Option<u64> {
    let (mut total, mut section, mut pending) = (0_u64, 0_u64, None);
    let mut last_unit = u64::MAX;
    for &c in chars {
        if let Some(d) = digit(c) {
            // Zero only fills a gap: 一百零三. Two other digits in a row are not a written-out numeral.
            if pending.is_some_and(|p| p != 0) {
                return None;
            }
            pending = Some(d);
        } else if c == '万' {
            section += pending.take().unwrap_or(0);
            if section == 0 || total != 0 {
                return None;
            }
            total = section.checked_mul(10_000)?;
            section = 0;
            last_unit = u64::MAX;
        } else {
            let unit = unit(c)?;
            if unit >= last_unit {
                return None;
            }
            last_unit = unit;
            // 十二 has no digit before its unit, 二百十 none inside.
            let times = match pending.take() {
                None | Some(0) if unit == 10 => 1,
                Some(d) if d != 0 => d,
                _ => return None,
            };
            section += times * unit;
        }
    }
    total.checked_add(section)?.checked_add(pending.unwrap_or(0))
}

fn is_numeral(c: char) -> bool {
    c == '万' || digit(c).is_some() || unit(c).is_some()
}

fn digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<u64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_read_as_they_are_spoken() {
        for (text, value) in [
            ("十二", Some(12)),
            ("二十", Some(20)),
            ("一百零三", Some(103)),
            ("两千零五", Some(2005)),
            ("一万二千", Some(12_000)),
            ("二〇二五", Some(2025)),
            ("二○二五", Some(2025)),
            ("十", Some(10)),
            ("", None),
            ("十百", None),
            ("二三十", None),
            ("百", None),
            ("三人", None),
        ] {
            assert_eq!(chinese_number(text), value, "{text}");
        }
    }

    #[test]
    fn only_numerals_before_a_follower_are_replaced() {
        assert_eq!(with_arabic_digits("二〇二五年三月二十五日三楼", &['年', '月', '日']), "2025年3月25日三楼");
    }
}
