//! One run of a schedule: its steps, the healing, and what must hold once all is quiet.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use sync::{History, Input, Status, Verb};

use super::{
    Step, TABS, Timed,
    deeds::{note_id, person},
    window,
};
use crate::{
    dice::Dice,
    page::sorted,
    tables::{Letter, Note, letter_key},
    world::World,
};

/// A number that tells runs apart, or what must not be.
pub type Outcome = Result<u64, String>;

/// Something that a person wrote.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) tab: usize,
    pub(super) table: &'static str,
    pub(super) key: String,
    pub(super) column: String,
    pub(super) text: String,
    /// The same tab has overwritten it or taken it back.
    pub(super) over: bool,
}

/// A run.
pub(super) struct Play {
    pub(super) world: World,
    pub(super) dice: Dice,
    pub(super) said: Vec<Said>,
    pub(super) forms: [Option<Note>; TABS.len()],
}

/// Runs the steps in a world made from `seed`.
pub fn run(seed: u64, steps: &[Timed]) -> Outcome {
    let played = catch_unwind(AssertUnwindSafe(|| play(seed, steps)));
    played.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("I9: it panicked: {}", text.unwrap_or_default()))
    })
}

fn play(seed: u64, steps: &[Timed]) -> Outcome {
    let mut dice = Dice::new(seed ^ 0x5EED);
    let lifetime = [3600, 3600, 3600, 120, 60][dice.roll(5) as usize];
    let mut play = Play {
        world: World::rough(Dice::new(seed ^ 0xD1CE), lifetime, &TABS),
        dice,
        said: Vec::new(),
        forms: Default::default(),
    };
    window::furnish(seed, &mut play.world);
    let start = play.dice.roll(6000);
    play.world.run_for(Duration::from_millis(start));
    for timed in steps {
        play.take(timed.tab, &timed.step);
        play.world.run_for(Duration::from_millis(timed.then_millis));
        play.sound()?;
    }
    play.finish()
}

impl Play {
    fn sound(&self) -> Result<(), String> {
        self.world.broken.clone().map_or(Ok(()), Err)
    }

    fn take(&mut self, tab: usize, step: &Step) {
        let asleep = self.world.clients[tab].is_asleep();
        let world = &mut self.world;
        match *step {
            Step::Rouse(notices) => world.rouse(tab, notices),
            // Nobody does anything at a device that sleeps.
            _ if asleep => {}
            Step::Write(n) => self.write_text(tab, n),
            Step::Edit(old, n) => self.edit(tab, old, n),
            Step::Paint(old, n) => self.paint(tab, old, n),
            Step::Both(old, n) => self.both(tab, old, n),
            Step::Revert(old, n) => self.revert(tab, old, n),
            Step::OpenForm(old) => self.open_form(tab, old),
            Step::SaveForm(n) => self.save_form(tab, n),
            Step::Delete(old) => self.delete_note(tab, old),
            Step::WriteRefused(n) => self.write(tab, n, &format!("forbidden-{n}")),
            Step::EditRefused(old, n) => self.edit_refused(tab, old, n),
            Step::Letter(n) => self.letter(tab, n),
            Step::EditLetter(old, n) => self.edit_letter(tab, old, n),
            Step::DeleteLetter(old) => self.delete::<Letter>(tab, letter_key(old.into())),
            Step::Put(n) => self.put(tab, person(&self.world.clients[tab]), n),
            Step::PutOther(n) => self.put(tab, ['a', 'b', 'c'][n as usize % 3], n),
            Step::Leave => self.leave(tab),
            Step::SeatByHand(who, state) => {
                let state = state.map(|n| format!("s{n}"));
                world.seat_by_hand(["a", "b", "c"][who as usize], state.as_deref());
            }
            Step::Retry(pick) => self.retry(tab, pick),
            Step::Discard(pick) => self.discard(tab, pick),
            Step::Settle(pick, choice) => self.settle(tab, pick, choice),
            Step::Older => self.older(tab),
            Step::EditByHand(old, n) => world.note_by_hand(note_id(old), Some(&format!("h{n}"))),
            Step::DeleteByHand(old) => world.note_by_hand(note_id(old), None),
            Step::LoseRows => world.lose_rows(tab),
            Step::Cut => world.cut(tab),
            Step::HalfOpen => world.clients[tab].half_open = true,
            Step::Crash => world.crash(),
            Step::Restart => world.up = true,
            Step::RestartPostgres => world.restart_postgres(),
            Step::LoseAnswer => world.clients[tab].lose_next_answer = true,
            Step::LoseRequest => world.clients[tab].lose_next_request = true,
            Step::Hold => world.clients[tab].hold_requests = true,
            Step::Release => world.release(tab),
            Step::Slow(wait, hold) => {
                world.slow(Duration::from_millis(wait), Duration::from_millis(hold));
            }
            Step::Busy(requests, status) => world.busy(requests, status),
            Step::Online(online) => world.online(tab, online),
            Step::Doze => world.doze(tab),
            Step::Woke => world.input(tab, Input::Woke),
            Step::SubscribedAgain => world.says_subscribed(tab),
            Step::CloseChannel => world.close_channel(tab),
            Step::Revoke => world.revoke(),
            Step::Mute(millis) => world.mute(Duration::from_millis(millis)),
            Step::CutDown(records) => world.cut_down(records),
            Step::Haunt => world.haunt(tab),
            Step::HauntMembership => world.haunt_membership(tab),
            Step::ForgetCursors(forgotten) => world.server.forgotten = forgotten,
            Step::Kill => world.kill(tab),
            Step::CloseTab => self.close_tab(tab),
        }
    }

