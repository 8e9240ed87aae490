//! One's own profile, to change.

use leptos::prelude::*;
use model::{Id, User, user::UserPatch};

use crate::{
    live::{LiveTable, connection::Me, writer::Writer},
    parts::{
        dialog::Dialog,
        field::{Field, Kind, focus_first_bad},
    },
};

/// The dialog `Edit profile`, filled with what is true when it opens.
#[component]
pub fn ProfileDialog(on_close: Callback<()>) -> impl IntoView {
    let Me(me) = expect_context();
    let writer = Writer::here();
    let key = Id::from(me);
    let row = LiveTable::<User>::here().row(key);
    let seen = row.with_untracked(|entry| entry.as_ref().map(|entry| entry.row.clone()));
    let old = seen
        .as_ref()
        .map(|user| (user.display_name.clone(), user.bio.clone()));
    let (old_name, old_bio) = old.clone().unwrap_or_default();
    let changed_meanwhile = move || {
        let now = row.with(|entry| {
            let user = entry.as_ref().map(|entry| &entry.row);
            user.map(|user| (user.display_name.clone(), user.bio.clone()))
        });
        (now != old)
            .then_some("Changed elsewhere meanwhile. Saving asks you where both changed the same.")
    };
    let (name, bio) = (
        RwSignal::new(old_name.clone()),
        RwSignal::new(old_bio.clone()),
    );
    let tried = RwSignal::new(false);
    let name_problem = Memo::new(move |_| {
        let good = name.with(|name| (1..=60).contains(&name.trim().chars().count()));
        (tried.get() && !good).then(|| "A name has 1 to 60 characters.".to_owned())
    });
    let bio_problem = Memo::new(move |_| {
        let good = bio.with(|bio| bio.trim().chars().count() <= 500);
        (tried.get() && !good).then(|| "At most 500 characters.".to_owned())
    });
    let unsaved = {
        let (old_name, old_bio) = (old_name.clone(), old_bio.clone());
        Memo::new(move |_| {
            name.with(|name| name.trim() != old_name) || bio.with(|bio| bio.trim() != old_bio)
        })
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if name_problem.with_untracked(Option::is_some)
            || bio_problem.with_untracked(Option::is_some)
        {
            focus_first_bad(&event_target(&event));
            return;
        }
        let changed = |old: &str, new: RwSignal<String>| {
            let new = new.with_untracked(|new| new.trim().to_owned());
            (new != old).then_some(new)
        };
        let patch = UserPatch {
            display_name: changed(&old_name, name),
            bio: changed(&old_bio, bio),
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
                <Field id="profile-bio" label="About you" kind=Kind::Area value=bio problem=bio_problem/>
                <div class="form__actions">
                    <button type="submit" class="button" data-kind="primary">"Save"</button>
                    <button type="button" class="button" on:click=move |_| on_close.run(())>"Cancel"</button>
                </div>
            </form>
        </Dialog>
    }
}
