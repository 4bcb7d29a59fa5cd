//! The program: arguments in, exit code out.

use std::process::ExitCode;

use konform::evaluate::stack;

/// Evaluation makes many small values on several threads; the systems' own allocators take
/// twice the time for that, or, with musl, ten times.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let thread = std::thread::Builder::new().stack_size(stack::STACK);
    let thread = thread.spawn(|| {
        stack::is_large_here();
        let exit = konform::cli::run(std::env::args_os());
        // Giving back the thread's memory piece by piece takes longer than a small chart.
        #[allow(clippy::exit, reason = "everything is done and printed")]
        std::process::exit(exit.code().into())
    });
    match thread.map(std::thread::JoinHandle::join) {
        // The panic's own message has been printed.
        Ok(_) => ExitCode::from(101),
        Err(_) => ExitCode::from(konform::cli::run(std::env::args_os()).code()),
    }
}
