//! Gzip that keeps the way of every byte: what is packed here is stored as it is, which every
//! reader of gzip understands.

use std::io::Read as _;
use std::ops::Range;

use flate2::Crc;
use flate2::read::GzDecoder;

/// Packed texts that become larger than this are not read.
const MAX_UNPACKED: u64 = 10 * 1024 * 1024;

/// Magic number, method, flags, time, hints, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// Bytes of one stored block. With its head of five bytes it is a whole number of threes, so that
/// in base64 no block begins within a group.
const BLOCK: usize = 65_533;

/// `bytes` packed, and where each part of them lies in what is returned.
pub(super) fn pack(bytes: &[u8]) -> (Vec<u8>, Vec<Range<usize>>) {
    let mut out = HEADER.to_vec();
    let mut parts = Vec::new();
    let count = bytes.chunks(BLOCK).count().max(1);
    for at in 0..count {
        let block = bytes.chunks(BLOCK).nth(at).unwrap_or_default();
        let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(at + 1 == count));
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        parts.push(out.len()..out.len() + block.len());
        out.extend_from_slice(block);
    }
    let mut crc = Crc::new();
    crc.update(bytes);
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    (out, parts)
}

/// Where the parts of the content lie in `packed`, if nothing in it is compressed.
pub(super) fn stored(packed: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut at = packed.starts_with(&HEADER).then_some(HEADER.len())?;
    let mut parts = Vec::new();
    loop {
        let head = packed.get(at..at + 5)?;
        let (last, len) = match head {
            [last @ (0 | 1), low, high, _, _] => (*last == 1, u16::from_le_bytes([*low, *high])),
            _ => return None,
        };
        let end = at + 5 + usize::from(len);
        packed.get(at + 5..end)?;
        parts.push(at + 5..end);
        if last {
            return Some(parts);
        }
        at = end;
    }
}

/// What `packed` unpacks to, if it is text and not too large.
pub(super) fn unpack(packed: &[u8]) -> Option<String> {
    let mut out = Vec::new();
    let mut reader = GzDecoder::new(packed).take(MAX_UNPACKED + 1);
    reader.read_to_end(&mut out).ok()?;
    if out.len() as u64 > MAX_UNPACKED {
        return None;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::{pack, stored, unpack};

    #[test]
    fn what_is_packed_unpacks() {
        for len in [0, 1, 65_533, 65_534, 200_000] {
            let text = "abcdefg".repeat(len / 7 + 1)[..len].to_owned();
            let (packed, parts) = pack(text.as_bytes());
            assert_eq!(unpack(&packed).as_deref(), Some(text.as_str()));
            assert_eq!(stored(&packed), Some(parts));
        }
    }
}
