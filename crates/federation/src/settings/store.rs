//! All queries on settings.

use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};

use super::Settings;

/// The current settings.
pub async fn read(conn: &impl ConnectionTrait) -> Result<Settings, DbErr> {
    let mut settings = Settings::default();
    for (name, value) in db::rows::<(String, String)>(conn, "select name, value from setting", vec![]).await? {
        settings.set(&name, &value);
    }
    Ok(settings)
}

/// Stores what differs from the shipped values; the rest follows later versions of the program.
pub(super) async fn write(tx: &impl ConnectionTrait, settings: &Settings) -> Result<(), DbErr> {
    db::execute(tx, "delete from setting", vec![]).await?;
    let shipped = Settings::default().pairs();
    let rows = settings.pairs().into_iter().filter(|pair| !shipped.contains(pair));
    let rows = rows.map(|(name, value)| vec![name.into(), value.into()]);
    db::insert_many(tx, "setting", &["name", "value"], rows.collect::<Vec<_>>()).await
}

impl Settings {
    /// Name and value of every setting.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = vec![
            ("name".to_owned(), self.name.clone()),
            ("age_limit".to_owned(), self.age_limit.to_string()),
            ("least_sessions_month".to_owned(), self.least_sessions_month.to_string()),
            ("least_hours_year".to_owned(), self.least_hours_year.to_string()),
            ("least_rate".to_owned(), self.least_rate.to_string()),
            ("hour_minutes".to_owned(), self.hour_minutes.to_string()),
            ("session_minutes".to_owned(), self.session_minutes.to_string()),
            ("external_percent".to_owned(), self.external_percent.to_string()),
            ("reading_minutes".to_owned(), self.reading_minutes.to_string()),
            ("note_minutes".to_owned(), self.note_minutes.to_string()),
            ("talk_days".to_owned(), self.talk_days.to_string()),
            ("evidence_days".to_owned(), self.evidence_days.to_string()),
            ("check_in_before".to_owned(), self.check_in_before.to_string()),
            ("check_in_after".to_owned(), self.check_in_after.to_string()),
            ("check_in_seconds".to_owned(), self.check_in_seconds.to_string()),
        ];
        for pillar in &self.pillars {
            let code = pillar.code;
            pairs.extend([
                (format!("{code}_zh"), pillar.zh.clone()),
                (format!("{code}_en"), pillar.en.clone()),
                (format!("{code}_nickname"), pillar.nickname.clone()),
                (format!("{code}_nickname_en"), pillar.nickname_en.clone()),
            ]);
        }
        pairs
    }

    /// A number that is another one when any of them is: they have no version of their own.
    pub fn version(&self) -> i64 {
        let pairs = self.pairs();
        web::version_of(pairs.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]))
    }

    /// Sets one by its name; an unknown name, or a value that is no number where one is needed, changes nothing.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let number = |old: i64| value.parse().unwrap_or(old);
        match name {
            "name" => value.clone_into(&mut self.name),
            "age_limit" => self.age_limit = number(self.age_limit),
            "least_sessions_month" => self.least_sessions_month = number(self.least_sessions_month),
            "least_hours_year" => self.least_hours_year = number(self.least_hours_year),
            "least_rate" => self.least_rate = number(self.least_rate),
            "hour_minutes" => self.hour_minutes = number(self.hour_minutes),
            "session_minutes" => self.session_minutes = number(self.session_minutes),
            "external_percent" => self.external_percent = number(self.external_percent),
            "reading_minutes" => self.reading_minutes = number(self.reading_minutes),
            "note_minutes" => self.note_minutes = number(self.note_minutes),
            "talk_days" => self.talk_days = number(self.talk_days),
            "evidence_days" => self.evidence_days = number(self.evidence_days),
            "check_in_before" => self.check_in_before = number(self.check_in_before),
            "check_in_after" => self.check_in_after = number(self.check_in_after),
            "check_in_seconds" => self.check_in_seconds = number(self.check_in_seconds),
            other => {
                let Some((code, part)) = other.split_once('_') else { return };
                let Some(pillar) = self.pillars.iter_mut().find(|pillar| pillar.code == code) else { return };
                match part {
                    "zh" => value.clone_into(&mut pillar.zh),
                    "en" => value.clone_into(&mut pillar.en),
                    "nickname" => value.clone_into(&mut pillar.nickname),
                    "nickname_en" => value.clone_into(&mut pillar.nickname_en),
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut settings = Settings { name: "青蓝市妇联".to_owned(), age_limit: 35, ..Settings::default() };
        settings.set("wheel_zh", "思想引领");
        let mut again = Settings::default();
        for (name, value) in settings.pairs() {
            again.set(&name, &value);
        }
        assert_eq!(again, settings);
        again.set("age_limit", "many");
        assert_eq!(again, settings);
    }
}
