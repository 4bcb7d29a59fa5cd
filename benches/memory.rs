//! What the benchmarks share: the memory a process held.

/// The most memory that this process has held so far, in one line.
pub fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
    match kib {
        Some(kib) => format!("{:.0} MiB", kib / 1024.0),
        None => "not told by this system".to_owned(),
    }
}
