//! Room for evaluators that call themselves deeply.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Enough for the deepest templates that are allowed, called from the deepest expressions, in a
/// build without optimisation. Only touched pages are taken from memory.
pub const STACK: usize = 640 << 20;

thread_local! {
    static LARGE: Cell<bool> = const { Cell::new(false) };
}

/// Tells that the calling thread was started with [`STACK`] bytes: what needs them runs on it
/// then, instead of a thread of its own, which has all its memory yet to touch.
pub fn is_large_here() {
    LARGE.set(true);
}

/// Runs `work` where the stack is large enough for everything in this module.
///
/// # Errors
/// If a thread can't be started, or `work` panicked, which is a mistake of ours that must not
/// take the rest of the run with it.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let stopped = |_| io::Error::other("the evaluation stopped unexpectedly");
    if LARGE.get() {
        return catch_unwind(AssertUnwindSafe(work)).map_err(stopped);
    }
    std::thread::scope(|scope| {
        let handle = std::thread::Builder::new()
            .name("evaluation".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || {
                is_large_here();
                work()
            })?;
        handle.join().map_err(stopped)
    })
}
