//! Pure functions: which kinds and figures follow from a definition, and the entries of a row.

use std::collections::BTreeSet;

use federation::themes;
use ledger::{
    Allowed, Desired, Entry, Facets, Filter, Kind, KindFacet, Labels, Measure, Metric, Nature, OWN, Part, Sensitivity,
};

use super::model::{Definition, FieldKind, FilledBy, Row, Value};

/// The value of a facet whose field a row leaves empty or doesn't have.
pub(super) const NONE: &str = "none";
/// How the person who fills a row in is counted among its people.
pub(super) const FILLER: &str = "self";

/// The name of the facet that a field becomes.
pub(super) fn facet_of(code: &str, field: &str) -> String {
    format!("{code}_{field}")
}

/// The name of the facet that says as what somebody is named.
pub(super) fn role_facet(code: &str) -> String {
    format!("{code}_as")
}

/// The kind of a register's rows.
pub(super) fn row_kind(code: &str) -> String {
    format!("{OWN}{code}")
}

/// The kind of the people whom a register's rows name.
pub(super) fn people_kind(code: &str) -> String {
    format!("{OWN}{code}.people")
}

/// The kind of the numbers in a field.
pub(super) fn number_kind(code: &str, field: &str) -> String {
    format!("{OWN}{code}.{field}")
}

/// Whether rows name people who are counted.
fn names_people(definition: &Definition) -> bool {
    definition.filled_by == FilledBy::Persons || definition.fields.iter().any(|field| field.kind.is_of_people())
}

/// The fact kinds of a register: its rows, the people they name, the numbers of each field.
pub(super) fn kinds_of(code: &str, definition: &Definition) -> Vec<Kind> {
    let closed = |name: String, values: Vec<String>| KindFacet {
        name,
        values: Allowed::Closed(values),
        default: Some(NONE.to_owned()),
    };
    let mut facets = vec![KindFacet { name: "level".to_owned(), values: Allowed::Code, default: None }];
    for field in definition.fields.iter().filter(|field| field.kind.is_facet()) {
        let mut values = vec![NONE.to_owned()];
        match field.kind {
            FieldKind::Theme => {
                facets.push(KindFacet::from(&themes::FACET));
                continue;
            }
            FieldKind::YesNo => values.extend(["yes".to_owned(), "no".to_owned()]),
            _ => values.extend(field.choices.iter().map(|choice| choice.code.clone())),
        }
        facets.push(closed(facet_of(code, &field.code), values));
    }
    let nature = if definition.lasts { Nature::State } else { Nature::Flow };
    let kind = |name: String, nature: Nature, facets: Vec<KindFacet>| Kind {
        name,
        nature,
        sensitivity: Sensitivity::Plain,
        facets,
    };
    let mut kinds = vec![kind(row_kind(code), nature, facets.clone())];
    if names_people(definition) {
        let mut roles = vec![NONE.to_owned(), FILLER.to_owned()];
        let of_people = definition.fields.iter().filter(|field| field.kind.is_of_people());
        roles.extend(of_people.map(|field| field.code.clone()));
        let with_roles = [facets.as_slice(), &[closed(role_facet(code), roles)]].concat();
        kinds.push(kind(people_kind(code), nature, with_roles));
    }
    // A number of what lasts counts on its first day: a sum of a state would have to be added up day by day.
    let numbers = definition.fields.iter().filter(|field| field.kind == FieldKind::Number);
    kinds.extend(numbers.map(|field| kind(number_kind(code, &field.code), Nature::Flow, facets.clone())));
    kinds
}

