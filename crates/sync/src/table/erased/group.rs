//! Groups without their type.

use std::{any::Any, cmp::Ordering, fmt, sync::Arc};

/// Names one of a table's lists.
#[derive(Debug, Clone)]
pub(crate) struct Group(Arc<dyn AnyGroup>);

trait AnyGroup: Any + fmt::Debug + Send + Sync {
    fn order(&self, other: &dyn AnyGroup) -> Ordering;
}

impl<G: Ord + fmt::Debug + Send + Sync + 'static> AnyGroup for G {
    fn order(&self, other: &dyn AnyGroup) -> Ordering {
        let other: &dyn Any = other;
        // All groups of a table are of one type.
        other
            .downcast_ref()
            .map_or(Ordering::Equal, |other| self.cmp(other))
    }
}

impl Group {
    pub(crate) fn new<G: Ord + fmt::Debug + Send + Sync + 'static>(group: G) -> Self {
        Self(Arc::new(group))
    }

    /// As its type.
    pub(crate) fn typed<G: 'static>(&self) -> Option<&G> {
        let group: &dyn Any = &*self.0;
        group.downcast_ref()
    }
}

impl Ord for Group {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order(&*other.0)
    }
}

impl PartialOrd for Group {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Group {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Group {}
