//! The HTTP kit: forms, uploads, tokens, cookies, file names, security headers, assets. It depends on no feature and no
//! database.

mod assets;
mod cookie;
mod disposition;
mod fields;
mod guard;
mod local;
mod token;

pub use assets::{Asset, Assets};
pub use cookie::{Cookie, Cookies};
pub use disposition::disposition;
pub use fields::{CARRIED_LIMIT, Fields, OPEN_LIMIT, Upload};
pub use guard::{is_fragment, same_origin, secure_headers};
pub use local::local_path;
pub use token::{Key, Secret, decode, digest, encode, version_of};
