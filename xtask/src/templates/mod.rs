//! Formats the pages' templates: `cargo xtask templates`; with `--check` it only lists those that are not formatted.
//!
//! Ready-made formatters were tried on our templates. Prettier with `prettier-plugin-jinja-template` 2 refuses a statement in a
//! tag with a quoted value (`<b{% if x %} class="a"{% endif %}>`) and `src="{{ asset("a.js") }}"` in a script, leaves macros as
//! they are, and changes most files again when it is run twice. djLint 1.54 leaves lines of up to 1,398 characters, puts white
//! space between an inline element and its text, and breaks tags in the middle of a statement.

mod code;
mod display;
mod parse;
mod print;

use std::{path::Path, process::ExitCode};

/// Formats every template under `crates`, or with `check` lists those that would change.
pub(crate) fn run(root: &Path, check: bool) -> ExitCode {
    let mut files = Vec::new();
    crate::tidy::files(&root.join("crates"), "html", &mut files);
    files.retain(|file| file.components().any(|part| part.as_os_str() == "templates"));
    files.sort();
    let mut faults = 0;
    for file in &files {
        if let Err(fault) = one(file, check) {
            eprintln!("{}: {fault}", name(root, file));
            faults += 1;
        }
    }
    if faults == 0 {
        println!("templates: {} files", files.len());
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

fn name(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

fn one(file: &Path, check: bool) -> Result<(), String> {
    let source = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let formatted = format(&source)?;
    if formatted == source {
        return Ok(());
    }
    if check {
        return Err("is not formatted: run `cargo xtask templates`".to_owned());
    }
    std::fs::write(file, formatted).map_err(|error| error.to_string())
}

/// Formats a template. What a reader of the page sees stays the same: white space is only added or removed where a browser
/// doesn't show it, or where `{%-` and `{{-` strip it again.
pub(crate) fn format(source: &str) -> Result<String, String> {
    let tree = parse::parse(source)?;
    let text = print::print(&tree);
    let again = parse::parse(&text).map_err(|fault| format!("the formatter would break it: {fault}"))?;
    let (before, after) = (print::flat(&tree), print::flat(&again));
    if before == after {
        return Ok(text);
    }
    let same = before.chars().zip(after.chars()).take_while(|(one, other)| one == other).count();
    let near = |text: &str| text.chars().skip(same.saturating_sub(40)).take(100).collect::<String>();
    Err(format!("the formatter would change it: `{}` to `{}`", near(&before), near(&after)))
}

#[cfg(test)]
mod tests {
    use super::format;

    fn becomes(source: &str, wanted: &str) {
        let text = format(source).expect("a template");
        assert_eq!(text, wanted);
        assert_eq!(format(&text).expect("a template"), text, "formatted twice");
    }

    #[test]
    fn blocks_are_on_lines_of_their_own() {
        becomes(
            "<section class=\"card\"><h2>{{ t(\"a\") }}</h2>\n{% if x %}<p>b</p>{% endif %}</section>",
            "<section class=\"card\">\n  <h2>{{ t(\"a\") }}</h2>\n  {% if x %}<p>b</p>{% endif %}\n</section>\n",
        );
    }

    #[test]
    fn texts_without_space_between_them_stay_so() {
        let long = "甲".repeat(60);
        becomes(
            &format!("<p><b>{long}</b>{{% if x %}}<i>{long}</i>{{% endif %}}</p>"),
            &format!("<p>\n  <b>{long}</b>\n  {{%- if x %}}<i>{long}</i>{{% endif %}}\n</p>\n"),
        );
    }

    #[test]
    fn a_space_stays_a_space() {
        becomes("<p>a  {{ b }}\nc</p>", "<p>a {{ b }} c</p>\n");
        becomes("<title>{% block a %}b{% endblock %} · c</title>", "<title>{% block a %}b{% endblock %} · c</title>\n");
        becomes("<p>甲\u{3000}{{ b }}</p>", "<p>甲\u{3000}{{ b }}</p>\n");
        becomes(
            "<p>{% if a %}b{% endif %} {% if c %}d{% endif %}</p>",
            "<p>{% if a %}b{% endif %} {% if c %}d{% endif %}</p>\n",
        );
    }

    #[test]
    fn long_tags_and_calls_are_broken() {
        let field = "name=\"unit\" type=\"text\" autocomplete=\"off\" data-pick=\"/units/pick\" aria-label=\"{{ t(\"unit\") }}\"";
        becomes(
            &format!("<input class=\"form-control\" {field}{{% if x %}} required{{% endif %}}>"),
            &format!("<input\n  class=\"form-control\" {field}\n  {{% if x %}} required{{% endif %}}>\n"),
        );
        let words = "word ".repeat(16);
        becomes(
            &format!("{{{{ ui.field(form, \"{words}\", t(\"b\", n=[1, 2]), \"{words}\") }}}}"),
            &format!("{{{{ ui.field(\n  form, \"{words}\", t(\"b\", n=[1, 2]),\n  \"{words}\"\n) }}}}\n"),
        );
    }

    #[test]
    fn a_message_is_broken_after_its_key() {
        let words = "word ".repeat(20);
        becomes(
            &format!("{{{{ t(\"a-key\", one=\"{words}\", two=b) }}}}"),
            &format!("{{{{ t(\"a-key\",\n  one=\"{words}\", two=b\n) }}}}\n"),
        );
    }

    #[test]
    fn texts_that_keep_their_lines_are_left() {
        becomes("<textarea>\n a {{ b }}</textarea>", "<textarea>\n a {{ b }}</textarea>\n");
        let pre = format!("<dd class=\"pre\">{}</dd>", "{{ text }}, {{ other }}: ".repeat(6).trim_end());
        becomes(&pre, &format!("{pre}\n"));
    }

    #[test]
    fn what_is_not_closed_is_refused() {
        for source in
            ["<div>", "<ul></div></ul>", "{% if a %}<p>{% endif %}</p>", "{% if a %}", "{{ a", "<p>{% else %}</p>"]
        {
            assert!(format(source).is_err(), "{source}");
        }
    }

    #[test]
    fn every_template_stays_as_it_is_when_formatted_again() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let mut files = Vec::new();
        crate::tidy::files(&root.join("crates"), "html", &mut files);
        assert!(files.len() > 100);
        for file in files {
            let text = format(&std::fs::read_to_string(&file).expect("a file")).expect("a template");
            assert_eq!(format(&text).expect("a template"), text, "{}", file.display());
        }
    }
}
