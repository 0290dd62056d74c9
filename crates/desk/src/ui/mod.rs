//! The user interface: language, pages, forms, and the visit, which represents a request.

pub mod answer;
pub mod export;
pub mod form;
pub mod language;
pub mod list;
pub mod once;
pub mod page;
pub mod pages;
pub mod period;
pub mod phone;
pub mod rows;
pub mod send;
pub mod shell;
pub mod visit;

pub use answer::Answer;
pub use form::{Faults, Form};
pub use page::Page;
pub use pages::Pages;
pub use send::{Done, FormResult, FormState, Send, Sent};
pub use visit::Visit;
