//! The binary: reads the command line, runs the command, and returns an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(qinglan::cli::run(std::env::args_os())),
        Err(fault) => {
            eprintln!("qinglan: {fault}");
            ExitCode::FAILURE
        }
    }
}
