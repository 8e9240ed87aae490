//! One list of a table as a signal: what it is now, and the steps since somebody last looked.

use std::{
    collections::VecDeque,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use leptos::prelude::*;
use sync::Step;

use super::chain::Chain;

/// So many steps are remembered. Who has missed more reads the whole list, which then costs no more.
const REMEMBERED: usize = 256;

/// Handle of a list that can be copied into closures; it lives as long as the owner it was made under.
pub struct List<K: 'static>(StoredValue<Told<K>>);

impl<K: 'static> Clone for List<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: 'static> Copy for List<K> {}

/// How far somebody has read; at first, nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen(Option<u64>);

/// What somebody has missed.
#[derive(Debug)]
pub enum Missed<K> {
    /// These steps.
    Steps(Vec<Step<K>>),
    /// Too much to tell: the list is to be read anew.
    All,
}

/// A list that its table and its readers share.
pub(super) struct Told<K> {
    order: Arc<Mutex<Order<K>>>,
    trigger: ArcTrigger,
}

impl<K> Clone for Told<K> {
    fn clone(&self) -> Self {
        Self {
            order: Arc::clone(&self.order),
            trigger: self.trigger.clone(),
        }
    }
}

struct Order<K> {
    chain: Chain<K>,
    steps: VecDeque<Step<K>>,
    /// How many steps were taken before the first that is remembered.
    forgotten: u64,
}

impl<K: Copy + Eq + Hash + Send + Sync> Told<K> {
    pub(super) fn new() -> Self {
        let order = Order {
            chain: Chain::default(),
            steps: VecDeque::new(),
            forgotten: 0,
        };
        Self {
            order: Arc::new(Mutex::new(order)),
            trigger: ArcTrigger::new(),
        }
    }

    /// Takes the steps, silently; whether the list is different now.
    pub(super) fn take(&self, steps: Vec<Step<K>>) -> bool {
        let order = &mut *self.lock();
        let mut differs = false;
        for step in steps {
            if order.chain.take(step) {
                differs = true;
                order.steps.push_back(step);
                if order.steps.len() > REMEMBERED {
                    order.steps.pop_front();
                    order.forgotten += 1;
                }
            }
        }
        differs
    }

    /// Tells the readers.
    pub(super) fn tell(&self) {
        self.trigger.notify();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().chain.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Order<K>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> List<K> {
    pub(super) fn new(told: Told<K>) -> Self {
        Self(StoredValue::new(told))
    }

    /// A list that does not change.
    #[must_use]
    pub fn of(keys: impl IntoIterator<Item = K>) -> Self {
        let told = Told::new();
        let stand = |key| Step::Stand { key, before: None };
        told.take(keys.into_iter().map(stand).collect());
        Self::new(told)
    }

    /// Reads the list, and is told when it changes.
    pub fn with<R>(self, read: impl FnOnce(&Chain<K>) -> R) -> R {
        self.0.with_value(|told| told.trigger.track());
        self.with_untracked(read)
    }

    /// Reads the list.
    pub fn with_untracked<R>(self, read: impl FnOnce(&Chain<K>) -> R) -> R {
        self.0.with_value(|told| read(&told.lock().chain))
    }

    /// All keys; for lists that are short, or needed as a whole.
    #[must_use]
    pub fn keys(self) -> Vec<K> {
        self.with(|chain| chain.iter().collect())
    }

    /// What was missed since `seen`, which then is now; told of further changes.
    #[must_use]
    pub fn missed(self, seen: &mut Seen) -> Missed<K> {
        self.0.with_value(|told| {
            told.trigger.track();
            let order = told.lock();
            let now = order.forgotten + order.steps.len() as u64;
            let before = seen.0.replace(now);
            let Some(skip) = before.and_then(|before| before.checked_sub(order.forgotten)) else {
                return Missed::All;
            };
            let skip = usize::try_from(skip).unwrap_or(usize::MAX);
            Missed::Steps(order.steps.iter().skip(skip).copied().collect())
        })
    }
}
