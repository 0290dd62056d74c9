//! The units and people that offers of joint sessions reference.

use desk::feature::Records;

/// Offers.
pub(super) struct Offers;

#[async_trait::async_trait]
impl Records for Offers {
    fn name(&self) -> &'static str {
        "joint"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/joint/{id}"))
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from joint_person"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from joint_offer", "select unit_id from joint_person"]
    }
}
