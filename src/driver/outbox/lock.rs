//! Web Locks: what one tab holds no other tab has, and the browser lets go of it when the tab ends.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// A lock that is held until this is dropped.
pub struct Held {
    release: Option<Function>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for the lock called `name`, however long it takes; `None` where the browser has no locks or
/// refuses them.
pub async fn hold(name: &str) -> Option<Held> {
    ask(name, false).await.map(|(held, _)| held)
}

/// As [`hold`], or at once from whoever has it, who is told by `on_lost`, as we are when it is taken from us.
pub async fn claim(name: &str, steal: bool, on_lost: impl FnOnce() + 'static) -> Option<Held> {
    let (held, until) = ask(name, steal).await?;
    spawn_local(async move {
        // It ends when the lock is released, and fails when somebody takes it.
        if JsFuture::from(until).await.is_err() {
            on_lost();
        }
    });
    Some(held)
}

/// The lock, and a promise for as long as it is held.
async fn ask(name: &str, steal: bool) -> Option<(Held, Promise)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    Reflect::set(&options, &"steal".into(), &steal.into()).ok()?;
    let mut release = None;
    let until = Promise::new(&mut |resolve, _| release = Some(resolve));
    let held = Held { release };
    let mut asked = None;
    let granted = Promise::new(&mut |resolve, _| {
        let until = until.clone();
        let grant = Closure::once_into_js(move |_: JsValue| {
            // Resolving a promise cannot fail.
            let _ = resolve.call0(&JsValue::UNDEFINED);
            until
        });
        asked = request.call3(&locks, &name.into(), &options, &grant).ok();
    });
    let asked: Promise = asked?.dyn_into().ok()?;
    // The request itself ends only when the lock is released, unless it is refused.
    let either = Array::of2(&granted, &asked);
    JsFuture::from(Promise::race(&either)).await.ok()?;
    Some((held, asked))
}
