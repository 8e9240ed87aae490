//! How many seats are left, in words and as a bar.

use leptos::prelude::*;
use model::{Answer, Rsvp, rsvp::seating::Seating};
use sync::Standing;
use uuid::Uuid;

use crate::{format::count, live::LiveTable, parts::show::Show};

/// The answers to an event; a refused one does not count.
#[must_use]
pub fn seating(event: Uuid) -> Memo<Seating> {
    let rsvps = LiveTable::<Rsvp>::here();
    let list = rsvps.list(&event);
    Memo::new(move |_| {
        let answer = |key| {
            rsvps.row(key).with(|entry| {
                let entry = entry.as_ref()?;
                let refused = matches!(entry.standing, Standing::Failed(_));
                (!refused).then(|| (*entry.row).clone())
            })
        };
        Seating::of(list.keys().into_iter().filter_map(answer).collect())
    })
}

/// `4 seats left of 5`, `Full, no seats left · 2 waiting`, or nothing to count.
#[must_use]
pub fn words(capacity: Option<u32>, taken: u32, waiting: usize) -> String {
    let Some(capacity) = capacity else {
        return "Seats for everyone".to_owned();
    };
    let left = match capacity.saturating_sub(taken) as usize {
        0 => "Full, no seats left".to_owned(),
        left => {
            let left = count(left, "seat", "seats");
            [&left, " left of ", &capacity.to_string()].concat()
        }
    };
    match waiting {
        0 => left,
        waiting => [&left, " · ", &waiting.to_string(), " waiting"].concat(),
    }
}

/// The words and the bar.
#[component]
pub fn Seats(#[prop(into)] capacity: Signal<Option<u32>>, seating: Memo<Seating>) -> impl IntoView {
    let taken = Memo::new(move |_| seating.with(Seating::taken));
    let waiting = Memo::new(move |_| seating.with(|seating| seating.with(Answer::Waiting).count()));
    let share = move || {
        let share = |capacity: u32| (taken.get() * 100 / capacity.max(1)).min(100);
        capacity
            .get()
            .map(|capacity| [&share(capacity).to_string(), "%"].concat())
    };
    view! {
        <p class="seats">
            {move || words(capacity.get(), taken.get(), waiting.get())}
            <Show when=move || capacity.get().is_some()>
                <span class="seats__bar" aria-hidden="true" style:--seats-taken=share></span>
            </Show>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn seats_are_counted_in_words() {
        assert_eq!(words(Some(5), 1, 0), "4 seats left of 5");
        assert_eq!(words(Some(2), 1, 1), "1 seat left of 2 · 1 waiting");
        assert_eq!(words(Some(2), 3, 2), "Full, no seats left · 2 waiting");
        assert_eq!(words(None, 3, 0), "Seats for everyone");
    }
}
