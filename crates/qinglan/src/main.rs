//! The binary: reads the command line, runs the command, and returns an exit status.

use std::{process::ExitCode, time::Duration};

/// An import of 100,000 rows takes a fifth less of the processor than with the C library's: docs/adr/0015-the-allocator.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long work on other threads may go on once the command has ended: what it makes, nobody waits for any more.
const REST: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let status = runtime.block_on(qinglan::cli::run(std::env::args_os()));
            runtime.shutdown_timeout(REST);
            status
        }
        Err(fault) => {
            eprintln!("qinglan: {fault}");
            ExitCode::FAILURE
        }
    }
}
