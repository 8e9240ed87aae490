//! One's own profile, to change.

use leptos::prelude::*;
use model::{
    Id, User,
    user::{UserPatch, links_problem},
};

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    parts::{
        dialog::Dialog,
        field::{Field, Kind, focus_first_bad},
        show::Show,
    },
};

/// The button `Edit profile`, and the dialog behind it.
#[component]
pub fn EditProfile() -> impl IntoView {
    let editing = RwSignal::new(false);
    let close = Callback::new(move |()| editing.set(false));
    view! {
        <button type="button" class="button" on:click=move |_| editing.set(true)>"Edit profile"</button>
        <Show when=move || editing.get()>
            <ProfileDialog on_close=close/>
        </Show>
    }
}

/// The dialog `Edit profile`, filled with what is true when it opens.
#[component]
fn ProfileDialog(on_close: Callback<()>) -> impl IntoView {
    let Me(me) = expect_context();
    let writer = Writer::here();
    let key = Id::from(me);
    let row = LiveTable::<User>::here().row(key);
    let seen = row.with_untracked(|entry| entry.as_ref().map(|entry| entry.row.clone()));
    let texts = |user: &User| {
        [&user.display_name, &user.pronouns, &user.bio, &user.links].map(Clone::clone)
    };
    let old = seen.as_deref().map(texts);
    let first = old.clone().unwrap_or_default();
    let changed_meanwhile = move || {
        let now = row.with(|entry| entry.as_ref().map(|entry| texts(&entry.row)));
        (now != old)
            .then_some("Changed elsewhere meanwhile. Saving asks you where both changed the same.")
    };
    let typed = first.clone().map(RwSignal::new);
    let [name, pronouns, bio, links] = typed;
    let tried = RwSignal::new(false);
    let problem = move |text: RwSignal<String>, judge: fn(&str) -> Option<&'static str>| {
        Memo::new(move |_| {
            let problem = text.with(|text| judge(text.trim()));
            problem.filter(|_| tried.get()).map(str::to_owned)
        })
    };
    let name_problem = problem(name, |name| {
        (!(1..=60).contains(&name.chars().count())).then_some("A name has 1 to 60 characters.")
    });
    let pronouns_problem = problem(pronouns, |text| {
        (text.chars().count() > 40).then_some("At most 40 characters.")
    });
    let bio_problem = problem(bio, |bio| {
        (bio.chars().count() > 500).then_some("At most 500 characters.")
    });
    let links_problem = problem(links, |links| links_problem(&tidy(links)));
    let problems = [name_problem, pronouns_problem, bio_problem, links_problem];
    let unsaved = {
        let first = first.clone();
        Memo::new(move |_| {
            let same = |(old, new): (&String, &RwSignal<String>)| new.with(|new| new.trim() == old);
            !first.iter().zip(&typed).all(same)
        })
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if problems
            .iter()
            .any(|problem| problem.with_untracked(Option::is_some))
        {
            focus_first_bad(&event_target(&event));
            return;
        }
        let new = |at: usize| {
            let new = typed[at].with_untracked(|new| {
                if at == 3 {
                    tidy(new)
                } else {
                    new.trim().to_owned()
                }
            });
            (new != first[at]).then_some(new)
        };
        let patch = UserPatch {
            display_name: new(0),
            pronouns: new(1),
            bio: new(2),
            links: new(3),
        };
        if let Some(seen) = &seen {
            writer.update_since::<User>(seen, patch);
        }
        on_close.run(());
    };
    view! {
        <Dialog title="Edit profile" on_close unsaved>
            <form class="form" novalidate on:submit=save>
                <p class="form__note" role="status">{changed_meanwhile}</p>
                <Field id="profile-name" label="Display name" value=name problem=name_problem autocomplete="nickname"/>
                <Field
                    id="profile-pronouns"
                    label="Pronouns"
                    value=pronouns
                    problem=pronouns_problem
                    hint="Such as she/her or they/them; may stay empty."
                />
                <Field id="profile-bio" label="About you" kind=Kind::Area value=bio problem=bio_problem/>
                <Field
                    id="profile-links"
                    label="Links"
                    kind=Kind::Area
                    value=links
                    problem=links_problem
                    hint="Up to five, one a line."
                />
                <div class="form__actions">
                    <button type="submit" class="button" data-kind="primary">"Save"</button>
                    <button type="button" class="button" on:click=move |_| on_close.run(())>"Cancel"</button>
                </div>
            </form>
        </Dialog>
    }
}

/// The lines that say something, without the space around them.
fn tidy(links: &str) -> String {
    let lines = links.lines().map(str::trim);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
