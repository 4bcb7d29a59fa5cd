//! Packed charts.

use std::io::Read as _;

use flate2::read::GzDecoder;

/// What reading archives may cost, over all archives of one chart.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file in an archive; Helm's own limit.
    pub file: u64,
    /// Bytes of all files together; Helm's own limit.
    pub total: u64,
    /// Entries of all archives together.
    pub entries: usize,
    /// Charts within charts.
    pub depth: usize,
    /// Charts altogether.
    pub charts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 5 << 20,
            total: 100 << 20,
            entries: 20_000,
            depth: 16,
            charts: 500,
        }
    }
}

/// A file of an archive: its path in the chart and its bytes.
pub(super) type Entry = (String, Vec<u8>);

/// Unpacks the chart in `bytes` and takes what it needs from `left`.
///
/// Links are left out, as in Helm.
///
/// # Errors
/// In words, if it isn't an archive, names something outside of itself, or is over a limit.
pub(super) fn unpack(bytes: &[u8], left: &mut Limits) -> Result<Vec<Entry>, String> {
    let broken = |e: std::io::Error| format!("can't be unpacked: {e}");
    // Room for headers and padding; the content is counted file by file.
    let room = left.total + left.entries as u64 * 2048 + (1 << 20);
    let unzipped = GzDecoder::new(bytes).take(room);
    let mut archive = tar::Archive::new(unzipped);
    let mut out: Vec<Entry> = Vec::new();
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        left.entries = left
            .entries
            .checked_sub(1)
            .ok_or("has more entries than the limit for packed charts")?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path_bytes();
        let path = std::str::from_utf8(&path)
            .map_err(|_| "names a file that isn't UTF-8")?
            .to_owned();
        let name = inner_path(&path)?;
        let mut data = Vec::new();
        let limit = left.file.min(left.total);
        entry
            .take(limit + 1)
            .read_to_end(&mut data)
            .map_err(broken)?;
        if data.len() as u64 > limit {
            return Err(if limit == left.file {
                format!("`{path}` in it is larger than {limit} bytes, the limit for one file")
            } else {
                "unpacks to more bytes than the limit for packed charts".to_owned()
            });
        }
        left.total -= data.len() as u64;
        out.push((name, data));
    }
    if out.is_empty() {
        return Err("has no files".to_owned());
    }
    Ok(out)
}

/// The path without the chart's own folder.
fn inner_path(path: &str) -> Result<String, String> {
    let path = path.replace('\\', "/");
    let mut parts = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "" | "." => {}
            ".." => return Err(format!("names a file outside of itself: `{path}`")),
            part => parts.push(part),
        }
    }
    if path.starts_with('/') || path.split('/').any(|p| p == "..") {
        return Err(format!("names a file outside of itself: `{path}`"));
    }
    if parts.is_empty() {
        return Err(format!("`{path}` is not in the chart's folder"));
    }
    Ok(parts.join("/"))
}
