//! The HTTP kit: forms, uploads, tokens, cookies, file names, security headers, assets. It depends on no feature and no
//! database.

mod assets;
mod cookie;
mod disposition;
mod fields;
mod guard;
mod token;

pub use assets::{Asset, Assets};
pub use cookie::{Cookie, cookie};
pub use disposition::disposition;
pub use fields::{Fields, Upload};
pub use guard::{is_fragment, same_origin, secure_headers};
pub use token::{Key, Secret, decode, digest, encode};
