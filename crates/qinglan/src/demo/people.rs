//! The people: who they are, where they are posted, and what happens to them in the two years.

use std::{cmp::Ordering, collections::HashSet};

use chrono::{Datelike, Days, Months, NaiveDate};
use federation::{
    people::{Party, Sex},
    posts::Risk,
};
use kernel::DayRange;

use super::{
    Size, Span,
    city::{COMMUNITY, City, DISTRICT, Level, STREET},
    dice::Dice,
    names,
};

/// A period at one unit.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    pub(super) unit: usize,
    pub(super) duty: &'static str,
    pub(super) days: DayRange,
}

/// A person with everything that will be entered.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) sex: Sex,
    pub(super) birth_month: i64,
    pub(super) party: Party,
    pub(super) education: &'static str,
    pub(super) phone: Option<String>,
    pub(super) note: Option<&'static str>,
    /// One, or two with a transfer between.
    pub(super) stays: Vec<Stay>,
    /// 借调.
    pub(super) lent: Option<(usize, DayRange)>,
    /// 产假.
    pub(super) away: Option<DayRange>,
    /// Later changes of the party status.
    pub(super) turns: Vec<(NaiveDate, Party)>,
    /// How often the person comes, in per mille.
    pub(super) keen: usize,
}

impl Person {
    /// The stay on a day.
    pub(super) fn stay(&self, day: NaiveDate) -> Option<&Stay> {
        self.stays.iter().find(|stay| stay.days.contains(day))
    }

    /// The unit whose sessions the person attends on a day; `None` while on leave.
    pub(super) fn attends(&self, day: NaiveDate) -> Option<usize> {
        if self.away.is_some_and(|away| away.contains(day)) {
            return None;
        }
        let stay = self.stay(day)?;
        match &self.lent {
            Some((unit, days)) if days.contains(day) => Some(*unit),
            _ => Some(stay.unit),
        }
    }

    /// Whether the person leads the unit, and so chairs its sessions.
    pub(super) fn leads(&self, day: NaiveDate) -> bool {
        self.stay(day).is_some_and(|stay| LEADING.contains(&stay.duty))
    }
}

/// A group in addition to the units' own, with members from several.
#[derive(Debug)]
pub(super) struct Team {
    pub(super) unit: usize,
    pub(super) name: String,
    pub(super) brand: &'static str,
    pub(super) members: Vec<usize>,
    pub(super) from: NaiveDate,
}

const LEADING: [&str; 7] =
    ["组织部部长", "办公室主任", "副主席", "妇联主席", "妇联副主席", "村妇联主席", "村妇联副主席"];

/// 职级 of somebody with a duty at a level; communities have none.
pub(super) fn rank(level: Level, duty: &str, age: i64) -> Option<&str> {
    let leads = LEADING.contains(&duty);
    match level {
        _ if duty.ends_with("科员") => Some(duty),
        Level::City if leads => Some("四级调研员"),
        Level::District if leads => Some("二级主任科员"),
        Level::City | Level::District => Some(if age >= 38 { "三级主任科员" } else { "一级科员" }),
        Level::Street if leads => Some("四级主任科员"),
        Level::Street => Some("一级科员"),
        Level::Community => None,
    }
}

/// The posts of an office: the duty of who holds it, its name, what it needs, how much is at risk. Nobody has the last duty of the city.
pub(super) fn posts(level: Level) -> &'static [(&'static str, &'static str, &'static str, Risk)] {
    match level {
        Level::City => &[
            ("组织部部长", "组织工作", "组织人事、公文写作", Risk::Medium),
            ("办公室主任", "综合管理", "公文写作、财务", Risk::High),
            ("权益部副部长", "权益维护", "法律、心理咨询", Risk::Low),
            ("家庭和儿童工作部副部长", "家庭和儿童工作", "家庭教育、心理咨询", Risk::Low),
            ("财务", "财务出纳", "财务", Risk::High),
        ],
        Level::District => &[
            ("办公室主任", "综合管理", "公文写作、财务", Risk::High),
            ("权益部干部", "权益维护", "法律、心理咨询", Risk::Low),
            ("发展部干部", "发展工作", "项目管理、宣传", Risk::Medium),
        ],
        Level::Street => &[
            ("妇联干事", "妇女儿童服务", "心理咨询、法律", Risk::Low),
            ("社会事务办科员", "社会事务", "社会工作、公文写作", Risk::Medium),
        ],
        Level::Community => &[],
    }
}

