//! What the engine costs natively: loading, one change at three sizes, a burst, and memory.
#![allow(clippy::unwrap_used)]

#[path = "../../../bench/client.rs"]
mod client;

use std::{cell::RefCell, hint::black_box};

use criterion::{BatchSize, Criterion};
use model::TavernMessage;

use client::{Client, answer};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    println!("RESULT memory {} bytes", memory_per_row());
    let mut criterion = Criterion::default().configure_from_args();
    load(&mut criterion);
    change(&mut criterion);
    burst(&mut criterion);
    criterion.final_summary();
}

/// From the text of the answer to rows and lists that are ready for the page.
fn load(criterion: &mut Criterion) {
    let text = answer(10_000);
    let mut group = criterion.benchmark_group("load");
    group.sample_size(20);
    group.bench_function("10000", |bencher| {
        bencher.iter_batched(
            || (Client::asking(), text.clone()),
            |((mut client, request), text)| {
                client.load(request, text, 10_000);
                (client.engine.changes::<TavernMessage>(), client)
            },
            BatchSize::PerIteration,
        );
    });
}

/// One frame to one row that has a pending write on it: in its place, and to another place of its list.
fn change(criterion: &mut Criterion) {
    for size in SIZES {
        let client = RefCell::new(Client::with(size));
        client.borrow_mut().edit_the_middle();
        drop(client.borrow_mut().engine.changes::<TavernMessage>());
        let mut place = 0;
        for (name, jump) in [("edit", 0), ("move", 7_919)] {
            let mut group = criterion.benchmark_group(name);
            group.bench_function(size.to_string(), |bencher| {
                bencher.iter_batched(
                    || {
                        place = (place + jump) % size;
                        client.borrow_mut().moved(size / 2, place)
                    },
                    |text| {
                        let mut client = client.borrow_mut();
                        client.frame(text);
                        let changes = client.engine.changes::<TavernMessage>();
                        assert_eq!(changes.rows.len(), 1);
                        black_box(changes)
                    },
                    BatchSize::SmallInput,
                );
            });
        }
    }
}

/// 10,000 new rows, one frame each, told once.
fn burst(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("burst");
    group.sample_size(20);
    group.bench_function("10000", |bencher| {
        bencher.iter_batched(
            || {
                let mut client = Client::with(10_000);
                let frames: Vec<_> = (0..10_000).map(|_| client.added()).collect();
                (client, frames)
            },
            |(mut client, frames)| {
                for frame in frames {
                    client.frame(frame);
                }
                (client.engine.changes::<TavernMessage>(), client)
            },
            BatchSize::PerIteration,
        );
    });
}

/// Growth of the process by 100,000 rows, and by what is kept for each.
fn memory_per_row() -> usize {
    const ROWS: usize = 100_000;
    let before = resident();
    let client = Client::with(ROWS);
    let grown = resident() - before;
    drop(client);
    grown / ROWS
}

/// Bytes of memory that the process holds; the kernel counts pages.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = text.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}
