//! Files that people upload: what they are by their content, pictures without the camera's metadata, texts in sections that
//! a page can show, and what a film consists of. It depends on no database and no HTTP.

mod archive;
mod film;
mod kind;
mod picture;
mod stop;
mod text;

pub use film::{Boxes, Film, film};
pub use kind::{HEAD, Media, Seen, of_archive, of_head};
pub use picture::{Clean, LONGEST_SIDE, MOST_PIXELS, PictureError, clean, need};
pub use stop::Stop;
pub use text::{LONGEST_TITLE, MOST_SECTIONS, MOST_TEXT, Section, TextError, sections};
