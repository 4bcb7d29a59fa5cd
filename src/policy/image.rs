//! Image references and the names by which products are known.

/// An image reference, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image<'a> {
    /// Registry host and path, without tag and digest.
    pub repository: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// Takes a reference apart: `host:5000/a/b:tag@sha256:…`.
    #[must_use]
    pub fn parse(reference: &'a str) -> Self {
        let reference = reference.trim();
        let name = reference.split('@').next().unwrap_or(reference);
        let slash = name.rfind('/').map_or(0, |i| i + 1);
        match name[slash..].find(':') {
            Some(colon) => Self {
                repository: &name[..slash + colon],
                tag: Some(&name[slash + colon + 1..]),
            },
            None => Self {
                repository: name,
                tag: None,
            },
        }
    }

    /// The first number of the tag: 11146 of `stable-11146-2`, 8 of `8.1.0`.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        let tag = self.tag?;
        let start = tag.find(|c: char| c.is_ascii_digit())?;
        let rest = &tag[start..];
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        Some(rest[..end].trim_end_matches('.').to_owned())
    }

    /// Whether this is the image `name` of a policy file.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let mut have = self.repository.rsplit('/');
        if name.contains('/') {
            return name
                .rsplit('/')
                .all(|want| have.next().is_some_and(|have| same(have, want)));
        }
        // A bare word is an official image, or one behind a registry's host name.
        have.next().is_some_and(|have| same(have, name))
            && match (have.next(), have.next(), have.next()) {
                (None, ..) => true,
                (Some(space), None, _) => {
                    space.eq_ignore_ascii_case("library") || looks_like_host(space)
                }
                (Some(space), Some(host), None) => {
                    space.eq_ignore_ascii_case("library") && looks_like_host(host)
                }
                _ => false,
            }
    }
}

/// Whether a segment is the one that a policy file means.
fn same(have: &str, want: &str) -> bool {
    if want.contains('*') {
        glob(&have.to_ascii_lowercase(), &want.to_ascii_lowercase())
    } else {
        have.eq_ignore_ascii_case(want)
    }
}

fn looks_like_host(word: &str) -> bool {
    word.contains('.') || word.contains(':') || word.eq_ignore_ascii_case("localhost")
}

/// Whether `text` is `pattern`, in which `*` stands for any run of characters.
#[must_use]
pub fn glob(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else {
        return text.is_empty();
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(found) = last.replace(part) {
            match rest.find(found) {
                Some(at) => rest = &rest[at + str::len(found)..],
                None => return false,
            }
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let image = Image::parse("localhost:5000/jitsi/web:stable-11146-2@sha256:00");
        assert_eq!(image.repository, "localhost:5000/jitsi/web");
        assert_eq!(image.tag, Some("stable-11146-2"));
        assert_eq!(image.version().as_deref(), Some("11146"));
        assert_eq!(
            Image::parse("rocket.chat:8.1.0").version().as_deref(),
            Some("8.1.0")
        );
        assert_eq!(Image::parse("a/b").tag, None);
    }

    #[test]
    fn names_match_whole_path_segments() {
        assert!(Image::parse("ghcr.io/jitsi/web:1").is("jitsi/web"));
        assert!(Image::parse("registry.example.org/mirror/jitsi/web").is("jitsi/web"));
        assert!(!Image::parse("notjitsi/web").is("jitsi/web"));
        assert!(Image::parse("nextcloud:30-fpm").is("nextcloud"));
        assert!(Image::parse("docker.io/library/nextcloud").is("nextcloud"));
        assert!(Image::parse("registry.example.org/nextcloud").is("nextcloud"));
        assert!(!Image::parse("someone/nextcloud").is("nextcloud"));
        assert!(Image::parse("dock.mau.dev/mautrix/signal").is("dock.mau.dev/mautrix/*"));
    }

    #[test]
    fn stars_stand_for_any_run() {
        assert!(glob("stun1.l.example.org", "stun*.l.example.org"));
        assert!(glob("abcabc", "a*c"));
        assert!(!glob("ab", "a*b*b"));
        assert!(glob("", "*"));
    }
}
