//! Files that people hand in: what they are by their content, and pictures without what a camera wrote into them. It knows no
//! database and no HTTP.

mod kind;
mod picture;

pub use kind::{HEAD, Media, Seen, of_archive, of_head};
pub use picture::{Clean, LONGEST_SIDE, PictureError, clean};
