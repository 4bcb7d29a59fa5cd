//! A sign of life on standard error while a check runs.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::ProgressBar;

/// Says what is being done, if somebody is looking.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Silent unless standard error is a terminal and neither CI nor `quiet` speaks against it.
    pub(super) fn new(quiet: bool) -> Self {
        let shown = !quiet && io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let bar = shown.then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar }
    }

    /// Says what comes now.
    pub(super) fn say(&self, what: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
