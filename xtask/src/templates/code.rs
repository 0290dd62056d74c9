//! The code within tags: where it ends, its normalised spelling, and breaking it if a line is too long.

/// The place of `end` in `text`, outside of quoted texts and brackets.
pub(super) fn end_of(text: &str, end: &str) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0_usize;
    for (place, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, _) if depth == 0 && text[place..].starts_with(end) => return Some(place),
            (None, '"' | '\'') if end != "#}" => quote = Some(letter),
            (None, '{' | '[' | '(') if end != "#}" => depth += 1,
            (None, '}' | ']' | ')') if end != "#}" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Normalises code: one space for white space, none inside of brackets.
pub(super) fn tidy(code: &str) -> String {
    let mut text = String::with_capacity(code.len());
    let mut quote = None;
    let mut space = false;
    for letter in code.trim().chars() {
        if quote.is_none() && letter.is_whitespace() {
            space = true;
            continue;
        }
        let inside = text.ends_with(['(', '[', '{']) || matches!(letter, ')' | ']' | '}');
        if std::mem::take(&mut space) && !(quote.is_none() && inside) {
            text.push(' ');
        }
        match quote {
            Some(open) if open == letter => quote = None,
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            _ => {}
        }
        text.push(letter);
    }
    text
}

/// The attributes of a tag up to its `>`, and how much of `text` they take. A statement in the tag is one chunk with
/// everything in it, which begins with the space that separates it from the attribute before.
pub(super) fn chunks(text: &str) -> Result<(Vec<String>, usize), String> {
    let mut chunks = Vec::new();
    let mut chunk = String::new();
    let mut place = 0;
    let mut depth = 0_usize;
    let mut quote = None;
    while let Some(letter) = text[place..].chars().next() {
        let here = &text[place..];
        if here.starts_with("{%") || here.starts_with("{{") {
            let end = if here.starts_with("{%") { "%}" } else { "}}" };
            let length = end_of(&here[2..], end).ok_or("a tag that doesn't end")?;
            let code = tidy(here[2..2 + length].trim_matches('-'));
            place += length + 4;
            if end == "}}" {
                chunk.push_str(&format!("{{{{ {code} }}}}"));
                continue;
            }
            let ends = code.starts_with("end");
            let opens = ["if ", "for "].iter().any(|word| code.starts_with(word));
            if quote.is_none() && depth == 0 && !chunk.is_empty() {
                chunks.push(std::mem::take(&mut chunk));
            }
            if quote.is_none() {
                chunk.truncate(chunk.trim_end().len());
                depth = if opens {
                    depth + 1
                } else if ends {
                    depth.saturating_sub(1)
                } else {
                    depth
                };
            }
            chunk.push_str(&format!("{{% {code} %}}"));
            if quote.is_none() && depth > 0 {
                chunk.push(' ');
            }
            if quote.is_none() && depth == 0 {
                chunks.push(std::mem::take(&mut chunk));
            }
            continue;
        }
        place += letter.len_utf8();
        match (quote, letter) {
            (None, '>') if depth > 0 => return Err("`>` within a statement".to_owned()),
            (None, '>') => {
                if !chunk.is_empty() {
                    chunks.push(chunk);
                }
                return Ok((chunks, place));
            }
            (None, _) if letter.is_whitespace() => {
                if depth > 0 && !chunk.ends_with(' ') {
                    chunk.push(' ');
                } else if depth == 0 && !chunk.is_empty() {
                    chunks.push(std::mem::take(&mut chunk));
                }
                continue;
            }
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        chunk.push(letter);
    }
    Err("the tag has no `>`".to_owned())
}

/// Places of `text` outside of quotes where a bracket opens or closes, with the depth there.
fn levels(text: &str) -> Vec<(usize, char, usize)> {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut places = Vec::new();
    for (place, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => {
                places.push((place, letter, depth));
                depth += 1;
            }
            (None, ')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                places.push((place, letter, depth));
            }
            (None, _) => places.push((place, letter, depth)),
        }
    }
    places
}

/// The widest pair of brackets at the outer level of `text`: places of the opening and the closing one.
fn widest(text: &str) -> Option<(usize, usize)> {
    let mut open = 0;
    let mut found: Option<(usize, usize)> = None;
    for (place, letter, depth) in levels(text) {
        if depth > 0 {
            continue;
        }
        if matches!(letter, '(' | '[' | '{') {
            open = place;
        } else if matches!(letter, ')' | ']' | '}') && found.is_none_or(|(from, to)| place - open > to - from) {
            found = Some((open, place));
        }
    }
    found.filter(|(from, to)| to - from > 1)
}

/// Splits `text` before each of `words` at its outer level.
fn parted(text: &str, words: &[&str]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (place, _, depth) in levels(text) {
        if depth == 0 && place > begin && words.iter().any(|word| text[place..].starts_with(word)) {
            parts.push(text[begin..place].trim().to_owned());
            begin = place;
        }
    }
    parts.push(text[begin..].trim().to_owned());
    parts
}

/// The parts of `text` between commas, each with its comma.
fn arguments(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (place, letter, depth) in levels(text) {
        if depth == 0 && letter == ',' {
            parts.push(text[begin..=place].trim().to_owned());
            begin = place + 1;
        }
    }
    parts.push(text[begin..].trim().to_owned());
    parts.retain(|part| !part.is_empty());
    parts
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Breaks code that begins in `column` of a line indented by `indent`, with `after` more characters after it on its last line.
pub(super) fn broken(code: &str, indent: usize, column: usize, after: usize) -> String {
    if column + width(code) + after <= super::print::WIDTH {
        return code.to_owned();
    }
    let pad = " ".repeat(indent + 2);
    for words in [&[" if ", " else "][..], &[" and ", " or "], &[" ~ "], &[" + "], &["|"]] {
        let parts = parted(code, words);
        let wide = widest(code).is_some_and(|(from, to)| to - from > width(code) / 2);
        if parts.len() > 1 && !(wide && first_part_fits(code)) {
            let lines: Vec<String> = parts.iter().map(|part| broken(part, indent + 2, indent + 2, 0)).collect();
            return lines.join(&format!("\n{pad}"));
        }
    }
    let Some((from, to)) = widest(code) else { return code.to_owned() };
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut given = arguments(&code[from + 1..to]);
    let mut head = code[..=from].to_owned();
    // Message ids are searched for as `t("key"`: the id stays on the line of the call.
    let name = head[..from].rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next();
    if name == Some("t") && given.len() > 1 {
        head.push_str(&given.remove(0));
    }
    for argument in given {
        let wide = indent + 2 + width(&line) + 1 + width(&argument) > super::print::WIDTH;
        if wide && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&argument);
        if indent + 2 + width(&line) > super::print::WIDTH {
            lines.push(broken(&std::mem::take(&mut line), indent + 2, indent + 2, 0));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    format!("{head}\n{pad}{}\n{}{}", lines.join(&format!("\n{pad}")), " ".repeat(indent), &code[to..])
}

/// Whether what follows the widest brackets is short enough for their last line.
fn first_part_fits(code: &str) -> bool {
    widest(code).is_some_and(|(from, to)| width(&code[..from]) < 90 && width(&code[to..]) < 90)
}