    /// The tab is closed and opened anew; another tab of the device takes over what it has left.
    fn close_tab(&mut self, tab: usize) {
        let device = self.world.clients[tab].device.clone();
        let mut others = (0..self.world.clients.len()).filter(|other| *other != tab);
        let heir = others.find(|other| {
            let other = &self.world.clients[*other];
            other.device == device && !other.is_asleep()
        });
        let Some(heir) = heir else {
            return self.world.kill(tab);
        };
        // A deletion of the same person covers what the other tab has typed into the row.
        let queue = self.world.clients[tab].queue().to_vec();
        for queued in queue.iter().filter(|queued| queued.verb == Verb::Delete) {
            self.unsay(heir, queued.table, &sorted(&queued.key), None);
        }
        let kept = std::mem::take(&mut self.world.clients[tab].kept);
        self.world.kill(tab);
        for said in self.said.iter_mut().filter(|said| said.tab == tab) {
            said.tab = heir;
        }
        self.world.restore(heir, kept);
    }

    fn older(&mut self, tab: usize) {
        self.world
            .act(tab, |c, now| c.engine.older::<Note>(now, &(), sync::PAGE));
    }

    /// Everybody asks for the notes that did not come by themselves.
    fn read_all(&mut self) {
        for tab in 0..self.world.clients.len() {
            for _ in 0..5 {
                let engine = &self.world.clients[tab].engine;
                if engine.history::<Note>(&()) != History::Complete {
                    self.older(tab);
                    self.world.run(5);
                }
            }
        }
    }

    fn finish(mut self) -> Outcome {
        self.world.server.forgotten = false;
        self.world.heal();
        self.world.run(90);
        // Until here a comparison could meet a change that was still on its way.
        self.world.server.mended.clear();
        for round in 0..8 {
            self.sound()?;
            if !self.settle_all(round) {
                break;
            }
            self.world.run(30);
        }
        self.prompt()?;
        // What no event has told is found on waking, or by the slow comparison.
        if self.dice.once_in(4) {
            self.world.run(960);
        } else {
            // Rows that were compared just now are not compared again on waking.
            self.world.run(130);
            for tab in 0..self.world.clients.len() {
                self.world.input(tab, Input::Woke);
            }
            self.world.run(60);
        }
        while self.settle_all(9) {
            self.world.run(30);
        }
        self.read_all();
        // A new token may have been handed on this very moment.
        let tabs = 0..self.world.clients.len();
        for _ in 0..20 {
            if tabs
                .clone()
                .all(|tab| self.world.status(tab) == Status::Live)
            {
                break;
            }
            self.world.run_for(Duration::from_millis(500));
        }
        self.sound()?;
        for tab in tabs {
            self.is_quiet(tab)
                .map_err(|what| format!("client {tab}: {what}"))?;
        }
        self.nothing_missed()?;
        self.nothing_lost()?;
        self.nothing_twice()?;
        Ok(self.world.trace())
    }
}
