//! Finds the unit that a spreadsheet means, among those under the unit that the import is for.

use std::collections::{BTreeSet, HashMap};

use kernel::UnitId;
use ledger::Tree;

use super::{
    model::{Level, Unit},
    rules::{is_village, plain, stem},
};

/// The result of searching for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This unit.
    One(UnitId),
    /// No unit.
    None,
    /// Several: the user is asked, never guessed.
    Several(Vec<UnitId>),
}

/// The units under one unit by code and name, with the units above it.
#[derive(Clone, Debug)]
pub struct Index {
    home: UnitId,
    /// The tree that contains them.
    pub tree: Tree,
    units: HashMap<UnitId, Unit>,
    above: Vec<UnitId>,
    by_code: HashMap<String, UnitId>,
    by_plain: HashMap<String, Vec<UnitId>>,
    by_stem: HashMap<String, Vec<UnitId>>,
    levels: Vec<Level>,
}

impl Index {
    /// Builds the index for the units at and under `home`; `above` are the units above it, nearest first.
    pub fn new(home: UnitId, tree: Tree, units: Vec<Unit>, above: Vec<UnitId>, levels: Vec<Level>) -> Self {
        let mut index = Self {
            home,
            tree,
            units: HashMap::new(),
            above,
            by_code: HashMap::new(),
            by_plain: HashMap::new(),
            by_stem: HashMap::new(),
            levels,
        };
        for unit in units {
            if index.tree.holds(unit.id) {
                let plain = plain(&unit.name);
                index.by_stem.entry(stem(&plain).to_owned()).or_default().push(unit.id);
                index.by_plain.entry(plain).or_default().push(unit.id);
                if let Some(code) = &unit.code {
                    index.by_code.insert(code.clone(), unit.id);
                }
            }
            index.units.insert(unit.id, unit);
        }
        index
    }

    /// A unit of the index.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// The code of a unit's level.
    pub fn level(&self, id: UnitId) -> Option<&str> {
        self.units.get(&id).and_then(|unit| unit.level.as_deref())
    }

    /// A unit's name with those above it: `青蓝市 澄江区 古沟街道`.
    pub fn path(&self, id: UnitId) -> String {
        let mut names: Vec<&str> =
            self.tree.upwards(id).filter_map(|unit| self.units.get(&unit)).map(|unit| unit.name.as_str()).collect();
        names.reverse();
        names.join(" ")
    }

    /// A unit's name as it has to be written to be found again: alone, or with as many of the names above it as are needed
    /// to distinguish it from others, `春泉街道胡家亭社区`; if necessary its whole path.
    pub fn telling(&self, id: UnitId) -> String {
        let names: Vec<&str> =
            self.tree.upwards(id).filter_map(|unit| self.units.get(&unit)).map(|unit| unit.name.as_str()).collect();
        let forms = (1..=names.len()).map(|count| names[..count].iter().rev().copied().collect::<String>());
        let found = forms.into_iter().find(|form| self.find(form) == Found::One(id));
        found.unwrap_or_else(|| self.path(id))
    }

    /// The unit that a text means: by its code, else by its name; a nested name is narrowed down; a bare word for a level
    /// means the unit of that level.
    pub fn find(&self, text: &str) -> Found {
        let folded = tabular::fold(text);
        if let Some(unit) = self.by_code.get(folded.trim()) {
            return Found::One(*unit);
        }
        let name = plain(&folded);
        if name.is_empty() {
            // `妇联` or `机关` alone is the unit that the import is for.
            return if folded.trim().is_empty() { Found::None } else { Found::One(self.home) };
        }
        if let Some(found) = self.by_level_word(&name) {
            return found;
        }
        let mut fits = self.nested(&name);
        if fits.len() > 1 {
            // Among the matching units, those written out in full have precedence over those with the same stem.
            let exact: BTreeSet<UnitId> = fits.iter().copied().filter(|unit| self.written_out(*unit, &name)).collect();
            let of_kind = |unit: &UnitId| {
                self.units.get(unit).is_some_and(|unit| is_village(&plain(&unit.name)) == is_village(&name))
            };
            if !exact.is_empty() {
                fits = exact;
            } else if is_village(&name).is_some() {
                fits.retain(of_kind);
            }
        }
        match fits.len() {
            0 => Found::None,
            1 => fits.into_iter().next().map_or(Found::None, Found::One),
            _ => Found::Several(fits.into_iter().collect()),
        }
    }

    fn written_out(&self, unit: UnitId, name: &str) -> bool {
        self.units.get(&unit).is_some_and(|unit| name.ends_with(&plain(&unit.name)))
    }

