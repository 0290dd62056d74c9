//! How unit names are normalised. Source: CONVENTIONS, 'Matching names in spreadsheets'.

/// Suffixes of offices after a unit's name.
const OFFICES: [&str; 4] = ["妇女联合会机关", "妇女联合会", "妇联机关", "妇联"];
/// Suffixes of communities and villages, longest first.
const COMMUNITIES: [&str; 8] =
    ["社区居民委员会", "村村民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会", "社区"];

/// A name without white space, full-width letters and the office's suffix: `青蓝市妇女联合会` becomes `青蓝市`.
pub(super) fn plain(name: &str) -> String {
    let name: String = tabular::fold(name).chars().filter(|letter| !letter.is_whitespace()).collect();
    for office in OFFICES {
        if let Some(rest) = name.strip_suffix(office) {
            return rest.to_owned();
        }
    }
    name.strip_suffix("机关").map_or(name.clone(), str::to_owned)
}

/// A plain name without the suffix of a community or village: `何家泉村委会` and `何家泉村` become `何家泉`.
pub(super) fn stem(plain: &str) -> &str {
    for community in COMMUNITIES {
        if let Some(rest) = plain.strip_suffix(community)
            && !rest.is_empty()
        {
            let rest = rest.strip_suffix('村').filter(|rest| rest.chars().count() > 1).unwrap_or(rest);
            return rest;
        }
    }
    // `金新山村` is a village; `东庄镇` keeps its suffix, and a name of one character is not allowed.
    plain.strip_suffix('村').filter(|rest| rest.chars().count() > 1).unwrap_or(plain)
}

/// Whether a plain name is a village's (or else a community's); `None` for a name without such a suffix.
pub(super) fn is_village(plain: &str) -> Option<bool> {
    let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word));
    if ends(&["村民委员会", "村委会", "村"]) {
        Some(true)
    } else if ends(&["居民委员会", "居委会", "社区"]) {
        Some(false)
    } else {
        None
    }
}

/// The name of a unit's office: `古沟街道妇联`; for `金德社区居委会` it is `金德社区妇联`.
pub fn office(name: &str) -> String {
    let name = ["居民委员会", "居委会", "民委员会", "委会"]
        .into_iter()
        .find_map(|body| name.strip_suffix(body))
        .map_or(name, |rest| rest.strip_suffix("村村").map_or(rest, |stem| &rest[..stem.len() + "村".len()]));
    format!("{name}妇联")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_its_unit() {
        assert_eq!(plain("青蓝市妇女联合会"), "青蓝市");
        assert_eq!(plain("市妇联机关"), "市");
        assert_eq!(plain("澄江区　中坡街道妇联"), "澄江区中坡街道");
    }

    #[test]
    fn an_office_has_a_name() {
        assert_eq!(office("古沟街道"), "古沟街道妇联");
        assert_eq!(office("金德社区居委会"), "金德社区妇联");
        assert_eq!(office("金德社区居民委员会"), "金德社区妇联");
        assert_eq!(office("何家泉村委会"), "何家泉村妇联");
        assert_eq!(office("何家泉村村民委员会"), "何家泉村妇联");
    }

    #[test]
    fn every_suffix_of_a_community_leads_to_one_stem() {
        for name in ["何家泉村村民委员会", "何家泉村委会", "何家泉村", "何家泉村民委员会", "何家泉"]
        {
            assert_eq!(stem(&plain(name)), "何家泉", "{name}");
        }
        for name in ["金德社区居民委员会", "金德社区居委会", "金德社区", "金德居委会", "金德社区妇联"]
        {
            assert_eq!(stem(&plain(name)), "金德", "{name}");
        }
        assert_eq!(stem("东庄镇"), "东庄镇");
    }
}
