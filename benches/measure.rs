//! What the benchmarks share: stopping time.

use std::time::{Duration, Instant};

/// How long `work` takes, `times` times over; sorted.
pub fn durations(times: usize, mut work: impl FnMut()) -> Vec<Duration> {
    let mut all: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    all.sort();
    all
}

/// The least, the middle and the greatest of sorted durations, in one line.
pub fn spread(sorted: &[Duration]) -> String {
    match (sorted.first(), sorted.get(sorted.len() / 2), sorted.last()) {
        (Some(least), Some(middle), Some(most)) => {
            format!(
                "median {middle:.1?}   (least {least:.1?}, most {most:.1?}, {} runs)",
                sorted.len()
            )
        }
        _ => "nothing was measured".to_owned(),
    }
}
