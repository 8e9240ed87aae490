//! How many rows bear the same word, kept up to date by what changes instead of by counting.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use leptos::prelude::*;
use sync::{Entry, Table};

/// Handle of the counts of one kind of word; it can be copied into closures.
pub struct Tally<T: Table>(StoredValue<Arc<Count<T>>>);

impl<T: Table> Clone for Tally<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Table> Copy for Tally<T> {}

impl<T: Table> Tally<T> {
    pub(super) fn new(count: Arc<Count<T>>) -> Self {
        Self(StoredValue::new(count))
    }

    /// How many rows bear `word`.
    #[must_use]
    pub fn of(self, word: &str) -> Signal<usize> {
        self.0
            .with_value(|count| count.lock().signal(word).clone().into())
    }
}

/// The word of a row, if it bears one.
type Word<T> = dyn Fn(&T) -> Option<String> + Send + Sync;

/// The counts of one kind of word.
pub(super) struct Count<T: Table> {
    word: Box<Word<T>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_word: HashMap<String, usize>,
    /// Signals of the words that somebody has asked for; most are never asked for.
    signals: HashMap<String, ArcRwSignal<usize>>,
    /// The words whose signals are to be told.
    touched: BTreeSet<String>,
}

impl State {
    fn now(&self, word: &str) -> usize {
        self.by_word.get(word).copied().unwrap_or_default()
    }

    fn signal(&mut self, word: &str) -> &ArcRwSignal<usize> {
        let now = self.now(word);
        let signal = self.signals.entry(word.to_owned());
        signal.or_insert_with(|| ArcRwSignal::new(now))
    }

    fn touch(&mut self, word: String) {
        if self.signals.contains_key(&word) {
            self.touched.insert(word);
        }
    }
}

impl<T: Table> Count<T> {
    pub(super) fn new(word: impl Fn(&T) -> Option<String> + Send + Sync + 'static) -> Self {
        Self {
            word: Box::new(word),
            state: Mutex::default(),
        }
    }

    /// Takes the change of one row into account, silently.
    pub(super) fn change(&self, old: Option<&Entry<T>>, new: Option<&Entry<T>>) {
        let word = |entry: Option<&Entry<T>>| (self.word)(&entry?.row);
        let (old, new) = (word(old), word(new));
        if old == new {
            return;
        }
        let state = &mut *self.lock();
        if let Some(word) = old {
            match state.by_word.get_mut(&word) {
                Some(count) if *count > 1 => *count -= 1,
                Some(_) | None => {
                    state.by_word.remove(&word);
                }
            }
            state.touch(word);
        }
        if let Some(word) = new {
            *state.by_word.entry(word.clone()).or_default() += 1;
            state.touch(word);
        }
    }

    /// Tells whoever reads a count that is different now.
    pub(super) fn tell(&self) {
        let told: Vec<_> = {
            let state = &mut *self.lock();
            let touched = std::mem::take(&mut state.touched).into_iter();
            let told = |word: String| Some((state.signals.get(&word)?.clone(), state.now(&word)));
            touched.filter_map(told).collect()
        };
        for (signal, now) in told {
            if signal.get_untracked() != now {
                signal.set(now);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
