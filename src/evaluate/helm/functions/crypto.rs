//! Checksums; and secrets, keys and certificates, which are different each time.

use sha1::Digest as _;

use super::args::{any, int, text};
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::bytes::to_bytes;
use crate::evaluate::helm::value::{Field, Kind, Struct, Val};

pub(super) const ALL: &[Function] = &[
    pure("sha1sum", "s", |c, a| {
        Ok(c.opaque(hex(&sha1::Sha1::digest(to_bytes(text(a, 0).as_str()))), a))
    }),
    pure("sha256sum", "s", |c, a| {
        Ok(c.opaque(hex(&sha2::Sha256::digest(to_bytes(text(a, 0).as_str()))), a))
    }),
    pure("sha512sum", "s", |c, a| {
        Ok(c.opaque(hex(&sha2::Sha512::digest(to_bytes(text(a, 0).as_str()))), a))
    }),
    pure("adler32sum", "s", |c, a| {
        let (mut x, mut y) = (1u32, 0u32);
        for b in to_bytes(text(a, 0).as_str()).iter().copied() {
            x = (x + u32::from(b)) % 65521;
            y = (y + x) % 65521;
        }
        Ok(c.opaque((y << 16 | x).to_string(), a))
    }),
    aware("randAlphaNum", "i", random),
    aware("randAlpha", "i", random),
    aware("randAscii", "i", random),
    aware("randNumeric", "i", |c, a| letters(c, a, "0")),
    aware("randBytes", "i", random),
    aware("randInt", "ii", |c, a| Ok(unknown(c, a))),
    aware("shuffle", "s", |c, a| {
        let t = text(a, 0);
        Ok(c.random(t.as_str(), a))
    }),
    aware("uuidv4", "", |c, a| {
        Ok(c.random("00000000-0000-4000-8000-000000000000", a))
    }),
    aware("bcrypt", "s", |c, a| Ok(c.random(BCRYPT, a))),
    aware("htpasswd", "ss", |c, a| {
        let user = text(a, 0);
        if user.as_str().contains(':') {
            return Ok(c.opaque(format!("invalid username: {}", user.as_str()), a));
        }
        let mut out = user;
        out.push_str(":", &c.origin(&[]));
        if let Kind::Str(hash) = &c.random(BCRYPT, a).kind {
            out.push(hash);
        }
        Ok(Val::text(out))
    }),
    aware("encryptAES", "ss", |c, a| Ok(c.random("AAAA", a))),
    aware("decryptAES", "ss", |c, a| Ok(c.random("AAAA", a))),
    aware("genPrivateKey", "s", |c, a| Ok(c.random(PRIVATE_KEY, a))),
    aware("genCA", "si", certificate),
    aware("genCAWithKey", "sis", certificate),
    aware("genSelfSignedCert", "saai", certificate),
    aware("genSelfSignedCertWithKey", "saais", certificate),
    aware("genSignedCert", "saaia", certificate),
    aware("genSignedCertWithKey", "saaias", certificate),
    aware("buildCustomCert", "ss", custom_certificate),
    pure("getHostByName", "s", |c, a| Ok(c.opaque("", a))),
];

const BCRYPT: &str = "$2a$10$0000000000000000000000000000000000000000000000000000";
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
/// No random text is longer than this.
const MAX_RANDOM: i64 = 1 << 20;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn random(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    letters(c, args, "x")
}

/// A random text stands as one letter as often as it would be long.
fn letters(c: &mut Call<'_>, args: &[Val], letter: &str) -> Result<Val, Failure> {
    let n = int(args, 0);
    if n > MAX_RANDOM {
        return Err(format!("random text of more than {MAX_RANDOM} characters").into());
    }
    match usize::try_from(n) {
        Ok(n) if n > 0 => Ok(c.random(letter.repeat(n), args)),
        _ => Ok(c.opaque("", args)),
    }
}

fn unknown(c: &Call<'_>, args: &[Val]) -> Val {
    let why = crate::trace::Unknown::new(format!("{} gives something new each time", c.name));
    Val::unknown(why, c.origin(args))
}

fn pair(cert: Val, key: Val) -> Val {
    let made = Struct {
        go_type: "sprig.certificate",
        pointer: false,
        printed: None,
        printed_alone: None,
        fields: vec![
            Field::always("Cert", "Cert", cert),
            Field::always("Key", "Key", key),
        ],
    };
    let origin = crate::trace::Origin::nowhere();
    Val::new(Kind::Struct(std::rc::Rc::new(made)), origin)
}

fn certificate(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(pair(
        c.random(CERTIFICATE, args),
        c.random(PRIVATE_KEY, args),
    ))
}

/// Certificate and key as they are given, in base64.
fn custom_certificate(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    use base64::Engine as _;
    let decode = |i: usize| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text(args, i).as_str());
        bytes.map(|b| c.opaque(String::from_utf8_lossy(&b), &[any(args, i)]))
    };
    match (decode(0), decode(1)) {
        (Ok(cert), Ok(key)) => Ok(pair(cert, key)),
        (Err(_), _) => Err("unable to decode base64 certificate".into()),
        _ => Err("unable to decode base64 private key".into()),
    }
}
