//! Random schedules of writes and faults: once all is healed and quiet, everybody holds the server's rows.

use std::{collections::BTreeMap, time::Duration};

use sync::{Input, Standing, Status, Table};

use super::{
    tables::{Id, Note, Seat, SeatKey, body, colour, id, note, seat, seat_key},
    world::World,
};

const CLIENTS: usize = 3;
const STEPS: usize = 40;

/// xorshift64*, so that a seed is a schedule on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }
}

#[derive(Debug, Clone)]
enum Step {
    Insert(u128),
    Edit(Id, String),
    Paint(Id, String),
    Delete(Id),
    Refused(u128),
    Put(char, &'static str),
    Leave(char),
    Cut,
    HalfOpen,
    Crash,
    Restart,
    LoseAnswer,
    Hold,
    Release,
    Online(bool),
    Sleep(u64),
    Wake,
    Again,
    Revoke,
    Kill,
}

fn step(dice: &mut Dice, fresh: u128) -> Step {
    let old = id(u128::from(dice.roll(u64::try_from(fresh).unwrap().max(1))));
    let text = format!("t{fresh}-{}", dice.roll(1000));
    let person = ['a', 'b', 'c'][dice.roll(3) as usize];
    match dice.roll(32) {
        0..5 => Step::Insert(fresh),
        5..8 => Step::Edit(old, text),
        8..10 => Step::Paint(old, text),
        10..12 => Step::Delete(old),
        12 => Step::Refused(fresh),
        13..15 => Step::Put(person, ["going", "maybe"][dice.roll(2) as usize]),
        15..17 => Step::Leave(person),
        17 => Step::Cut,
        18 => Step::HalfOpen,
        19 => Step::Crash,
        20 => Step::Restart,
        21..23 => Step::LoseAnswer,
        23 => Step::Hold,
        24 => Step::Release,
        25 => Step::Online(dice.roll(2) == 0),
        26 => Step::Sleep(dice.roll(900)),
        27 => Step::Wake,
        28 => Step::Again,
        29 => Step::Revoke,
        _ => Step::Kill,
    }
}

fn take(world: &mut World, client: usize, step: &Step) {
    match step.clone() {
        Step::Insert(n) => world.act(client, |c, now| {
            c.engine.insert::<Note>(now, note(n, "x", "new"))
        }),
        Step::Refused(n) => {
            world.act(client, |c, now| {
                c.engine.insert::<Note>(now, note(n, "x", "forbidden"))
            });
        }
        Step::Edit(key, text) => world.act(client, |c, now| c.edit(now, key, body(&text))),
        Step::Paint(key, text) => world.act(client, |c, now| c.edit(now, key, colour(&text))),
        Step::Delete(key) => world.act(client, |c, now| c.engine.delete::<Note>(now, key)),
        Step::Put(person, state) => {
            world.act(client, |c, now| {
                c.engine.put::<Seat>(now, seat(person, state))
            });
        }
        Step::Leave(person) => {
            world.act(client, |c, now| {
                c.engine.delete::<Seat>(now, seat_key(person))
            });
        }
        Step::Cut => world.cut(client),
        Step::HalfOpen => world.clients[client].half_open = true,
        Step::Crash => world.crash(),
        Step::Restart => world.up = true,
        Step::LoseAnswer => world.clients[client].lose_next_answer = true,
        Step::Hold => world.clients[client].hold_requests = true,
        Step::Release => world.release(client),
        Step::Online(online) => world.input(client, Input::Online(online)),
        Step::Sleep(seconds) => world.sleep(Duration::from_secs(seconds)),
        Step::Wake => world.input(client, Input::Woke),
        Step::Again => world.says_subscribed(client),
        Step::Revoke => world.revoke(),
        Step::Kill => world.kill(client),
    }
}

fn heal(world: &mut World) {
    world.up = true;
    for client in 0..CLIENTS {
        // A connection that swallowed frames never delivers again.
        if std::mem::take(&mut world.clients[client].half_open) {
            world.cut(client);
        }
        world.clients[client].lose_next_answer = false;
        world.release(client);
        world.input(client, Input::Online(true));
        world.input(client, Input::Woke);
    }
    world.run(300);
}

/// Rows as people see them, refused writes apart: key to version.
fn seen<T: Table>(world: &World, client: usize) -> BTreeMap<T::Key, i64> {
    let engine = &world.clients[client].engine;
    let confirmed = |key: &T::Key| {
        let entry = engine.entry::<T>(*key)?;
        (entry.standing == Standing::Confirmed).then(|| (*key, entry.row.rev().0))
    };
    engine.keys::<T>().filter_map(confirmed).collect()
}

fn stored<T: Table>(world: &World) -> BTreeMap<T::Key, i64> {
    let rows = world.server.rows(T::NAME).into_iter();
    rows.map(|row| {
        let row: T = serde_json::from_value(row.into()).unwrap();
        (row.key(), row.rev().0)
    })
    .collect()
}

fn run(seed: u64) -> Result<(), String> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut world = World::live(CLIENTS);
    let mut schedule = Vec::new();
    for n in 0..STEPS {
        let client = dice.roll(CLIENTS as u64) as usize;
        let step = step(&mut dice, n as u128);
        schedule.push(format!("{client}: {step:?}"));
        take(&mut world, client, &step);
        world.run_for(Duration::from_millis(
            [0, 5, 25, 200, 3000][dice.roll(5) as usize],
        ));
    }
    heal(&mut world);
    let schedule = schedule.join("\n");
    for client in 0..CLIENTS {
        let fail = |what: String| Err(format!("seed {seed}, client {client}: {what}\n{schedule}"));
        if world.status(client) != Status::Live {
            return fail(format!("{:?}", world.status(client)));
        }
        if world.clients[client].engine.waiting() != 0 {
            return fail(format!(
                "{} writes stuck",
                world.clients[client].engine.waiting()
            ));
        }
        if seen::<Note>(&world, client) != stored::<Note>(&world) {
            return fail(format!(
                "{:?} != {:?}",
                seen::<Note>(&world, client),
                stored::<Note>(&world)
            ));
        }
        if seen::<Seat>(&world, client) != stored::<Seat>(&world) {
            return fail(format!(
                "{:?} != {:?}",
                seen::<Seat>(&world, client),
                stored::<Seat>(&world)
            ));
        }
        let engine = &mut world.clients[client].engine;
        let pending = engine.keys::<Note>().filter(|key: &&Id| {
            engine
                .entry::<Note>(**key)
                .is_some_and(|entry| entry.standing == Standing::Pending)
        });
        if pending.count() != 0 {
            return fail("pending for ever".to_owned());
        }
        // I6: lists are sorted and name every row once.
        let mut listed = 0;
        for (_, steps) in engine.changes::<Seat>().lists {
            let mut keys: Vec<SeatKey> = Vec::new();
            for step in steps {
                step.take(&mut keys);
            }
            let ranks: Vec<_> = keys
                .iter()
                .map(|key| (engine.entry::<Seat>(*key).unwrap().row.rank(), *key))
                .collect();
            if !ranks.is_sorted() {
                return fail("an unsorted list".to_owned());
            }
            listed += keys.len();
        }
        if listed != engine.keys::<Seat>().count() {
            return fail("a row that no list names".to_owned());
        }
    }
    Ok(())
}

#[test]
fn everybody_ends_with_the_rows_of_the_server() {
    for seed in 0..2_000 {
        if let Err(report) = run(seed) {
            panic!("{report}");
        }
    }
}

#[test]
fn a_seed_replays_exactly() {
    let revs = |seed| {
        let mut world = World::live(CLIENTS);
        let mut dice = Dice(seed);
        for n in 0..STEPS {
            let client = dice.roll(CLIENTS as u64) as usize;
            take(&mut world, client, &step(&mut dice, n as u128));
            world.run_for(Duration::from_millis(25));
        }
        (world.server.requests.clone(), world.server.rows("notes"))
    };
    assert_eq!(revs(7), revs(7));
}
