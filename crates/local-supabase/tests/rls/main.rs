//! Who may do what to which row, by every way into the database.
//!
//! `matrix/` says what is expected, in a file for each table. The cells themselves are generated from the
//! database's own catalogue and then tried out, so that a new table, column, foreign key, function or schema
//! fails until somebody has written down who may reach it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod ask;
mod catalog;
mod changes;
mod matrix;
mod reads;
mod role;
mod sheet;
mod socket;
mod topics;
mod world;
mod writes;

use matrix::Found;
use world::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_is_as_the_matrix_says() {
    let world = World::start().await;
    let mut found = Found::default();
    reads::try_all(&world, &mut found).await;
    writes::try_all(&world, &mut found).await;
    topics::try_all(&world, &mut found).await;
    // Last, because what it changes stays changed.
    changes::try_all(&world, &mut found).await;
    let complaints = found.compare(&world.sheets);
    assert!(
        complaints.is_empty(),
        "{} of {} cells are not as the matrix says:\n\n{}\n",
        complaints.len(),
        found.cells(),
        complaints.join("\n")
    );
}
