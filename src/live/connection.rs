//! What the page knows about its connection and its people, as context.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use sync::{Queued, Status};
use uuid::Uuid;
use wire::Timestamp;

/// Who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Me(pub Uuid);

/// What is true of the connection now; a countdown is renewed each second.
#[derive(Clone, Copy)]
pub struct Connection(pub Signal<Status>);

/// Writes that the server has not answered, whatever the connection.
#[derive(Clone, Copy)]
pub struct Unsent(pub Signal<usize>);

/// Whether rows have been loaded once; before, pages show the shape of what comes.
#[derive(Clone, Copy)]
pub struct Loaded(pub Signal<bool>);

/// Since when the rows are as they are, while those are what this device has kept and nothing newer.
#[derive(Clone, Copy)]
pub struct AsOf(pub Signal<Option<Timestamp>>);

/// When the server last had a change for us, if it had.
#[derive(Clone, Copy)]
pub struct LastChange(pub Signal<Option<Timestamp>>);

/// Members who have the tavern open.
#[derive(Clone, Copy)]
pub struct Here(pub Signal<Arc<BTreeSet<Uuid>>>);

/// Members who are writing something to all just now.
#[derive(Clone, Copy)]
pub struct Writing(pub Signal<Arc<[Uuid]>>);

/// What the server has not confirmed, in order: waiting, refused, or in conflict.
#[derive(Clone, Copy)]
pub struct Queue(pub Signal<Arc<[Queued]>>);

/// What of the queue outlives this tab.
#[derive(Clone, Copy)]
pub struct Kept {
    /// Writes that are not stored on this device, hence lost with the tab.
    pub unsaved: Signal<usize>,
    /// Whether the browser stores nothing at all.
    pub refused: Signal<bool>,
    /// Writes that a newer version of the app has left, which this one cannot read.
    pub newer: Signal<usize>,
    /// Writes that wait in other tabs, each of which sends its own.
    pub elsewhere: Signal<Arc<[Queued]>>,
}
