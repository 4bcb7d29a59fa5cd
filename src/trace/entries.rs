//! A map that keeps the order in which its keys came.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// From this many entries on a map has an index; fewer are gone through faster than that.
const MANY: usize = 16;

/// Entries by their keys, in the order in which the keys came.
///
/// Configuration is made of very many maps with very few entries each: those take no more
/// memory than a list.
#[derive(Debug, Clone)]
pub struct Entries<V> {
    list: Vec<(String, V)>,
    /// Where each key is in the list, if there are many.
    index: Option<HashMap<Box<str>, usize, RandomState>>,
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            index: None,
        }
    }
}

impl<V> Entries<V> {
    fn find(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.list.iter().position(|(k, _)| k == key),
        }
    }

    /// Makes the index fit the list.
    fn index_again(&mut self) {
        self.index = (self.list.len() >= MANY).then(|| {
            let keys = self.list.iter().enumerate();
            keys.map(|(at, (key, _))| (Box::from(key.as_str()), at))
                .collect()
        });
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether `key` is there.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.list.get(self.find(key)?).map(|(_, value)| value)
    }

    /// The value of `key`, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let at = self.find(key)?;
        self.list.get_mut(at).map(|(_, value)| value)
    }

    /// Sets the value of `key`, which keeps its position; gives back what was there.
    pub fn insert(&mut self, key: String, value: V) -> Option<V> {
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, value));
        }
        let at = self.list.len();
        match &mut self.index {
            Some(index) => {
                index.insert(Box::from(key.as_str()), at);
                self.list.push((key, value));
            }
            None => {
                self.list.push((key, value));
                if at + 1 == MANY {
                    self.index_again();
                }
            }
        }
        None
    }

    /// Takes `key` out, keeping the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let at = self.find(key)?;
        let (_, value) = self.list.remove(at);
        if self.index.is_some() {
            self.index_again();
        }
        Some(value)
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, V)> {
        self.list.iter()
    }

    /// All of them, in order, to change the values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut V)> {
        self.list.iter_mut().map(|(k, v)| (k.as_str(), v))
    }

    /// Puts them in the order of their keys' bytes.
    pub fn sort_keys(&mut self) {
        self.list.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        if self.index.is_some() {
            self.index_again();
        }
    }
}

/// Whatever the order.
impl<V: PartialEq> PartialEq for Entries<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(k, v)| other.get(k) == Some(v))
    }
}

/// Of entries with the same key, the last value and the first position count.
impl<V> FromIterator<(String, V)> for Entries<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut out = Self::default();
        out.list.reserve(entries.size_hint().0);
        for (key, value) in entries {
            out.insert(key, value);
        }
        out
    }
}

impl<V> IntoIterator for Entries<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use proptest::prelude::*;

    use super::Entries;

    proptest! {
        /// It does what the well-known ordered map does, with few entries and with many.
        #[test]
        fn behaves_like_an_index_map(changes in prop::collection::vec((0..40u8, 0..4u8, 0..9i32), 0..120)) {
            let mut ours = Entries::default();
            let mut theirs = IndexMap::new();
            for (key, what, value) in changes {
                let key = format!("k{key}");
                match what {
                    0 => prop_assert_eq!(ours.remove(&key), theirs.shift_remove(&key)),
                    1 if value == 0 => {
                        ours.sort_keys();
                        theirs.sort_keys();
                    }
                    _ => prop_assert_eq!(ours.insert(key.clone(), value), theirs.insert(key.clone(), value)),
                }
                prop_assert_eq!(ours.get(&key), theirs.get(&key));
                prop_assert_eq!(ours.len(), theirs.len());
            }
            let copy: Entries<i32> = theirs.clone().into_iter().rev().collect();
            prop_assert!(copy == ours);
            let ours: Vec<_> = ours.into_iter().collect();
            let theirs: Vec<_> = theirs.into_iter().collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