/// Duties by level: the first two are for the first two people of a unit.
fn duties(level: Level, village: bool) -> &'static [&'static str] {
    match (level, village) {
        (Level::City, _) => &[
            "组织部部长",
            "办公室主任",
            "宣传部副部长",
            "权益部副部长",
            "家庭和儿童工作部副部长",
            "发展部副部长",
            "一级主任科员",
            "二级主任科员",
            "四级主任科员",
            "一级科员",
            "科员",
        ],
        (Level::District, _) => &[
            "副主席",
            "办公室主任",
            "发展部干部",
            "权益部干部",
            "三级主任科员",
            "四级主任科员",
            "一级科员",
            "科员",
            "妇女儿童活动中心工作人员",
        ],
        (Level::Street, _) => &[
            "妇联主席",
            "妇联副主席",
            "妇联干事",
            "党建办科员",
            "社会事务办科员",
            "综治中心工作人员",
            "便民服务中心工作人员",
            "文化站工作人员",
        ],
        (Level::Community, false) => {
            &["妇联主席", "妇联副主席", "妇联执委", "社区工作者", "社区工作者", "网格员", "儿童主任"]
        }
        (Level::Community, true) => {
            &["村妇联主席", "村妇联副主席", "村妇联执委", "村委会委员", "村级网格员", "儿童主任"]
        }
    }
}

/// Brands of the teams.
const BRANDS: [&str; 3] = ["青声", "青语", "听风"];

/// All people, in the order of the units where they begin.
pub(super) fn people(seed: u64, city: &City, size: &Size, span: &Span) -> Vec<Person> {
    let mut dice = Dice::new(seed, 2);
    let mut everyone: Vec<Person> = Vec::with_capacity(size.people);
    for (unit, seats) in seats(&mut dice, city, size) {
        let mut names: HashSet<String> = HashSet::new();
        let village = city.units[unit].short(span.start).ends_with('村');
        let duties = duties(city.units[unit].level, village);
        for seat in 0..seats {
            let duty = if seat < 2 { duties[seat] } else { dice.pick(&duties[2..]) };
            let mut person = newcomer(&mut dice, span, seat < 2);
            // Some have the same name as somebody elsewhere.
            if !everyone.is_empty() && dice.per_mille(16) {
                let other = &everyone[dice.below(everyone.len())];
                (person.name, person.sex) = (other.name.clone(), other.sex);
            }
            while !names.insert(person.name.clone()) {
                person.name = names::name(&mut dice, person.sex);
            }
            let number = everyone.len() + 1;
            person.phone = dice.per_mille(960).then(|| format!("1990000{number:04}"));
            let late = seat >= 3 && city.units[unit].last.is_none() && dice.per_mille(170);
            let from = if late { span.workday(&mut dice, 20, span.length() - 15) } else { span.start };
            person.stays.push(Stay { unit, duty, days: DayRange { from, to: None } });
            everyone.push(person);
        }
    }
    let fixed = shown(city, &everyone);
    for person in &mut everyone {
        turn(&mut dice, person, span);
    }
    for number in 0..everyone.len() {
        let stays = everyone[number].stays[0].clone();
        let leads = LEADING.contains(&stays.duty) || fixed.contains(&number);
        go_on(&mut dice, city, &mut everyone, number, leads, span);
    }
    everyone
}

/// How many people begin in each unit that has people; the total is the requested number.
fn seats(dice: &mut Dice, city: &City, size: &Size) -> Vec<(usize, usize)> {
    let mut seats: Vec<(usize, usize)> = Vec::new();
    for unit in city.places(|unit| unit.home) {
        let shares = city.shared.iter().any(|shared| shared.lead == unit || shared.others.contains(&unit));
        let (least, most) = match city.units[unit].level {
            Level::City if size.small => (4, 4),
            Level::City => (26, 26),
            Level::District => (12, 18),
            Level::Street => (7, 10),
            Level::Community if shares => (3, 4),
            Level::Community => (5, 11),
        };
        seats.push((unit, dice.between(least, most).unsigned_abs() as usize));
    }
    // A surplus or deficit is balanced in communities with a group of their own.
    let free: Vec<usize> = (0..seats.len())
        .filter(|place| {
            let unit = seats[*place].0;
            city.units[unit].level == Level::Community
                && !city.shared.iter().any(|shared| shared.lead == unit || shared.others.contains(&unit))
        })
        .collect();
    loop {
        let total: usize = seats.iter().map(|(_, count)| count).sum();
        let count = &mut seats[dice.pick(&free)].1;
        match total.cmp(&size.people) {
            Ordering::Equal => return seats,
            Ordering::Less => *count += 1,
            Ordering::Greater => *count = (*count - 1).max(4),
        }
    }
}

