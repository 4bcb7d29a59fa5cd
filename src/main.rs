//! The program: arguments in, exit code out.

use std::process::ExitCode;

/// Evaluation makes many small values on several threads; the systems' own allocators take
/// twice the time for that, or, with musl, ten times.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Room for the readers of deeply nested input; only touched pages are taken from memory.
const STACK: usize = 256 * 1024 * 1024;

fn main() -> ExitCode {
    let run = || konform::cli::run(std::env::args_os());
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    let exit = match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        // The panic's own message has been printed.
        Ok(Err(_)) => return ExitCode::from(101),
        Err(_) => run(),
    };
    ExitCode::from(exit.code())
}
