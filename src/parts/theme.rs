//! Light or dark, as the system has it or as one chooses on this device.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Storage;

/// Under this name the page reads the choice before it paints anything.
const NAME: &str = "tavern-theme";

/// What one can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The theme that is shown on this device; found in context, the same in all tabs.
#[derive(Clone, Copy)]
pub struct Chosen(RwSignal<Theme>);

impl Chosen {
    /// The choice now.
    #[must_use]
    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Shows `theme` from now on, and in the other tabs. A browser that keeps nothing shows it until the
    /// page is left.
    pub fn set(self, theme: Theme) {
        if let Some(storage) = storage() {
            let _ = match theme.word() {
                Some(word) => storage.set_item(NAME, word),
                None => storage.remove_item(NAME),
            };
        }
        self.show(theme);
    }

    fn show(self, theme: Theme) {
        if let Some(root) = document().document_element() {
            let _ = match theme.word() {
                Some(word) => root.set_attribute("data-theme", word),
                None => root.remove_attribute("data-theme"),
            };
        }
        paint_frame();
        self.0.set(theme);
    }
}

/// Provides [`Chosen`], and follows the other tabs.
pub fn provide() {
    let chosen = Chosen(RwSignal::new(stored()));
    let listener = window_event_listener(leptos::ev::storage, move |event| {
        if event.key().is_none_or(|key| key == NAME) {
            chosen.show(stored());
        }
    });
    on_cleanup(move || listener.remove());
    provide_context(chosen);
}

/// The browser's own bars have the colour of the page.
fn paint_frame() {
    let function = js_sys::Reflect::get(&js_sys::global(), &"tavernPaintFrame".into());
    if let Some(paint) = function.ok().and_then(|function| function.dyn_into().ok()) {
        let paint: js_sys::Function = paint;
        let _ = paint.call0(&wasm_bindgen::JsValue::NULL);
    }
}

fn stored() -> Theme {
    let word = storage().and_then(|storage| storage.get_item(NAME).ok().flatten());
    let all = Theme::ALL.into_iter();
    all.rev()
        .find(|theme| theme.word() == word.as_deref())
        .unwrap_or(Theme::System)
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
