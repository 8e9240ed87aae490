//! How many seats are left, in words and as a bar.

use leptos::prelude::*;
use model::{Answer, Rsvp};
use sync::Standing;
use uuid::Uuid;

use crate::live::LiveTable;

/// People by answer, in the order in which they answered; a refused answer does not count.
#[must_use]
pub fn answers(event: Uuid) -> Memo<Vec<(Answer, Uuid)>> {
    let rsvps = LiveTable::<Rsvp>::here();
    let list = rsvps.list(&event);
    Memo::new(move |_| {
        let answer = |key| {
            rsvps.row(key).with(|entry| {
                let entry = entry.as_ref()?;
                let refused = matches!(entry.standing, Standing::Failed(_));
                (!refused).then_some((entry.row.status, entry.row.user_id))
            })
        };
        let mut answers: Vec<_> = list.keys().into_iter().filter_map(answer).collect();
        answers.sort_by_key(|(answer, _)| *answer);
        answers
    })
}

/// `4 seats left of 5`, `Full, no seats left`, or nothing to count.
#[must_use]
pub fn words(capacity: Option<u32>, taken: usize) -> String {
    let Some(capacity) = capacity else {
        return "Seats for everyone".to_owned();
    };
    let left = (capacity as usize).saturating_sub(taken);
    match left {
        0 => "Full, no seats left".to_owned(),
        left => {
            let left = crate::format::count(left, "seat", "seats");
            [&left, " left of ", &capacity.to_string()].concat()
        }
    }
}

/// The words and the bar.
#[component]
pub fn Seats(
    #[prop(into)] capacity: Signal<Option<u32>>,
    answers: Memo<Vec<(Answer, Uuid)>>,
) -> impl IntoView {
    let taken = Memo::new(move |_| {
        answers.with(|answers| {
            answers
                .iter()
                .filter(|(answer, _)| *answer == Answer::Going)
                .count()
        })
    });
    let share = move || {
        let share = |capacity: u32| (taken.get() * 100 / (capacity.max(1) as usize)).min(100);
        capacity
            .get()
            .map(|capacity| [&share(capacity).to_string(), "%"].concat())
    };
    view! {
        <p class="seats">
            {move || words(capacity.get(), taken.get())}
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
        assert_eq!(words(Some(5), 1), "4 seats left of 5");
        assert_eq!(words(Some(2), 1), "1 seat left of 2");
        assert_eq!(words(Some(2), 3), "Full, no seats left");
        assert_eq!(words(None, 3), "Seats for everyone");
    }
}
