//! A labelled field with its hint and its error.

use leptos::{html, prelude::*, text_prop::TextProp};

/// What kind of field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, or what the browser makes of an `<input>` of this type.
    Input(&'static str),
    /// Several lines.
    Area,
}

/// The field; its error is tied to it and read with it.
#[component]
pub fn Field(
    /// Unique in the document.
    id: &'static str,
    /// Its accessible name.
    label: &'static str,
    /// What kind.
    #[prop(default = Kind::Input("text"))]
    kind: Kind,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it, in words.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// What helps before anything is wrong.
    #[prop(optional)]
    hint: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Runs when the person leaves the field.
    #[prop(optional)]
    on_leave: Option<Callback<()>>,
    /// Told whether something stands in it that is no value yet, as half of a date.
    #[prop(optional)]
    unfinished: Option<RwSignal<bool>>,
) -> impl IntoView {
    let note: TextProp = [id, "-note"].concat().into();
    let bad = move || problem.with(Option::is_some).then_some("true");
    let node = NodeRef::<html::Input>::new();
    let look = move || {
        // The field is left once more when it goes away.
        let input = node.try_get_untracked().flatten();
        let Some((input, unfinished)) = input.zip(unfinished) else {
            return;
        };
        let is_half = input.validity().bad_input();
        if unfinished.try_get_untracked() != Some(is_half) {
            let _ = unfinished.try_set(is_half);
        }
    };
    let leave = move |_| {
        look();
        if let Some(on_leave) = on_leave {
            on_leave.run(());
        }
    };
    // A field that has only half of a date yet says that it is empty; to set it empty would take that half away.
    Effect::new(move |_| {
        let text = value.get();
        if let Some(input) = node.get().filter(|input| input.value() != text) {
            input.set_value(&text);
        }
        // What stood half finished in a field that is gone does not stand in this one.
        look();
    });
    let described = note.get();
    let control = match kind {
        Kind::Input(kind) => view! {
            <input
                id=id
                class="field__control"
                type=kind
                autocomplete=autocomplete
                inputmode=if kind == "text" && (id.ends_with("capacity") || id.ends_with("guests")) { "numeric" } else { "" }
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=bad
                node_ref=node
                value=value.get_untracked()
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    look();
                }
                // Not every browser tells of half a date, and Enter saves before one leaves.
                on:keydown=move |_| look()
                on:keyup=move |_| look()
                on:blur=leave
            />
        }
        .into_any(),
        Kind::Area => view! {
            <textarea
                id=id
                class="field__control"
                rows="4"
                aria-describedby=described
                aria-invalid=bad
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:blur=leave
            ></textarea>
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label class="field__label" for=id>{label}</label>
            {control}
            <p class="field__note" id=note data-bad=bad>
                {move || problem.get().unwrap_or_else(|| hint.to_owned())}
            </p>
        </div>
    }
}

/// Puts the focus on the first field of `form` that has an error, once the errors are shown.
pub fn focus_first_bad(form: &web_sys::Element) {
    let form = form.clone();
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let bad = form.query_selector("[aria-invalid=true]").ok().flatten();
        if let Some(bad) = bad.and_then(|bad| bad.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = bad.focus();
        }
    });
}
