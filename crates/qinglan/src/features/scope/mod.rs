//! Where units stand in today's tree, and who may do what at them. Every feature that has units asks here; the tables of places
//! are made with the units' own.

mod access;
pub mod places;

use crate::feature::Feature;

pub use access::{must, must_openly};

/// What the application knows of it.
pub const FEATURE: Feature =
    Feature { every_minute: Some(|app| Box::pin(places::refresh(app))), ..Feature::new("scope") };
