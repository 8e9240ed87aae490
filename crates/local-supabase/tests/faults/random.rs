//! Everything at once, by chance that can be repeated.

use std::{
    num::NonZeroU64,
    time::{Duration, Instant},
};

use tokio::time::sleep;
use uuid::Uuid;

use crate::inn::{Inn, edit, relocate, write};

/// How long the network goes on failing.
const SPAN: Duration = Duration::from_secs(20);
/// What happens, unless `TAVERN_FAULT_SEED` says otherwise.
const SEED: u64 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn faults_in_any_order_leave_what_the_database_has() {
    let mut inn = Inn::throwaway().await;
    let seed = std::env::var("TAVERN_FAULT_SEED").ok();
    let mut chance = Chance(seed.map_or(SEED, |seed| seed.parse().unwrap()));
    let mut lines: Vec<(bool, Uuid)> = Vec::new();
    let end = Instant::now() + SPAN;
    let mut step = 0;
    while Instant::now() < end {
        step += 1;
        match chance.below(10) {
            0 => inn.proxy.cut(),
            1 => inn.proxy.refuse(true),
            2 => inn.proxy.delay(Duration::from_millis(chance.below(300))),
            3 => inn.proxy.half_open(true),
            4 => inn.proxy.drop_every(NonZeroU64::new(2 + chance.below(3))),
            5 => inn.proxy.lose_answer(["POST", "PATCH"][chance.index(2)]),
            6 if step % 4 == 0 => inn.server.kill_postgres().await,
            _ => inn.proxy.heal(),
        }
        for _ in 0..chance.below(4) {
            let mara = chance.below(2) == 0;
            match chance.below(5) {
                0 if !lines.is_empty() => {
                    let (mara, id) = lines[chance.index(lines.len())];
                    let person = if mara { &inn.mara } else { &inn.tom };
                    edit(person, id, &format!("edited in step {step}")).await;
                }
                1 => relocate(&inn.mara, &format!("place {step}")).await,
                2 => {
                    let person = if mara { &inn.mara } else { &inn.tom };
                    let id = write(person, format!("to be edited, of step {step}")).await;
                    lines.push((mara, id));
                }
                _ => {
                    inn.say(mara, &format!("step {step}")).await;
                }
            }
        }
        sleep(Duration::from_millis(100 + chance.below(900))).await;
    }
    inn.proxy.heal();
    // Lost frames show at the next catch-up.
    inn.proxy.cut();
    inn.settles().await;
}

/// Numbers that look random and are the same each time (splitmix64).
struct Chance(u64);

impl Chance {
    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
