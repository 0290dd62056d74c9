//! Checks what the compiler can't: `cargo xtask tidy`.

mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some("tidy") = std::env::args().nth(1).as_deref() {
        tidy::run()
    } else {
        eprintln!("usage: cargo xtask tidy");
        ExitCode::from(2)
    }
}
