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

/// A button, and the place where the findings are shown.
#[component]
pub fn Doctor() -> impl IntoView {
    let Connection(connection) = expect_context();
    let changed = use_context::<LastChange>();
    let mut names = Names(String::new());
    model::register(&mut names);
    view! {
        <section
            class="doctor"
            aria-label="Connection check"
            data-tables=names.0
            data-status=move || connection.with(status::words)
            data-heard=move || changed.and_then(|LastChange(at)| at.get()).map(|at| at.millis().to_string())
        >
            <button type="button" class="button" data-doctor="">"Check the connection"</button>
            <div class="doctor__findings"></div>
        </section>
    }
}
