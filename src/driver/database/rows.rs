//! The rows that a person could read, in one record, in a database of their own.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{IdbDatabase, IdbOpenDbRequest};

use super::{Database, Js, answer, done};

/// A database of its own: whatever becomes of it, unsent writes stay as they are.
const NAME: &str = "tavern-rows";
const VERSION: u32 = 1;
const STORE: &str = "rows";

impl Database {
    /// Opens the database of rows, making it first if there is none.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn open_rows() -> Js<Self> {
        Self::open_as(NAME, VERSION, upgrade).await
    }

    /// The rows of `user`, as they were kept last.
    ///
    /// # Errors
    /// What the browser says that cannot read them.
    pub async fn rows(&self, user: &str) -> Js<Option<String>> {
        let store = self.0.transaction_with_str(STORE)?.object_store(STORE)?;
        Ok(answer(&store.get(&user.into())?).await?.as_string())
    }

    /// Keeps no rows of anybody but `user`.
    ///
    /// # Errors
    /// What the browser says that cannot remove them.
    pub async fn forget_rows_of_others(&self, user: Option<&str>) -> Js<()> {
        let transaction = self.transaction(STORE, "relaxed")?;
        let store = transaction.object_store(STORE)?;
        let keys = answer(&store.get_all_keys()?).await?;
        for key in Array::from(&keys) {
            if key.as_string().as_deref() != user {
                store.delete(&key)?;
            }
        }
        done(&transaction).await
    }

    /// Keeps the rows of `user` instead of those kept before, or none. Said twice at once, the last has its way.
    ///
    /// # Errors
    /// What the browser says that cannot store them.
    pub async fn keep_rows(&self, user: &str, text: Option<&str>) -> Js<()> {
        let transaction = self.transaction(STORE, "relaxed")?;
        let store = transaction.object_store(STORE)?;
        match text {
            Some(text) => store.put_with_key(&text.into(), &user.into())?,
            None => store.delete(&user.into())?,
        };
        done(&transaction).await
    }
}

fn upgrade(request: &IdbOpenDbRequest) -> Js<()> {
    let database: IdbDatabase = request.result()?.dyn_into()?;
    database.create_object_store(STORE)?;
    Ok(())
}
