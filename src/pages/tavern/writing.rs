//! Who else is writing something just now.

use leptos::prelude::*;

use crate::{
    live::connection::{Me, Writing},
    parts::name::Name,
};

/// One line that is always as high, so that nothing moves when it changes.
#[component]
pub fn WritingNow() -> impl IntoView {
    let Writing(people) = expect_context();
    let Me(me) = expect_context();
    let others = Memo::new(move |_| {
        people.with(|people| {
            let others = people.iter().copied().filter(|user| *user != me);
            others.collect::<Vec<_>>()
        })
    });
    // Names of others never turn the words around them.
    let words = move || {
        let others = others.get();
        let between = match *others {
            [_] => "",
            [_, _] => " and ",
            [] => return None,
            [..] => {
                return Some(
                    [&others.len().to_string(), " people are writing …"]
                        .concat()
                        .into_any(),
                );
            }
        };
        let name = |number: usize| others.get(number).map(|user| view! { <Name user=*user/> });
        let is = if others.len() == 1 {
            " is writing …"
        } else {
            " are writing …"
        };
        Some(view! { {name(0)} {between} {name(1)} {is} }.into_any())
    };
    view! { <p class="writing">{words}</p> }.into_any()
}