fn newcomer(dice: &mut Dice, span: &Span, leads: bool) -> Person {
    let sex = if dice.per_mille(if leads { 985 } else { 850 }) { Sex::Female } else { Sex::Male };
    let age = match (leads, dice.below(100)) {
        (true, _) => dice.between(31, 50),
        (false, 0..34) => dice.between(23, 30),
        (false, 34..82) => dice.between(31, 40),
        _ => dice.between(41, 53),
    };
    let party = if leads && dice.per_mille(900) {
        Party::Member
    } else if age <= 28 {
        [Party::League, Party::Member, Party::Probationary, Party::Masses][dice.weighted([42, 25, 9, 24].into_iter())]
    } else {
        [Party::Member, Party::Probationary, Party::Other, Party::Masses][dice.weighted([54, 3, 5, 38].into_iter())]
    };
    let education = match (age, dice.below(100)) {
        (..=35, 0..14) | (_, 0..6) => "硕士研究生",
        (..=40, 14..80) | (41.., 6..50) => "大学本科",
        (..=40, 99) => "博士研究生",
        (41.., 92..) => "高中",
        _ => "大学专科",
    };
    let notes = [("兼任妇联信息员", 14), ("心理咨询师", 8), ("社会工作师", 22), ("兼任儿童督导员", 8)];
    let note = notes.into_iter().find(|(_, often)| dice.per_mille(*often)).map(|(note, _)| note);
    Person {
        name: names::name(dice, sex),
        sex,
        birth_month: (i64::from(span.today.year()) - age) * 100 + dice.between(1, 12),
        party,
        education,
        phone: None,
        note,
        stays: Vec::new(),
        lent: None,
        away: None,
        turns: Vec::new(),
        keen: [985, 955, 920, 850][dice.weighted([30, 40, 22, 8].into_iter())],
    }
}

/// Probationary members become full members after a year; some of the others become probationary.
fn turn(dice: &mut Dice, person: &mut Person, span: &Span) {
    let from = person.stays[0].days.from;
    let young = i64::from(span.today.year()) - person.birth_month / 100 <= 36;
    let probation = match person.party {
        Party::Probationary => from + Months::new(dice.between(1, 11).unsigned_abs() as u32),
        Party::League | Party::Masses if young && dice.per_mille(60) => {
            let day = from + Days::new(dice.between(20, 600).unsigned_abs());
            if day > span.today {
                return;
            }
            person.turns.push((day, Party::Probationary));
            day + Months::new(12)
        }
        _ => return,
    };
    if probation <= span.today {
        person.turns.push((probation, Party::Member));
    }
}