    /// Units whose name ends the text, if the text before it names units above them, in their order.
    fn nested(&self, name: &str) -> BTreeSet<UnitId> {
        let mut fits = BTreeSet::new();
        for (place, _) in name.char_indices() {
            let (before, last) = name.split_at(place);
            let named = self.by_plain.get(last).into_iter().chain(self.by_stem.get(stem(last))).flatten();
            fits.extend(named.copied().filter(|unit| self.is_under(*unit, before)));
        }
        fits
    }

    fn is_under(&self, unit: UnitId, before: &str) -> bool {
        if before.is_empty() {
            return true;
        }
        let ancestors = self.tree.upwards(unit).skip(1).chain(self.above.iter().copied());
        let mut rest = before.to_owned();
        for ancestor in ancestors {
            let Some(ancestor) = self.units.get(&ancestor) else { continue };
            let name = plain(&ancestor.name);
            // `古沟和平`: the names of units above may be written without the word for their level.
            let bare = ["街道", "镇", "乡", "区", "县", "市"].into_iter().find_map(|word| name.strip_suffix(word));
            let variants = [Some(name.as_str()), Some(stem(&name)), bare];
            let named = variants.into_iter().flatten().filter(|variant| !variant.is_empty());
            if let Some(shorter) = named.into_iter().find_map(|variant| rest.strip_suffix(variant)) {
                rest = shorter.to_owned();
                if rest.is_empty() {
                    return true;
                }
            }
        }
        false
    }

    /// `市`, `区`, `街道` alone: the unit of that level at or above the import's unit, or the only one under it.
    fn by_level_word(&self, name: &str) -> Option<Found> {
        let level = self.levels.iter().find(|level| level.bare.split(' ').any(|bare| bare == name))?;
        let at_or_above = std::iter::once(self.home).chain(self.above.iter().copied());
        for unit in at_or_above {
            if self.level(unit) == Some(level.code.as_str()) {
                return Some(Found::One(unit));
            }
        }
        let mut under: Vec<UnitId> = self
            .tree
            .all()
            .iter()
            .copied()
            .filter(|unit| self.level(*unit) == Some(level.code.as_str()))
            .take(9)
            .collect();
        Some(match under.len() {
            0 => Found::None,
            1 => Found::One(under.remove(0)),
            _ => Found::Several(under),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let names = [
            (1, None, "青蓝市", "city"),
            (2, Some(1), "澄江区", "district"),
            (3, Some(2), "古沟街道", "street"),
            (4, Some(3), "华德亭社区居民委员会", "community"),
            (5, Some(3), "和平社区居委会", "community"),
            (6, Some(2), "红埠街道", "street"),
            (7, Some(6), "和平社区居民委员会", "community"),
            (8, Some(6), "和平村村民委员会", "community"),
        ];
        let tree = Tree::from_edges(&names.map(|(id, parent, ..)| (UnitId(id), parent.map(UnitId))));
        let units = names.map(|(id, _, name, level)| Unit {
            id: UnitId(id),
            name: name.to_owned(),
            level: Some(level.to_owned()),
            code: Some(format!("99{id}")),
            outside: false,
            record: None,
            opened_on: None,
            closed_on: None,
            void: false,
            version: 1,
        });
        let level = |code: &str, rank, bare: &str| Level {
            code: code.to_owned(),
            rank,
            zh: String::new(),
            en: String::new(),
            bare: bare.to_owned(),
        };
        let levels = vec![level("city", 2, "市"), level("district", 3, "区 县"), level("street", 4, "街道 镇 乡")];
        Index::new(UnitId(1), tree, units.to_vec(), vec![], levels)
    }

    #[test]
    fn names_lead_to_units() {
        let index = index();
        for (text, unit) in [
            ("市妇联机关", 1),
            ("青蓝市妇女联合会", 1),
            ("妇联", 1),
            ("澄江区", 2),
            ("区妇联", 2),
            ("澄江区古沟街道妇联", 3),
            ("古沟街道华德亭", 4),
            ("华德亭社区妇联", 4),
            ("澄江区古沟街道华德亭社区居民委员会", 4),
            ("古沟和平", 5),
            ("和平社区居民委员会", 7),
            ("红埠街道和平村", 8),
            ("９９６", 6),
        ] {
            assert_eq!(index.find(text), Found::One(UnitId(unit)), "{text}");
        }
    }

    #[test]
    fn a_name_that_fits_two_units_is_a_question_and_one_that_fits_none_finds_none() {
        let index = index();
        assert_eq!(index.find("和平"), Found::Several([5, 7, 8].map(UnitId).to_vec()));
        assert_eq!(index.find("街道妇联"), Found::Several([3, 6].map(UnitId).to_vec()));
        assert_eq!(index.find("不存在的街道妇联"), Found::None);
        assert_eq!(index.find("历下区和平"), Found::None);
        assert_eq!(index.find(""), Found::None);
    }
}
