//! Pure functions: a post as it was typed.

use kernel::Refusal;

use super::model::Handed;

/// The most characters of a name, of one need and of what a post is about, and how many needs there may be.
const NAME: usize = 100;
const NEED: usize = 20;
const NEEDS: usize = 12;
const ABOUT: usize = 2000;

/// A text without what people write differently: width, white space.
pub(super) fn plain(text: &str) -> String {
    tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// The needs in a text, each once, in their order.
pub(super) fn needs(text: &str) -> Vec<String> {
    let mut needs: Vec<String> = Vec::new();
    for need in text.split(|letter: char| letter.is_whitespace() || "、，,;；/".contains(letter)) {
        let need = tabular::fold(need);
        if !need.is_empty() && !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}

/// Validates a post before it is stored.
pub(super) fn validate(handed: Handed) -> Result<Handed, Refusal> {
    let name = handed.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain(&name).is_empty() {
        return Err(Refusal::new("post-without-name"));
    }
    let needs = needs(&handed.needs);
    if needs.len() > NEEDS {
        return Err(Refusal::new("post-many-needs").with("count", needs.len()).with("most", NEEDS));
    }
    let about = handed.about.filter(|about| !about.trim().is_empty());
    Refusal::too_long("post-name-long", &[("", &name, NAME)])?;
    Refusal::too_long("post-about-long", &[("", about.as_deref().unwrap_or_default(), ABOUT)])?;
    for need in &needs {
        Refusal::too_long("post-need-long", &[(need, need, NEED)])?;
    }
    Ok(Handed { name, needs: needs.join("、"), about, ..handed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(name: &str, needs: &str) -> Handed {
        Handed { name: name.to_owned(), needs: needs.to_owned(), ..Handed::default() }
    }

    #[test]
    fn needs_are_listed_once_whatever_stands_between_them() {
        assert_eq!(needs("法律，心理 文字、法律;ＩＴ"), ["法律", "心理", "文字", "IT"]);
        assert!(needs(" 、 ").is_empty());
    }

    #[test]
    fn a_post_has_a_name_and_short_needs() {
        assert_eq!(
            validate(post("  权益 干事 ", "法律 心理")).map(|post| (post.name, post.needs)),
            Ok(("权益 干事".to_owned(), "法律、心理".to_owned()))
        );
        let code = |post: Handed| validate(post).expect_err("a fault").code;
        assert_eq!(code(post("  ", "")), "post-without-name");
        assert_eq!(code(post(&"长".repeat(101), "")), "post-name-long");
        assert_eq!(code(post("干事", &"长".repeat(21))), "post-need-long");
        assert_eq!(
            code(post("干事", &(0..13).map(|need| format!("专长{need} ")).collect::<String>())),
            "post-many-needs"
        );
    }
}
