//! `derivePassword`: the Master Password algorithm, with scrypt for its key.

use std::cell::RefCell;

use sha2::{Digest as _, Sha256};

use super::args::{int, text};
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Val, bytes::to_bytes};

pub(super) const ALL: &[Function] = &[pure("derivePassword", "issss", derive)];

/// What the algorithm goes by.
const SEED: &[u8] = b"com.lyndir.masterpassword";
/// Scrypt's cost: how many blocks it keeps.
const BLOCKS: usize = 32_768;
/// Scrypt's block size, in pairs of 64 bytes.
const PAIRS: usize = 8;
/// How often scrypt does it all.
const TIMES: usize = 2;
/// The steps of an [`crate::evaluate::helm::template::Engine`] that a key counts for.
const STEPS: usize = 1_000_000;

/// The words of a block.
const WORDS: usize = PAIRS * 2 * 16;

fn derive(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let [kind, password, user, site] = [1, 2, 3, 4].map(|i| text(args, i));
    let Some(shapes) = shapes(kind.as_str()) else {
        let message = format!("cannot find password template {}", kind.as_str());
        return Ok(c.opaque(message, args));
    };
    #[allow(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "Go's parameter has 32 bits"
    )]
    let counter = int(args, 0) as u32;
    let key = key(c, &to_bytes(password.as_str()), &to_bytes(user.as_str()))?;
    let site = to_bytes(site.as_str());
    let seed = hmac(&key, &[SEED, &length(&site), &site, &counter.to_be_bytes()]);
    let shape = pick(shapes, seed[0]).copied().unwrap_or_default();
    let letters = shape.bytes().zip(seed.iter().skip(1));
    let letters = letters.filter_map(|(class, byte)| pick(characters(class), *byte));
    let out: String = letters.map(|b| char::from(*b)).collect();
    Ok(c.opaque(out, args))
}

fn pick<T>(from: &[T], by: u8) -> Option<&T> {
    from.get(usize::from(by) % from.len().max(1))
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// The forms of a kind of password: a letter for each class of characters.
fn shapes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        "long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        "medium" => &["CvcnoCvc", "CvcCvcno"],
        "short" => &["Cvcn"],
        "basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        "pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        b'x' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
        _ => b"",
    }
}

/// The latest key: a chart derives many passwords from one.
struct Kept {
    password: Vec<u8>,
    user: Vec<u8>,
    key: Vec<u8>,
}

fn key(c: &mut Call<'_>, password: &[u8], user: &[u8]) -> Result<Vec<u8>, Failure> {
    thread_local! {
        static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
    }
    let kept = KEPT.with_borrow(|kept| {
        let kept = kept.as_ref()?;
        (kept.password == password && kept.user == user).then(|| kept.key.clone())
    });
    if let Some(key) = kept {
        return Ok(key);
    }
    c.engine.work(STEPS)?;
    let salt = [SEED, &length(user), user].concat();
    let key = scrypt(password, &salt);
    let kept = Kept {
        password: password.to_vec(),
        user: user.to_vec(),
        key: key.clone(),
    };
    KEPT.set(Some(kept));
    Ok(key)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0u8; 64];
    let hashed;
    let key = if key.len() > block.len() {
        hashed = Sha256::digest(key);
        &hashed[..]
    } else {
        key
    };
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    let mut inner = Sha256::new();
    inner.update(block.map(|b| b ^ 0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Sha256::new();
    outer.update(block.map(|b| b ^ 0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

/// PBKDF2 with one iteration.
fn stretch(password: &[u8], salt: &[u8], len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(len + 32);
    let mut index = 1u32;
    while out.len() < len {
        out.extend(hmac(password, &[salt, &index.to_be_bytes()]));
        index += 1;
    }
    out.truncate(len);
    out
}

fn scrypt(password: &[u8], salt: &[u8]) -> Vec<u8> {
    let mut blocks = stretch(password, salt, TIMES * WORDS * 4);
    let mut memory = vec![[0u32; WORDS]; BLOCKS];
    for bytes in blocks.chunks_exact_mut(WORDS * 4) {
        let mut block = [0u32; WORDS];
        for (word, four) in block.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = four.iter().rev().fold(0, |w, b| w << 8 | u32::from(*b));
        }
        for kept in &mut memory {
            *kept = block;
            block = mixed(&block);
        }
        for _ in 0..BLOCKS {
            let at = block[WORDS - 16] as usize % BLOCKS;
            for (word, other) in block.iter_mut().zip(&memory[at]) {
                *word ^= other;
            }
            block = mixed(&block);
        }
        for (word, four) in block.iter().zip(bytes.chunks_exact_mut(4)) {
            four.copy_from_slice(&word.to_le_bytes());
        }
    }
    stretch(password, &blocks, 64)
}

/// Scrypt's mix of one block.
fn mixed(block: &[u32; WORDS]) -> [u32; WORDS] {
    let mut out = [0u32; WORDS];
    let mut x = [0u32; 16];
    x.copy_from_slice(&block[WORDS - 16..]);
    for (index, part) in block.chunks_exact(16).enumerate() {
        for (word, other) in x.iter_mut().zip(part) {
            *word ^= other;
        }
        salsa(&mut x);
        // Even parts come first, then the odd ones.
        let at = (index / 2 + index % 2 * PAIRS) * 16;
        out[at..at + 16].copy_from_slice(&x);
    }
    out
}

/// The sum of two words, turned left; without calls, which are slow where nothing is optimized.
macro_rules! turned {
    ($a:expr, $b:expr, $by:literal) => {{
        let sum = ($a as u64 + $b as u64) & 0xffff_ffff;
        ((sum << $by | sum >> (32 - $by)) & 0xffff_ffff) as u32
    }};
}

/// The core of Salsa20 with eight rounds.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    reason = "what is cut off is zero"
)]
fn salsa(x: &mut [u32; 16]) {
    const COLUMNS: [[usize; 4]; 4] = [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]];
    const ROWS: [[usize; 4]; 4] = [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]];
    let start = *x;
    for _ in 0..4 {
        for quarters in [&COLUMNS, &ROWS] {
            for &[a, b, c, d] in quarters {
                x[b] ^= turned!(x[a], x[d], 7);
                x[c] ^= turned!(x[b], x[a], 9);
                x[d] ^= turned!(x[c], x[b], 13);
                x[a] ^= turned!(x[d], x[c], 18);
            }
        }
    }
    for (word, other) in x.iter_mut().zip(start) {
        *word = word.wrapping_add(other);
    }
}
