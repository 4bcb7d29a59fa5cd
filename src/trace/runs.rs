//! The runs of a text, in the order of its bytes.

use std::ops::Range;

use super::run::Run;

/// Runs one after the other. Most texts have one: it needs no memory of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Runs {
    /// Those of the empty text.
    #[default]
    None,
    /// A single one.
    One(Run),
    /// Two or more, each with the byte of the text where it ends.
    Many(Vec<(u32, Run)>),
}

impl Runs {
    /// Those of a text of which the first run is `run`.
    pub(super) fn of(run: Run) -> Self {
        Self::One(run)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(_) => 1,
            Self::Many(runs) => runs.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether there is nothing to tell of any byte.
    pub(super) fn are_silent(&self) -> bool {
        match self {
            Self::None => true,
            Self::One(run) => run.unknown.is_none() && run.origin.is_silent(),
            Self::Many(_) => false,
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Run> {
        match self {
            Self::One(run) if index == 0 => Some(run),
            Self::Many(runs) => runs.get(index).map(|(_, run)| run),
            _ => None,
        }
    }

    pub(super) fn last(&self) -> Option<&Run> {
        self.get(self.len().checked_sub(1)?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Run> {
        (0..self.len()).filter_map(|i| self.get(i))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Run> {
        let (one, many) = match self {
            Self::None => (None, [].iter_mut()),
            Self::One(run) => (Some(run), [].iter_mut()),
            Self::Many(runs) => (None, runs.iter_mut()),
        };
        one.into_iter().chain(many.map(|(_, run)| run))
    }

    /// Where the run `index` ends; the end of the text if there is none.
    fn end_of(&self, index: usize) -> usize {
        match self {
            Self::None => 0,
            Self::One(run) => run.len as usize,
            Self::Many(runs) => {
                let run = runs.get(index).or(runs.last());
                run.map_or(0, |(end, _)| *end as usize)
            }
        }
    }

    /// The bytes that the run `index` covers.
    pub(super) fn range_of(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.end_of(before));
        start..self.end_of(index)
    }

    /// The index of the run that holds byte `offset`; the number of runs if that lies behind.
    pub(super) fn holding(&self, offset: usize) -> usize {
        match self {
            Self::None => 0,
            Self::One(run) => usize::from(run.len as usize <= offset),
            Self::Many(runs) => runs.partition_point(|(end, _)| *end as usize <= offset),
        }
    }

    /// Appends a run, or lengthens the last one if `run` simply goes on where that ends.
    pub(super) fn push(&mut self, run: Run) {
        match self {
            Self::None => *self = Self::One(run),
            Self::One(first) => {
                if !first.take_in(&run) {
                    let end = first.len;
                    let Self::One(first) = std::mem::take(self) else {
                        return;
                    };
                    let mut runs = Vec::with_capacity(4);
                    runs.push((end, first));
                    runs.push((end.saturating_add(run.len), run));
                    *self = Self::Many(runs);
                }
            }
            Self::Many(runs) => {
                let mut before = 0;
                if let Some((end, last)) = runs.last_mut() {
                    if last.take_in(&run) {
                        *end = end.saturating_add(run.len);
                        return;
                    }
                    before = *end;
                }
                runs.push((before.saturating_add(run.len), run));
            }
        }
    }
}
