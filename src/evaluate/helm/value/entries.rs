//! The entries of a map, in the order in which Go prints them.

use std::rc::Rc;

use super::Slot;

/// Entries in the order of their keys' bytes, no key twice.
///
/// Templates look at small maps, walk them in order and copy them whole far more often than
/// they change them: a sorted list is the fastest for that.
#[derive(Debug, Clone, Default)]
pub struct Entries(Vec<(Rc<str>, Slot)>);

impl Entries {
    /// No entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        // Mostly filled in order.
        match self.0.last() {
            Some((last, _)) if **last < *key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(k, _)| (**k).cmp(key)),
        }
    }

    /// The entry of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Slot> {
        let (_, slot) = self.0.get(self.find(key).ok()?)?;
        Some(slot)
    }

    /// The entry of `key`, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Slot> {
        let at = self.find(key).ok()?;
        self.0.get_mut(at).map(|(_, slot)| slot)
    }

    /// Sets the entry of `key`.
    pub fn insert(&mut self, key: Rc<str>, slot: Slot) {
        match self.find(&key) {
            Ok(at) => {
                if let Some(entry) = self.0.get_mut(at) {
                    entry.1 = slot;
                }
            }
            Err(at) => self.0.insert(at, (key, slot)),
        }
    }

    /// Takes the entry of `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Slot> {
        let at = self.find(key).ok()?;
        Some(self.0.remove(at).1)
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, (Rc<str>, Slot)> {
        self.0.iter()
    }

    /// All values, to change them.
    pub fn slots_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.0.iter_mut().map(|(_, slot)| slot)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of entries with the same key, the last one counts.
impl FromIterator<(Rc<str>, Slot)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Slot)>>(entries: I) -> Self {
        let mut list: Vec<_> = entries.into_iter().collect();
        if !list.is_sorted_by(|(a, _), (b, _)| a < b) {
            list.sort_by(|(a, _), (b, _)| a.cmp(b));
            list.dedup_by(|later, kept| {
                let same = later.0 == kept.0;
                if same {
                    std::mem::swap(&mut later.1, &mut kept.1);
                }
                same
            });
        }
        Self(list)
    }
}

impl IntoIterator for Entries {
    type Item = (Rc<str>, Slot);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Val;
    use super::*;
    use crate::trace::Origin;

    #[test]
    fn entries_are_sorted_and_the_last_of_a_key_counts() {
        let entry = |key: &str, i: i64| {
            let val = Val::int(i, Origin::nowhere());
            let key_origin = Origin::nowhere();
            (
                Rc::from(key),
                Slot {
                    key: key_origin,
                    val,
                },
            )
        };
        let mut entries: Entries = [entry("b", 1), entry("a", 2), entry("b", 3), entry("c", 4)]
            .into_iter()
            .collect();
        let (key, slot) = entry("aa", 5);
        entries.insert(key, slot);
        entries.remove("c");
        let shown: Vec<String> = entries
            .iter()
            .map(|(k, s)| format!("{k}={}", s.val.as_integer().unwrap_or_default()))
            .collect();
        assert_eq!(shown, ["a=2", "aa=5", "b=3"]);
    }
}
