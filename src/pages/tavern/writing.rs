//! Who else is writing something just now.

use leptos::prelude::*;

use crate::{
    live::connection::{Me, Writing},
    parts::name::name_of,
};

/// One line that is always as high, so that nothing moves when it changes.
#[component]
pub fn WritingNow() -> impl IntoView {
    let Writing(people) = expect_context();
    let Me(me) = expect_context();
    let words = Memo::new(move |_| {
        let others: Vec<_> = people.with(|people| {
            let others = people.iter().copied().filter(|user| *user != me);
            others.collect()
        });
        let name = |number: usize| others.get(number).map(|user| name_of(*user).get());
        match (others.len(), name(0), name(1)) {
            (1, Some(one), _) => [&one, " is writing …"].concat(),
            (2, Some(one), Some(other)) => [&one, " and ", &other, " are writing …"].concat(),
            (0, ..) => String::new(),
            (count, ..) => [&count.to_string(), " people are writing …"].concat(),
        }
    });
    view! { <p class="writing" dir="auto">{words}</p> }.into_any()
}