/// The figures of a register: rows, units, people, the sum of each number.
pub(super) fn metrics_of(code: &str, definition: &Definition) -> Vec<Metric> {
    let name = &definition.name;
    let metric =
        |end: &str, labels: [String; 2], unit: [&str; 2], text: [String; 2], kind: String, measure, per| Metric {
            key: format!("{OWN}{code}.{end}"),
            version: 0,
            name: both(labels),
            unit: both(unit.map(str::to_owned)),
            definition: both(text),
            count: Part { kinds: vec![kind], measure, filter: Filter::default(), each: None, without: None },
            over: None,
            mean: false,
            per,
        };
    let (rows, units, people, when) = if definition.lasts {
        let when = ["期间内任何一天有效的", "that hold on any day of the period"];
        (Measure::RecordsDuring, Measure::UnitsDuring, Measure::PersonsDuring, when)
    } else {
        (Measure::Occasions, Measure::Units, Measure::Persons, ["期间内的", "of the period"])
    };
    let counted = "计入填报单位，作废的不计。";
    let mut metrics = vec![
        metric(
            "rows",
            [name.clone(), name.clone()],
            ["条", "rows"],
            [
                format!("“{name}”台账中{}记录，每条计一次，{counted}", when[0]),
                format!(
                    "Rows of the register “{name}” {}, each once, counted to the unit that filled them in; void ones are not counted.",
                    when[1]
                ),
            ],
            row_kind(code),
            rows,
            1,
        ),
        metric(
            "units",
            [format!("{name}：填报单位"), format!("{name}: units")],
            ["个", "units"],
            [
                format!("“{name}”台账中有{}记录的单位，每个单位计一次。", when[0]),
                format!("Units with rows of the register “{name}” {}, each once.", when[1]),
            ],
            row_kind(code),
            units,
            1,
        ),
    ];
    if names_people(definition) {
        metrics.push(metric(
            "people",
            [format!("{name}：人数"), format!("{name}: people")],
            ["人", "people"],
            [
                format!("“{name}”台账{}记录里写到的人，一人只计一次，{counted}", when[0]),
                format!("People named in rows of the register “{name}” {}, each once.", when[1]),
            ],
            people_kind(code),
            people,
            1,
        ));
    }
    for field in definition.fields.iter().filter(|field| field.kind == FieldKind::Number) {
        let measure = if field.measure.is_empty() { field.name.as_str() } else { field.measure.as_str() };
        let (day, day_en) = if definition.lasts {
            ("按开始日期计入期间", "counted on the first day")
        } else {
            ("按日期计入期间", "counted on the day")
        };
        metrics.push(metric(
            &field.code,
            [format!("{name}：{}", field.name), format!("{name}: {}", field.name)],
            [measure, measure],
            [
                format!("“{name}”台账记录里“{}”的合计，{day}，{counted}", field.name),
                format!(
                    "The sum of “{}” in rows of the register “{name}”, {day_en}; void ones are not counted.",
                    field.name
                ),
            ],
            number_kind(code, &field.code),
            Measure::Sum,
            10_i64.pow(field.decimals),
        ));
    }
    metrics
}

fn both([zh, en]: [String; 2]) -> Labels {
    Labels { zh, en }
}

