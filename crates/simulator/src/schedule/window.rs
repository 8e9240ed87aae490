//! Schedules in which the server shows only the newest notes to those who come in: the log goes back further
//! than anybody loads at first, and people read back, edit and delete there.

use std::time::Duration;

use sync::PAGE;

use super::{Step, TABS, Timed, deeds::note_id};
use crate::{dice::Dice, world::World};

/// So few notes come without being asked for.
pub(super) const WINDOW: usize = 4;
/// Numbers of notes that were there before anybody came are above this; the newest of them has the next.
const ARCHIVE: u64 = 1_000_000;
/// So many old notes were made at the same time.
const AT_ONCE: u64 = 8;
/// Numbers of the texts that are written here begin with this.
const TEXTS: u64 = 500;

/// Whether the server shows only the newest notes to those who come in.
pub(super) fn has_window(seed: u64) -> bool {
    seed % 7 == 6
}

/// How many notes were there before anybody came: none, a page or less, or several pages.
fn archived(seed: u64) -> u64 {
    let mut dice = Dice::new(seed ^ 0x01D5);
    let page = PAGE as u64;
    match dice.roll(4) {
        _ if !has_window(seed) => 0,
        0 => 0,
        1 => WINDOW as u64 + dice.roll(20),
        _ => page + 2 * AT_ONCE + dice.roll(page),
    }
}

/// Limits what `world` shows of its notes, and fills it with those that were there before anybody came.
pub(super) fn furnish(seed: u64, world: &mut World) {
    if !has_window(seed) {
        return;
    }
    world.server.window = Some(WINDOW);
    for number in 1..=archived(seed) {
        let age = Duration::from_secs(60 * number.div_ceil(AT_ONCE));
        world.archive(
            note_id(ARCHIVE + number),
            "z",
            &format!("old {number}"),
            age,
        );
    }
}

/// Adds what people do with old notes.
pub(super) fn add(seed: u64, steps: &mut Vec<Timed>) {
    if !has_window(seed) {
        return;
    }
    let mut dice = Dice::new(seed ^ 0x01DE);
    let archived = archived(seed);
    for n in 0..2 + dice.roll(8) {
        let place = dice.roll(steps.len() as u64) as usize;
        let story = match old(&mut dice, archived) {
            Some(old) if dice.once_in(4) => left_behind(&mut dice, old, TEXTS + n),
            old => beside_a_page(&mut dice, old, TEXTS + n),
        };
        steps.splice(place..place, story);
    }
}

fn at(dice: &mut Dice, tab: u64, step: Step) -> Timed {
    Timed {
        tab: tab as usize,
        step,
        then_millis: [0, 0, 25, 200][dice.roll(4) as usize],
    }
}

/// Old rows often change or go while their page is on its way.
fn beside_a_page(dice: &mut Dice, old: Option<u64>, n: u64) -> Vec<Timed> {
    let step = step(dice, old, n);
    let steps = [Step::Older, step].map(|step| {
        let tab = dice.roll(TABS.len() as u64);
        at(dice, tab, step)
    });
    steps.into()
}

/// Somebody reads back, changes an old row, and does not stay until that is done.
fn left_behind(dice: &mut Dice, old: u64, n: u64) -> Vec<Timed> {
    let tab = dice.roll(TABS.len() as u64);
    let end = if dice.once_in(2) {
        Step::Kill
    } else {
        Step::LoseRows
    };
    let mut steps = [Step::Older, Step::Edit(old, n), end].map(|step| at(dice, tab, step));
    // The page has to be there first.
    steps[0].then_millis = 1000;
    steps.into()
}

fn step(dice: &mut Dice, old: Option<u64>, n: u64) -> Step {
    let Some(old) = old else {
        return Step::Delete(1 + dice.roll(8));
    };
    match dice.roll(10) {
        0..2 => Step::Delete(old),
        2..4 => Step::Edit(old, n),
        4 => Step::Paint(old, n),
        5..8 => Step::EditByHand(old, n),
        8 => Step::DeleteByHand(old),
        _ => Step::LoseRows,
    }
}

/// One of the old notes: often one beside the edge of the first load or of the first page, which ends between
/// notes of one moment.
fn old(dice: &mut Dice, archived: u64) -> Option<u64> {
    let number = match dice.roll(4) {
        _ if archived == 0 => return None,
        0 => 1 + dice.roll(WINDOW as u64 + AT_ONCE),
        1 => PAGE as u64 - 1 + dice.roll(12),
        _ => 1 + dice.roll(archived),
    };
    Some(ARCHIVE + number.min(archived))
}
