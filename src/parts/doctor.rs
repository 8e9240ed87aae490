//! The way to the connection doctor: `public/doctor.js`, loaded when somebody asks for it.

use leptos::prelude::*;
use sync::{Registry, Table};

use crate::{
    live::connection::{Connection, LastChange},
    parts::status,
};

/// Names of all tables, separated by spaces; that of people first.
struct Names(String);

impl Registry for Names {
    fn table<T: Table>(&mut self) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(T::NAME);
        self
    }
}

/// A button, and the place where the findings are shown; before somebody has signed in, some steps are left out.
#[component]
pub fn Doctor(
    /// Whether nobody is signed in.
    #[prop(optional)]
    guest: bool,
    /// Whether the page could not open, whoever is signed in.
    #[prop(optional)]
    closed: bool,
) -> impl IntoView {
    // What was in context for a member who has just signed out is gone, and still found.
    let connection = (!guest && !closed).then(expect_context);
    let status = move || match connection {
        Some(Connection(connection)) => connection.with(status::words),
        None if closed => "The page could not open".to_owned(),
        None => "Nobody is signed in".to_owned(),
    };
    let changed = use_context::<LastChange>().filter(|_| !guest && !closed);
    let mut names = Names(String::new());
    model::register(&mut names);
    view! {
        <section
            class="doctor"
            aria-label="Connection check"
            data-tables=names.0
            data-status=status
            data-guest=(guest || closed).then_some("true")
            data-closed=closed.then_some("true")
            data-heard=move || changed.and_then(|LastChange(at)| at.get()).map(|at| at.millis().to_string())
        >
            <button type="button" class="button" data-doctor="">"Check the connection"</button>
            <div class="doctor__findings"></div>
        </section>
    }
    .into_any()
}