/// The entries of a row, by the version of the definition in which it was filled in.
pub(super) fn entries_of(code: &str, definition: &Definition, row: &Row) -> Desired {
    let mut entries = Vec::new();
    if !row.head.void {
        let mut facets = Facets::none().with("level", &row.head.level);
        for field in definition.fields.iter().filter(|field| field.kind.is_facet()) {
            if field.kind == FieldKind::Theme {
                if let Some(Value::Theme(theme)) = row.values.get(&field.code) {
                    facets = themes::facet(facets, Some(theme));
                }
                continue;
            }
            let value = match row.values.get(&field.code) {
                Some(Value::Choice(choice)) => choice.as_str(),
                Some(Value::YesNo(true)) => "yes",
                Some(Value::YesNo(false)) => "no",
                _ => NONE,
            };
            facets = facets.with(&facet_of(code, &field.code), value);
        }
        let mut add = |person, kind: String, facets: &Facets, quantity, lasts| {
            let entry = |day, quantity| Entry {
                day,
                unit: row.head.unit,
                person,
                kind: kind.clone().into(),
                facets: facets.clone(),
                quantity,
            };
            entries.push(entry(row.head.day, quantity));
            if lasts {
                let after = row.head.until.and_then(|last| last.succ_opt());
                entries.extend(after.map(|after| entry(after, -quantity)));
            }
        };
        add(None, row_kind(code), &facets, 1, definition.lasts);
        let as_role = |role: &str| facets.clone().with(&role_facet(code), role);
        if let Some(person) = row.head.person.filter(|_| definition.filled_by == FilledBy::Persons) {
            add(Some(person), people_kind(code), &as_role(FILLER), 1, definition.lasts);
        }
        for field in &definition.fields {
            match row.values.get(&field.code) {
                Some(Value::People(people)) => {
                    let different: BTreeSet<_> = people.iter().copied().collect();
                    for person in different {
                        add(Some(person), people_kind(code), &as_role(&field.code), 1, definition.lasts);
                    }
                }
                Some(Value::Number(number)) if *number != 0 => {
                    add(None, number_kind(code, &field.code), &facets, *number, false);
                }
                _ => {}
            }
        }
    }
    Desired { record: row.head.id, entries }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::{AccountId, PersonId, RecordId, UnitId, parse_day};

    use super::{
        super::{
            model::RowHead,
            rules::{Draft, settle, tests::draft},
        },
        *,
    };

    #[test]
    fn the_entries_of_a_row_are_its_row_its_people_and_its_numbers() {
        let draft = draft(&[
            ("类型", FieldKind::Choice),
            ("负责人", FieldKind::Person),
            ("参加人员", FieldKind::Persons),
            ("时长", FieldKind::Number),
            ("在外", FieldKind::YesNo),
        ]);
        let lasting = Draft { lasts: true, ..draft.clone() };
        let people = |people: &[i64]| Value::People(people.iter().map(|person| PersonId(*person)).collect());
        let values = BTreeMap::from([
            ("f1".to_owned(), Value::Choice("c2".to_owned())),
            ("f2".to_owned(), people(&[5])),
            ("f3".to_owned(), people(&[5, 6, 6])),
            ("f4".to_owned(), Value::Number(30)),
        ]);
        let row = |void, until: Option<&str>| Row {
            head: RowHead {
                id: RecordId(9),
                register: 1,
                form: 1,
                unit: UnitId(3),
                level: "street".to_owned(),
                group: None,
                person: None,
                day: parse_day("2025-03-01").expect("a day"),
                until: until.map(|day| parse_day(day).expect("a day")),
                values_text: String::new(),
                searched: String::new(),
                void,
                void_reason: None,
                entered_by: AccountId::OPERATOR,
                entered_at: String::new(),
                version: 1,
            },
            values: values.clone(),
        };
        let shown = |desired: Desired| {
            let each = desired.entries.into_iter().map(|entry| {
                let person = entry.person.map_or(0, |person| person.0);
                let role = entry.facets.get("v_as").unwrap_or("").to_owned();
                assert_eq!(entry.facets.get("v_f1"), Some("c2"));
                assert_eq!(entry.facets.get("v_f5"), Some("none"));
                (entry.kind.into_owned(), person, role, entry.day.to_string(), entry.quantity)
            });
            each.collect::<Vec<_>>()
        };
        let once = settle(None, &draft).expect("settled");
        let entry = |kind: &str, person, role: &str, day: &str, quantity| {
            (kind.to_owned(), person, role.to_owned(), day.to_owned(), quantity)
        };
        let day = "2025-03-01";
        let wanted = [
            entry("reg.v", 0, "", day, 1),
            entry("reg.v.people", 5, "f2", day, 1),
            entry("reg.v.people", 5, "f3", day, 1),
            entry("reg.v.people", 6, "f3", day, 1),
            entry("reg.v.f4", 0, "", day, 30),
        ];
        assert_eq!(shown(entries_of("v", &once, &row(false, None))), wanted);
        assert!(entries_of("v", &once, &row(true, None)).entries.is_empty());
        let lasting = settle(None, &lasting).expect("settled");
        let ends: Vec<(String, i64)> = shown(entries_of("v", &lasting, &row(false, Some("2025-03-31"))))
            .into_iter()
            .map(|(kind, _, _, day, quantity)| (format!("{kind} {day}"), quantity))
            .collect();
        assert_eq!(ends.len(), 9, "the number has no end: {ends:?}");
        assert!(ends.contains(&("reg.v 2025-04-01".to_owned(), -1)));
        assert!(!ends.contains(&("reg.v.f4 2025-04-01".to_owned(), -30)));
    }
}
