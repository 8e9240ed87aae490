//! Who waited for a seat and has one now is told, wherever they are, and until they have taken note.

use leptos::prelude::*;
use model::{Answer, Event, Rsvp, rsvp::RsvpKey};
use sync::{Entry, Standing};
use uuid::Uuid;

use crate::{
    driver::notify::{self, Note},
    live::{
        LiveTable,
        connection::{AsOf, Loaded, Me},
    },
    parts::{
        draft,
        notify::{Notify, state},
    },
    route::Route,
};

/// What is kept of an event for which one waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wait {
    event: Uuid,
    /// Whom one wanted to bring.
    guests: u32,
    /// Whether one has the seat, and has yet to take note of it.
    is_over: bool,
}

/// The seats that one waited for, the same in all tabs; found in context.
#[derive(Clone, Copy)]
pub struct Seated(RwSignal<Vec<Wait>>);

impl Seated {
    /// One has a seat at each of these.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn at(events: &[Uuid]) -> Self {
        let wait = |event: &Uuid| Wait {
            event: *event,
            guests: 0,
            is_over: true,
        };
        Self(RwSignal::new(events.iter().map(wait).collect()))
    }

    /// Whether one has a seat there that one had to wait for.
    #[must_use]
    pub fn has(self, event: Uuid) -> bool {
        let is_this = |wait: &Wait| wait.event == event && wait.is_over;
        self.0.with(|waits| waits.iter().any(is_this))
    }

    /// The events of such seats.
    fn events(self) -> Vec<Uuid> {
        let over = |wait: &Wait| wait.is_over.then_some(wait.event);
        self.0.with(|waits| waits.iter().filter_map(over).collect())
    }

    /// The person knows.
    fn dismiss(self, event: Uuid) {
        self.0
            .update(|waits| waits.retain(|wait| wait.event != event));
    }
}

/// Watches one's own answers as long as the current owner lives.
pub fn provide() {
    let Me(me) = expect_context();
    let Loaded(loaded) = expect_context();
    let AsOf(as_of) = expect_context();
    let rsvps = LiveTable::<Rsvp>::here();
    let name = draft::name(me, "seats");
    let seated = Seated(RwSignal::new(read(&draft::load(&name))));
    provide_context(seated);
    draft::follow(name.clone(), move |kept| seated.0.set(read(&kept)));
    Effect::new(move |_| {
        let own = |event_id| {
            let key = RsvpKey {
                event_id,
                user_id: me,
            };
            rsvps.row(key).with(|entry| {
                entry
                    .as_ref()
                    .map(|Entry { row, standing }| (row.clone(), standing.clone()))
            })
        };
        let own: Vec<_> = rsvps.groups().into_iter().filter_map(own).collect();
        // What the device has kept is older than what is known of the waits.
        if !loaded.get() || as_of.get().is_some() {
            return;
        }
        let before = seated.0.get_untracked();
        let mut now = Vec::new();
        for (rsvp, standing) in own {
            let Rsvp {
                event_id: event,
                guests,
                ..
            } = *rsvp;
            let waited = before.iter().find(|wait| wait.event == event);
            if standing != Standing::Confirmed {
                // What one is changing oneself decides nothing yet.
                now.extend(waited);
                continue;
            }
            let wait = |is_over| Wait {
                event,
                guests,
                is_over,
            };
            match (rsvp.status, waited) {
                (Answer::Waiting, _) => now.push(wait(false)),
                (Answer::Going, Some(waited)) if waited.is_over => now.push(wait(true)),
                // Who brings fewer has made the room themselves.
                (Answer::Going, Some(waited)) if waited.guests == guests => {
                    tell(&rsvp);
                    now.push(wait(true));
                }
                (Answer::Going | Answer::Maybe | Answer::Declined, _) => {}
            }
        }
        if now != before {
            seated.0.set(now);
        }
    });
    Effect::new(move |_| seated.0.with(|waits| draft::save(&name, &written(waits))));
}

/// A notification of the system, where they are wanted.
fn tell(rsvp: &Rsvp) {
    if state() != Notify::On {
        return;
    }
    let event = rsvp.event_id;
    notify::tell(vec![Note {
        // One of this seat, not of this event: one may wait for it again.
        id: Uuid::from_u128(event.as_u128() ^ u128::from(rsvp.rev.0.unsigned_abs())),
        title: "A seat became free".to_owned(),
        body: ["You are going to ", &title(event), "."].concat(),
        hash: Route::Event(event).href(),
    }]);
}

fn title(event: Uuid) -> String {
    let entry = LiveTable::<Event>::here().entry(event.into());
    entry.map_or_else(|| "the event".to_owned(), |entry| entry.row.title.clone())
}

fn read(kept: &str) -> Vec<Wait> {
    let wait = |line: &str| {
        let mut words = line.split(' ');
        Some(Wait {
            event: Uuid::parse_str(words.next()?).ok()?,
            guests: words.next()?.parse().ok()?,
            is_over: words.next()? == "seat",
        })
    };
    kept.lines().filter_map(wait).collect()
}

fn written(waits: &[Wait]) -> String {
    let line = |wait: &Wait| {
        let state = if wait.is_over { " seat" } else { " waits" };
        [
            &wait.event.to_string(),
            " ",
            &wait.guests.to_string(),
            state,
        ]
        .concat()
    };
    waits.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The seats that became one's own, until each is taken note of.
#[component]
pub fn Seats() -> impl IntoView {
    let seated: Seated = expect_context();
    let events = Memo::new(move |_| seated.events());
    let line = move |event: Uuid| {
        // The event may be loaded later than what is kept here.
        let row = LiveTable::<Event>::here().row(event.into());
        let name = Memo::new(move |_| {
            row.with(|_| ());
            title(event)
        });
        view! {
            <li>
                <div class="notice" data-kind="welcome" role="status">
                    <p class="notice__words">
                        "A seat became free: you are going to "
                        <a href=Route::Event(event).href() on:click=move |_| seated.dismiss(event)>
                            {move || name.get()}
                        </a>
                        "."
                    </p>
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        on:click=move |_| seated.dismiss(event)
                    >
                        "Dismiss"
                    </button>
                </div>
            </li>
        }
    };
    view! {
        <ul aria-label="Seats" hidden=move || events.with(Vec::is_empty)>
            <For each=move || events.get() key=|event| *event children=line/>
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::{Wait, read, written};
    use uuid::Uuid;

    #[test]
    fn what_is_kept_is_read_again_and_what_is_not_ours_is_passed_over() {
        let waits = [(1, false), (2, true)].map(|(event, is_over)| Wait {
            event: Uuid::from_u128(event),
            guests: 2,
            is_over,
        });
        assert_eq!(read(&written(&waits)), waits);
        assert_eq!(read("no event\n\n"), []);
    }
}
