//! What this device keeps of everybody who uses it, in IndexedDB: here the unsent writes, one record each.
//!
//! Each request is turned into a promise whose resolve and reject functions are its handlers. A
//! transaction stays open while the promises of its own requests are followed up, and no longer.

use js_sys::{Array, Function, Object, Promise, Reflect};
use sync::{Kept, WriteId};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbObjectStoreParameters,
    IdbOpenDbRequest, IdbRequest, IdbTransaction,
};

mod erased;
mod rows;

pub use erased::forget_writes;

const NAME: &str = "tavern";
/// Raised by one with every step that [`upgrade`] gains.
const VERSION: u32 = 1;
const STORE: &str = "outbox";

/// An open database; dropping it closes it after what is under way.
pub struct Database(IdbDatabase);

/// What is to become of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is stored, or replaced.
    Keep(String),
    /// It is removed.
    Forget,
}

type Js<T> = Result<T, JsValue>;

impl Database {
    /// Opens the database, making it first if there is none.
    ///
    /// # Errors
    /// What the browser says that refuses it, as it does in some private windows.
    pub async fn open() -> Js<Self> {
        Self::open_as(NAME, VERSION, upgrade).await
    }

    async fn open_as(
        name: &str,
        version: u32,
        upgrade: fn(&IdbOpenDbRequest) -> Js<()>,
    ) -> Js<Self> {
        let factory: IdbFactory = web_sys::window()
            .and_then(|window| Reflect::get(&window, &"indexedDB".into()).ok())
            .and_then(|factory| factory.dyn_into().ok())
            .ok_or(JsValue::UNDEFINED)?;
        let request = factory.open_with_u32(name, version)?;
        let asking = request.clone();
        // Should the store not be made, the transactions that need it fail and say so.
        let make = Closure::<dyn FnMut()>::new(move || drop(upgrade(&asking)));
        request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
        let database: IdbDatabase = answer(&request).await?.unchecked_into();
        // A newer version of the app that is opened beside this one need not wait for it.
        let closing = database.clone();
        let close = Closure::once_into_js(move || closing.close());
        database.set_onversionchange(Some(close.unchecked_ref()));
        Ok(Self(database))
    }

    /// Carries out `changes` to the writes of `user`, all or none.
    ///
    /// # Errors
    /// What the browser says that cannot store them.
    pub async fn change(&self, user: &str, owner: &str, changes: Vec<(WriteId, Change)>) -> Js<()> {
        let transaction = self.transaction(STORE, "strict")?;
        let store = transaction.object_store(STORE)?;
        for (id, change) in changes {
            let id = id.to_string();
            match change {
                Change::Keep(text) => store.put(&record(user, &id, owner, &text)?)?,
                Change::Forget => store.delete(&Array::of2(&user.into(), &id.into()))?,
            };
        }
        done(&transaction).await
    }

    /// Names of the tabs that own writes of `user`.
    ///
    /// # Errors
    /// What the browser says that cannot read them.
    pub async fn owners(&self, user: &str) -> Js<Vec<String>> {
        let store = self.transaction(STORE, "strict")?.object_store(STORE)?;
        let owners: Vec<String> = all(&store, user)
            .await?
            .iter()
            .filter_map(|record| field(record, "owner"))
            .collect();
        let mut owners = sync::in_order(owners, Ord::cmp);
        owners.dedup();
        Ok(owners)
    }

    /// The writes of `user` that wait in other tabs than `tab`.
    ///
    /// # Errors
    /// What the browser says that cannot read them.
    pub async fn elsewhere(&self, user: &str, tab: &str) -> Js<Vec<Kept>> {
        let store = self.0.transaction_with_str(STORE)?.object_store(STORE)?;
        let records = all(&store, user).await?;
        let others = records
            .iter()
            .filter(|record| field(record, "owner").as_deref() != Some(tab));
        let kept = others.filter_map(|record| {
            Some(Kept {
                id: read_id(&field(record, "id")?)?,
                text: field(record, "text")?,
            })
        });
        Ok(kept.collect())
    }

    /// Gives the writes of `user` that the tab `from` owns to the tab `to`, and reads them.
    ///
    /// # Errors
    /// What the browser says that cannot do it; the writes stay where they were.
    pub async fn hand_over(&self, user: &str, from: &str, to: &str) -> Js<Vec<Kept>> {
        let transaction = self.transaction(STORE, "strict")?;
        let store = transaction.object_store(STORE)?;
        let mut kept = Vec::new();
        for old in all(&store, user).await? {
            if field(&old, "owner").as_deref() != Some(from) {
                continue;
            }
            let id = field(&old, "id").as_deref().and_then(read_id);
            let (Some(id), Some(text)) = (id, field(&old, "text")) else {
                // Written by a version of the app that names writes otherwise: not ours to touch.
                continue;
            };
            store.put(&record(user, &id.to_string(), to, &text)?)?;
            kept.push(Kept { id, text });
        }
        done(&transaction).await?;
        Ok(sync::in_order(kept, |one, other| one.id.cmp(&other.id)))
    }

    /// A transaction for reading and writing; a `strict` one is reported done only when it is on the disk.
    fn transaction(&self, store: &str, durability: &str) -> Js<IdbTransaction> {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &durability.into())?;
        let begin: Function = Reflect::get(&self.0, &"transaction".into())?.dyn_into()?;
        begin
            .call3(&self.0, &store.into(), &"readwrite".into(), &options)?
            .dyn_into()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Brings a database of any older version to [`VERSION`].
fn upgrade(request: &IdbOpenDbRequest) -> Js<()> {
    let database: IdbDatabase = request.result()?.dyn_into()?;
    let key = IdbObjectStoreParameters::new();
    key.set_key_path(&Array::of2(&"user".into(), &"id".into()));
    database.create_object_store_with_optional_parameters(STORE, &key)?;
    Ok(())
}

async fn all(store: &IdbObjectStore, user: &str) -> Js<Vec<JsValue>> {
    let records = answer(&store.get_all_with_key(&range_of(user)?.into())?).await?;
    Ok(Array::from(&records).to_vec())
}

/// All keys that begin with the user.
fn range_of(user: &str) -> Js<IdbKeyRange> {
    // An empty array comes after every text.
    let (first, last) = (
        Array::of1(&user.into()),
        Array::of2(&user.into(), &Array::new()),
    );
    IdbKeyRange::bound(&first, &last)
}

async fn answer(request: &IdbRequest) -> Js<JsValue> {
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(settled).await?;
    request.result()
}

async fn done(transaction: &IdbTransaction) -> Js<()> {
    let settled = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    JsFuture::from(settled).await.map(drop)
}

fn record(user: &str, id: &str, owner: &str, text: &str) -> Js<JsValue> {
    let record = Object::new();
    for (name, value) in [("user", user), ("id", id), ("owner", owner), ("text", text)] {
        Reflect::set(&record, &name.into(), &value.into())?;
    }
    Ok(record.into())
}

fn field(record: &JsValue, name: &str) -> Option<String> {
    Reflect::get(record, &name.into()).ok()?.as_string()
}

/// Reads what `Display` of a [`WriteId`] prints.
fn read_id(text: &str) -> Option<WriteId> {
    let (engine, number) = text.split_once('-')?;
    Some(WriteId {
        engine: u64::from_str_radix(engine, 16).ok()?,
        number: number.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_found_again_by_its_name() {
        let id = WriteId {
            engine: 0xf00d,
            number: 12,
        };
        assert_eq!(read_id(&id.to_string()), Some(id));
        for other in ["", "12", "x-1", "1-x"] {
            assert_eq!(read_id(other), None, "{other}");
        }
    }
}
