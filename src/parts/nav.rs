//! The four places.

use leptos::prelude::*;

use crate::{
    pages::messages::unread::Unread,
    parts::icon::{Icon, Sign},
    parts::show::Show,
    route::{Place, Route},
};

fn sign(place: Place) -> Sign {
    match place {
        Place::Tavern => Sign::Mug,
        Place::Events => Sign::Calendar,
        Place::Members => Sign::People,
        Place::Messages => Sign::Letter,
    }
}

/// Links to the places; the one where one is, is marked.
#[component]
pub fn Nav(#[prop(into)] route: Signal<Route>) -> impl IntoView {
    let place = Memo::new(move |_| route.get().place());
    let link = move |here: Place| {
        view! {
            <li class="nav__place">
                <a
                    class="nav__link"
                    href=here.route().href()
                    aria-label=here.name()
                    aria-current=move || (place.get() == Some(here)).then_some("page")
                    aria-describedby=(here == Place::Messages).then_some("nav-unread")
                >
                    <Icon sign=sign(here)/>
                    <span class="nav__name">{here.name()}</span>
                </a>
                // Beside the link, which is called by its place alone.
                {(here == Place::Messages).then(|| view! { <UnreadTotal/> })}
            </li>
        }
    };
    view! {
        <nav class="nav" aria-label="Places">
            <ul class="nav__list">{Place::ALL.map(link).into_iter().collect_view()}</ul>
        </nav>
    }
}

#[component]
fn UnreadTotal() -> impl IntoView {
    let unread: Unread = expect_context();
    let total = unread.total();
    let any = move || total.get() > 0;
    view! {
        <span id="nav-unread" class="nav__unread">
            <Show when=any>
                <span class="badge">{total}<span class="quiet-words">" unread"</span></span>
            </Show>
        </span>
    }
}
