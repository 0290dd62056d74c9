//! The texts of a session: title, time, place, who chairs, speaks and records, minutes.

use chrono::{Datelike, NaiveDate};

use super::{
    city::Level,
    sessions::{Partner, Planner, Session},
    topics::{NOTES, OUTSIDE, RESOLUTIONS},
};

/// The texts of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) title: String,
    pub(super) topic: Option<String>,
    pub(super) times: Option<(String, String)>,
    pub(super) day_part: Option<&'static str>,
    pub(super) place: Option<String>,
    pub(super) leaders: Option<String>,
    pub(super) chair: Option<String>,
    pub(super) speakers: Option<String>,
    pub(super) recorder: Option<String>,
    pub(super) minutes: Option<String>,
    pub(super) resolutions: Option<String>,
    pub(super) notice: Option<String>,
    pub(super) note: Option<String>,
}

impl Planner<'_> {
    /// Writes the texts of a session; `title` if the month has one, `guest` from the unit above.
    pub(super) fn describe_session(&mut self, session: &Session, title: Option<&str>, guest: Option<usize>) -> Told {
        let present: Vec<usize> = session.present().collect();
        let chair = present.iter().copied().find(|person| self.people[*person].leads(session.day));
        let chair = chair.or(present.first().copied());
        let others: Vec<usize> = present.iter().copied().filter(|person| Some(*person) != chair).collect();
        let names = |people: &[usize]| {
            let names: Vec<&str> = people.iter().map(|person| self.people[*person].name.as_str()).collect();
            names.join("、")
        };
        let outside = session.partners.iter().find_map(|partner| match partner {
            Partner::Outside(number) => Some(OUTSIDE[*number]),
            Partner::Unit(_) => None,
        });
        let taught = ["lecture", "training", "party_lecture", "integrity_lecture"];
        let speaking = self.dice.some(&others, if session.kind.code == "seminar" { 3 } else { 1 });
        let speakers = match (outside, guest) {
            (Some((name, who, kinds)), _) if kinds.contains(&session.kind.code) => Some(format!("{name}{who}")),
            (_, Some(guest)) if taught.contains(&session.kind.code) => Some(names(&[guest])),
            _ => Some(names(&speaking)).filter(|names| !names.is_empty()),
        };
        let recorder = others.iter().copied().find(|person| !speaking.contains(person));
        let chair = chair.map(|person| names(&[person]));
        let recorder = recorder.map(|person| names(&[person]));
        let (title, topic) = self.title(session, title);
        let says = speakers.as_ref().or(chair.as_ref()).cloned().unwrap_or_default();
        let minutes = self.dice.per_mille(680).then(|| self.minutes(session, &says, &topic, present.len()));
        let resolutions = self.dice.per_mille(170).then(|| self.dice.pick(&RESOLUTIONS).to_owned());
        let (times, day_part) = self.times(session);
        let place = self.place(session);
        let notice = (session.partners.len() > 1 || self.dice.per_mille(25)).then(|| self.notice(session)).flatten();
        Told {
            title,
            topic: self.dice.per_mille(720).then_some(topic),
            times,
            day_part,
            place,
            leaders: guest.map(|guest| self.titled(guest, session.day)),
            chair,
            speakers,
            recorder,
            minutes,
            resolutions,
            notice,
            note: self.dice.per_mille(35).then(|| self.dice.pick(&NOTES).to_owned()),
        }
    }

    fn title(&mut self, session: &Session, brought: Option<&str>) -> (String, String) {
        if let Some(title) = brought {
            let topic = title.split('：').next_back().unwrap_or(title);
            return (title.to_owned(), topic.to_owned());
        }
        let brand = match session.team {
            Some(team) => Some(self.teams[team].brand),
            None => self.brands.get(&session.host).map(String::as_str),
        };
        let partner = match session.partners.as_slice() {
            [Partner::Unit(unit)] => Some(self.city.units[*unit].short(session.day)),
            [Partner::Outside(number)] => Some(OUTSIDE[*number].0.to_owned()),
            _ => None,
        };
        let usable =
            |form: &&str| (!form.contains("{b}") || brand.is_some()) && (!form.contains("{p}") || partner.is_some());
        let forms: Vec<&str> = session.kind.forms.iter().copied().filter(usable).collect();
        let form = self.dice.pick(&forms);
        let topic = self.dice.pick(session.kind.topics);
        let title = form
            .replace("{t}", topic)
            .replace("{b}", brand.unwrap_or_default())
            .replace("{p}", &partner.unwrap_or_default());
        (title, topic.to_owned())
    }

    fn minutes(&mut self, session: &Session, says: &str, topic: &str, present: usize) -> String {
        let most = (present as i64 - 1).clamp(2, 9);
        self.dice
            .pick(session.kind.minutes)
            .replace("{s}", says)
            .replace("{t}", topic)
            .replace("{k}", &self.dice.between(2, most).to_string())
            .replace("{m}", &self.dice.between(3, 12).to_string())
            .replace("{q}", &self.dice.between(20, 90).to_string())
            .replace("{g}", &self.dice.between(2, 4).to_string())
    }

    /// Beginning and end, or only the part of the day, or nothing.
    fn times(&mut self, session: &Session) -> (Option<(String, String)>, Option<&'static str>) {
        let start = match (session.kind.code, self.city.units[session.host].level) {
            ("practice", _) => self.dice.pick(&[8 * 60 + 30, 9 * 60, 14 * 60, 15 * 60]),
            ("reading" | "lecture", Level::Community) => self.dice.pick(&[15 * 60, 18 * 60 + 30, 19 * 60, 19 * 60]),
            _ => self.dice.pick(&[9 * 60, 9 * 60 + 30, 10 * 60, 14 * 60, 14 * 60 + 30, 15 * 60, 15 * 60 + 30, 16 * 60]),
        };
        let end = start + self.dice.pick(&[60, 90, 90, 120, 120, 150]);
        let clock = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        match self.dice.below(100) {
            0..90 => (Some((clock(start), clock(end))), None),
            90..97 => (None, Some(if start < 12 * 60 { "morning" } else { "afternoon" })),
            _ => (None, None),
        }
    }

    fn place(&mut self, session: &Session) -> Option<String> {
        let day = session.day;
        let here = self.city.units[session.host].short(day);
        if self.dice.per_mille(30) {
            return None;
        }
        let forms: &[&str] = match (session.kind.code, session.partners.first(), self.city.units[session.host].level) {
            ("visit" | "joint_study", Some(Partner::Unit(unit)), _) if self.dice.per_mille(600) => {
                return Some(format!("{}党群服务中心", self.city.units[*unit].short(day)));
            }
            ("visit" | "immersion", Some(Partner::Outside(number)), _) => return Some(OUTSIDE[*number].0.to_owned()),
            ("immersion", ..) => &["青蓝市廉洁教育基地", "澄江区人民法院第二审判庭", "市档案馆展厅", "家风馆"],
            ("practice", ..) => &["{u}", "{u}居民小区", "{u}便民服务广场", "{u}日间照料中心"],
            (_, _, Level::City) => {
                &["市妇联三楼会议室", "市妇女儿童活动中心报告厅", "市青年之家", "市妇联二楼小会议室"]
            }
            (_, _, Level::District) => {
                &["{u}妇联会议室", "{u}妇女儿童活动中心", "{u}政务中心四楼会议室", "{u}青年之家"]
            }
            (_, _, Level::Street) if here.ends_with("街道") => {
                &["{u}办事处三楼会议室", "{u}党群服务中心", "{u}妇联办公室", "{u}文化站"]
            }
            (_, _, Level::Street) => &["{u}政府二楼会议室", "{u}党群服务中心", "{u}妇联办公室", "{u}文化站"],
            (_, _, Level::Community) if here.ends_with('村') => {
                &["{u}文化大院", "{u}妇女儿童之家", "{u}党群服务中心", "{u}农家书屋"]
            }
            _ => &["{u}党群服务中心", "{u}妇女儿童之家", "{u}文明实践站", "{u}青年书屋", "{u}居民议事厅"],
        };
        Some(self.dice.pick(forms).replace("{u}", &here))
    }

    /// `青妇〔2025〕12号`: a notice of the city, or of the district above the host.
    fn notice(&mut self, session: &Session) -> Option<String> {
        let mut unit = session.host;
        while self.city.units[unit].level > Level::District {
            unit = self.city.units[unit].parent?;
        }
        let first = self.city.units[unit].short(session.day).chars().next()?;
        Some(format!("{first}妇〔{}〕{}号", session.day.year(), self.dice.between(1, 60)))
    }

    /// `澄江区妇联副主席王敏`.
    fn titled(&self, person: usize, day: NaiveDate) -> String {
        let person = &self.people[person];
        let Some(stay) = person.stay(day) else { return person.name.clone() };
        let unit = self.city.units[stay.unit].short(day);
        let office = if stay.duty.starts_with("妇联") { "" } else { "妇联" };
        format!("{unit}{office}{}{}", stay.duty, person.name)
    }
}
