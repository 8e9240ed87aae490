//! Schedules: what people do and what goes wrong, drawn from a seed.

use crate::dice::Dice;

mod checks;
mod deeds;
mod play;
mod settle;
mod shrink;
mod window;

pub use play::{Outcome, run};
pub use shrink::shrink;

/// Tabs by person and device: the first two belong to one person on one device.
pub const TABS: [(&str, &str); 4] = [("a", "desk"), ("a", "desk"), ("b", "phone"), ("c", "lap")];

/// One thing that happens at a tab, and how long it is quiet afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    pub tab: usize,
    pub step: Step,
    pub then_millis: u64,
}

/// One thing that happens. Numbers make texts and keys: `t17` is the text of step 17.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Write(u64),
    Edit(u64, u64),
    Paint(u64, u64),
    Both(u64, u64),
    Revert(u64, u64),
    OpenForm(u64),
    SaveForm(u64),
    Delete(u64),
    WriteRefused(u64),
    EditRefused(u64, u64),
    Letter(u64),
    EditLetter(u64, u64),
    DeleteLetter(u64),
    Put(u64),
    PutOther(u64),
    Leave,
    SeatByHand(u64, Option<u64>),
    Retry(u64),
    Discard(u64),
    Settle(u64, Choice),
    Older,
    EditByHand(u64, u64),
    DeleteByHand(u64),
    LoseRows,
    Cut,
    HalfOpen,
    Crash,
    Restart,
    RestartPostgres,
    LoseAnswer,
    LoseRequest,
    Hold,
    Release,
    Slow(u64, u64),
    Busy(u32, u16),
    Online(bool),
    Doze,
    Rouse(bool),
    Woke,
    SubscribedAgain,
    CloseChannel,
    Revoke,
    Mute(u64),
    CutDown(u32),
    Haunt,
    HauntMembership,
    ForgetCursors(bool),
    Kill,
    CloseTab,
}

/// How a person settles a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Mine,
    Theirs,
    Other(u64),
}

/// The schedule of a seed.
pub fn draw(seed: u64) -> Vec<Timed> {
    let mut steps = without_window(seed);
    window::add(seed, &mut steps);
    steps
}

fn without_window(seed: u64) -> Vec<Timed> {
    let mut dice = Dice::new(seed);
    let length = 20 + dice.roll(60);
    let steps = 1..=length;
    steps
        .map(|n| Timed {
            tab: dice.roll(TABS.len() as u64) as usize,
            step: step(&mut dice, n),
            then_millis: [0, 0, 5, 25, 25, 200, 200, 1000, 3000, 20_000][dice.roll(10) as usize],
        })
        .collect()
}

fn step(dice: &mut Dice, n: u64) -> Step {
    // Few rows, so that people meet.
    let old = 1 + dice.roll(n.min(12));
    match dice.roll(100) {
        0..60 => deed(dice, n, old),
        _ => fault(dice),
    }
}

fn deed(dice: &mut Dice, n: u64, old: u64) -> Step {
    match dice.roll(60) {
        0..9 => Step::Write(n),
        9..18 => Step::Edit(old, n),
        18..22 => Step::Paint(old, n),
        22..24 => Step::Both(old, n),
        24..26 => Step::Revert(old, n),
        26..28 => Step::OpenForm(old),
        28..31 => Step::SaveForm(n),
        31..33 => Step::Delete(old),
        33 => Step::WriteRefused(n),
        34 => Step::EditRefused(old, n),
        35..38 => Step::Letter(n),
        38..40 => Step::EditLetter(old, n),
        40 => Step::DeleteLetter(old),
        41..46 => Step::Put(n),
        46 => Step::PutOther(n),
        47..50 => Step::Leave,
        50..53 => {
            let state = (!dice.once_in(2)).then_some(n);
            Step::SeatByHand(dice.roll(3), state)
        }
        53..55 => Step::Retry(dice.roll(8)),
        55..57 => Step::Discard(dice.roll(8)),
        _ => Step::Settle(dice.roll(8), choice(dice, n)),
    }
}

pub(crate) fn choice(dice: &mut Dice, n: u64) -> Choice {
    match dice.roll(3) {
        0 => Choice::Mine,
        1 => Choice::Theirs,
        _ => Choice::Other(n),
    }
}

fn fault(dice: &mut Dice) -> Step {
    match dice.roll(42) {
        0..3 => Step::Cut,
        3..5 => Step::HalfOpen,
        5 => Step::Crash,
        6..9 => Step::Restart,
        9 => Step::RestartPostgres,
        10..13 => Step::LoseAnswer,
        13 => Step::LoseRequest,
        14 => Step::Hold,
        15..17 => Step::Release,
        17..20 => Step::Slow(dice.roll(500), dice.roll(8000)),
        20 => Step::Busy(
            1 + dice.roll(3) as u32,
            [503, 429, 500][dice.roll(3) as usize],
        ),
        21..23 => Step::Online(false),
        23..25 => Step::Online(true),
        25 => Step::Doze,
        26..28 => Step::Rouse(dice.once_in(2)),
        28 => Step::Woke,
        29 => Step::SubscribedAgain,
        30 => Step::CloseChannel,
        31 => Step::Revoke,
        32 => Step::Mute(dice.roll(5000)),
        33 => Step::CutDown(1 + dice.roll(3) as u32),
        34..36 => Step::Haunt,
        36 => Step::HauntMembership,
        37 => Step::ForgetCursors(dice.once_in(2)),
        38..41 => Step::Kill,
        _ => Step::CloseTab,
    }
}
