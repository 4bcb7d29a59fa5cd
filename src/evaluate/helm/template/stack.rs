//! Room for templates that call each other deeply.

/// Enough for [`super::Limits::depth`] in a build without optimisation.
const STACK: usize = 512 << 20;

/// Runs `work` on a thread whose stack is large enough for every [`super::Engine`] inside.
///
/// # Errors
///
/// If the thread can't be started, or `work` panicked.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let handle = std::thread::Builder::new()
            .name("templates".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work)?;
        handle
            .join()
            .map_err(|_| std::io::Error::other("the template evaluator stopped unexpectedly"))
    })
}
