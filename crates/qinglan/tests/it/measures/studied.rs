//! Originals studied in sessions, in the model.

use federation::files::Incoming;
use kernel::Period;
use qinglan::features::{
    materials::{
        self,
        actions::{Said, What},
    },
    studied,
};

use super::{Answers, Model, World};

impl Model {
    pub(super) fn studied_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let studied = self.sessions.iter().filter(|session| session.studied && !session.void);
        let counted = studied.filter(|session| period.contains(session.day) && inside(session.host));
        answers.insert("activities.originals", counted.count() as i64);
    }
}

impl World {
    /// The original, which everybody may use.
    async fn original(&self) -> i64 {
        let sql = "select min(id) from material";
        let there: Option<Option<i64>> = ledger::db::scalar(&self.app.db, sql, vec![]).await.unwrap();
        if let Some(id) = there.flatten() {
            return id;
        }
        let (app, actor) = (&self.app, self.app.operator());
        let said = Said {
            kind: materials::Kind::Original,
            title: "原著".to_owned(),
            author: None,
            issued_on: None,
            summary: None,
        };
        let file = Incoming::from_bytes(app, "原著.md", "# 原著\n\n第一章\n").await.unwrap();
        materials::actions::publish(app, &actor, None, said, What::File(file)).await.unwrap()
    }

    /// Adds the original to a session, or removes it from there.
    pub(super) async fn study(&mut self, which: usize) {
        let Some(place) = self.session(which) else { return };
        let (app, actor, material) = (&self.app, self.app.operator(), self.original().await);
        let session = &mut self.model.sessions[place];
        if session.studied {
            studied::remove(app, &actor, session.id, material).await.unwrap();
        } else {
            studied::add(app, &actor, session.id, material).await.unwrap();
        }
        session.studied = !session.studied;
    }
}
