//! Ordereds, and places in a list, without their type.

use std::{any::Any, cmp::Ordering, fmt, sync::Arc};

/// A value that is only compared with those of its own type: a group, or the place of a row in its list.
#[derive(Debug, Clone)]
pub(crate) struct Ordered(Arc<dyn AnyOrdered>);

trait AnyOrdered: Any + fmt::Debug + Send + Sync {
    fn order(&self, other: &dyn AnyOrdered) -> Ordering;
}

impl<G: Ord + fmt::Debug + Send + Sync + 'static> AnyOrdered for G {
    fn order(&self, other: &dyn AnyOrdered) -> Ordering {
        let other: &dyn Any = other;
        // All groups of a table are of one type, and so are all places.
        other
            .downcast_ref()
            .map_or(Ordering::Equal, |other| self.cmp(other))
    }
}

impl Ordered {
    pub(crate) fn of<G: Ord + fmt::Debug + Send + Sync + 'static>(value: G) -> Self {
        Self(Arc::new(value))
    }

    /// As its type.
    pub(crate) fn typed<G: 'static>(&self) -> Option<&G> {
        let value: &dyn Any = &*self.0;
        value.downcast_ref()
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order(&*other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered {}
