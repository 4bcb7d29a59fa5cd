//! Hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::call::{Call, Function, text};
use crate::evaluate::terraform::expr::{Fail, Outcome};

pub(super) const FAMILY: &[Function] = &[
    Function::shallow("base64sha256", 1, 1, |c| {
        of(c, |b| base64_digest(&Sha256::digest(b)))
    }),
    Function::shallow("base64sha512", 1, 1, |c| {
        of(c, |b| base64_digest(&Sha512::digest(b)))
    }),
    Function::shallow("md5", 1, 1, |c| of(c, |b| hex_digest(&Md5::digest(b)))),
    Function::shallow("sha1", 1, 1, |c| of(c, |b| hex_digest(&Sha1::digest(b)))),
    Function::shallow("sha256", 1, 1, |c| {
        of(c, |b| hex_digest(&Sha256::digest(b)))
    }),
    Function::shallow("sha512", 1, 1, |c| {
        of(c, |b| hex_digest(&Sha512::digest(b)))
    }),
    Function::shallow("uuidv5", 2, 2, uuidv5),
];

pub(super) fn hex_digest(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

pub(super) fn base64_digest(digest: &[u8]) -> String {
    STANDARD.encode(digest)
}

fn of(call: &Call<'_>, digest: fn(&[u8]) -> String) -> Outcome {
    let subject = call.text(0)?;
    text(subject.replaced_by(digest(subject.as_str().as_bytes())))
}

fn uuidv5(call: &Call<'_>) -> Outcome {
    let namespace = call.str(0)?;
    let bytes = match namespace.as_str() {
        "dns" => well_known(0x10),
        "url" => well_known(0x11),
        "oid" => well_known(0x12),
        "x500" => well_known(0x14),
        other => parse(other).ok_or_else(|| Fail::new(format!("{other:?} is not a namespace")))?,
    };
    let name = call.text(1)?;
    let mut hash = Sha1::new();
    hash.update(bytes);
    hash.update(name.as_str().as_bytes());
    let mut digest = hash.finalize().to_vec();
    digest.truncate(16);
    if let [_, _, _, _, _, _, version, _, variant, ..] = digest.as_mut_slice() {
        *version = (*version & 0x0f) | 0x50;
        *variant = (*variant & 0x3f) | 0x80;
    }
    let hex = hex_digest(&digest);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|r| hex.get(r).unwrap_or(""));
    text(name.replaced_by(parts.join("-")))
}

/// The namespaces of RFC 4122 differ in one byte.
fn well_known(byte: u8) -> [u8; 16] {
    [
        0x6b, 0xa7, 0xb8, byte, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30,
        0xc8,
    ]
}

fn parse(text: &str) -> Option<[u8; 16]> {
    let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    let mut out = [0; 16];
    for (i, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(out)
}