/// What happens to a person later: the unit ends, a transfer, a secondment, a leave of absence, leaving, or nothing.
fn go_on(dice: &mut Dice, city: &City, everyone: &mut [Person], number: usize, stays: bool, span: &Span) {
    let Stay { unit, days, .. } = everyone[number].stays[0].clone();
    if let (Some(last), Some(heir)) = (city.units[unit].last, city.units[unit].heir) {
        let village = city.units[heir].short(span.start).ends_with('村');
        let duty = duties(city.units[heir].level, village)[2];
        return moves(everyone, number, heir, duty, last.succ_opt().unwrap_or(last));
    }
    if stays {
        return;
    }
    let since = span.since(days.from);
    let age = i64::from(span.today.year()) - everyone[number].birth_month / 100;
    match dice.below(1_000) {
        0..75 if since + 150 < span.length() => {
            let last = span.workday(dice, since + 120, span.length() - 3);
            everyone[number].stays[0].days.to = Some(last);
        }
        75..120 if since + 120 < span.length() => {
            let from = span.workday(dice, since + 60, span.length() - 10);
            if let Some(to) = destination(dice, city, everyone, number, from) {
                let village = city.units[to].short(span.start).ends_with('村');
                let duty = dice.pick(&duties(city.units[to].level, village)[2..]);
                moves(everyone, number, to, duty, from);
            }
        }
        120..150 if since + 200 < span.length() => {
            let parent = city.units[unit].parent.filter(|_| city.units[unit].level > Level::District);
            let from = span.workday(dice, since + 40, span.length() - 20);
            let last = from + Days::new(dice.between(80, 280).unsigned_abs());
            everyone[number].lent = parent.map(|to| (to, DayRange { from, to: Some(last) }));
        }
        150..230 if everyone[number].sex == Sex::Female && (25..=37).contains(&age) && since + 60 < span.length() => {
            let from = span.workday(dice, since + 30, span.length() - 5);
            everyone[number].away = Some(DayRange { from, to: Some(from + Days::new(157)) });
        }
        _ => {}
    }
    // Nothing more happens to people who have left.
    if let Some(last) = everyone[number].stays[0].days.to.filter(|_| everyone[number].stays.len() == 1) {
        everyone[number].turns.retain(|(day, _)| *day <= last);
    }
}

fn moves(everyone: &mut [Person], number: usize, unit: usize, duty: &'static str, from: NaiveDate) {
    let person = &mut everyone[number];
    person.stays[0].days.to = from.pred_opt();
    person.stays.push(Stay { unit, duty, days: DayRange { from, to: None } });
}

/// The destination of a transfer: at the same level, up or down, to a unit that stays and has nobody with that name.
fn destination(dice: &mut Dice, city: &City, everyone: &[Person], number: usize, from: NaiveDate) -> Option<usize> {
    let unit = everyone[number].stays[0].unit;
    let mut choices = city.homes_beside(unit);
    choices.extend(city.homes_under(unit));
    choices.extend(city.units[unit].parent);
    choices.retain(|to| city.units[*to].last.is_none() && city.units[*to].stands(from));
    let to = dice.any(&choices)?;
    let named = |other: &Person| other.name == everyone[number].name && other.stays.iter().any(|stay| stay.unit == to);
    (!everyone.iter().any(named)).then_some(to)
}

/// The first three people each of the street, community and district that the demo's accounts look at.
fn shown(city: &City, everyone: &[Person]) -> HashSet<usize> {
    [STREET, COMMUNITY, DISTRICT]
        .into_iter()
        .flat_map(|code| {
            let unit = city.of_code(code);
            let members = (0..everyone.len()).filter(move |number| everyone[*number].stays[0].unit == unit);
            members.take(3).collect::<Vec<_>>()
        })
        .collect()
}

/// Teams that give lectures: of the city and of some districts, or of the one district.
pub(super) fn teams(seed: u64, city: &City, everyone: &[Person], size: &Size, span: &Span) -> Vec<Team> {
    let mut dice = Dice::new(seed, 3);
    let mut units = city.at(Level::District);
    units.truncate(2);
    if !size.small {
        units.insert(0, 0);
    }
    let mut taken: HashSet<usize> = HashSet::new();
    let from = span.workday(&mut dice, 25, 35);
    let mut teams = Vec::new();
    for (unit, brand) in units.into_iter().zip(BRANDS) {
        let settled = |person: &Person| {
            let [stay] = person.stays.as_slice() else { return false };
            stay.days.from == span.start && stay.days.to.is_none() && person.lent.is_none() && person.away.is_none()
        };
        let under = |mut place: usize| loop {
            match city.units[place].parent {
                _ if place == unit => return true,
                Some(parent) => place = parent,
                None => return false,
            }
        };
        let fit: Vec<usize> = (0..everyone.len())
            .filter(|number| {
                let person = &everyone[*number];
                settled(person) && !taken.contains(number) && under(person.stays[0].unit)
            })
            .collect();
        let members = dice.some(&fit, if size.small { 6 } else { 11 });
        taken.extend(&members);
        let name = format!("{}妇联青年宣讲队", city.units[unit].short(span.start));
        teams.push(Team { unit, name, brand, members, from });
    }
    teams
}
