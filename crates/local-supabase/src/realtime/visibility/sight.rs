//! Looking at a table through the eyes of each of many people, with one statement that is planned once.
//!
//! For each table and role the session makes a function that takes on the role, then person by person their
//! claims, and looks up all keys of the batch at once. As its plans are made for this role alone, PostgreSQL keeps them.
//!
//! Where policies let all of a role see the same, one person looks for all. That is not remembered but proven
//! anew by the very transaction that looks, after the look: its lock on the table keeps policies from changing between.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio_postgres::{Client, Error, Statement, error::SqlState, types::ToSql};

use super::{audience::Audience, look::Look, plan::Seen};
use crate::realtime::{change::Relation, sql::literal};

/// So many rows are looked for by one statement, each for each person counted; a crowd takes several.
const TOGETHER: usize = 20_000;

/// The session's functions, by table and role.
#[derive(Default)]
pub struct Sights {
    made: HashMap<(u32, String), Arc<Sight>>,
    last: usize,
}

/// The function for one table and role.
pub struct Sight {
    relation: Arc<Relation>,
    /// Removes the function.
    drop: String,
    /// None where plans cannot be shared: a function that is declared immutable, rightly or not, is worked out
    /// once for a plan, for whoever is first.
    statement: Option<Statement>,
    /// Whether it is worth a try that one looks for all.
    alike: AtomicBool,
}

impl Sights {
    /// The function for a look; it is made anew when the table has changed, its policies included.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn get(&mut self, client: &Client, look: &Look<'_>) -> Result<Arc<Sight>, Error> {
        let at = (look.relation.oid, look.role.to_owned());
        if let Some(known) = self.made.get(&at) {
            if Arc::ptr_eq(&known.relation, look.relation) {
                return Ok(known.clone());
            }
            client.batch_execute(&known.drop).await?;
        }
        self.last += 1;
        let (name, columns) = (
            format!("pg_temp.realtime_sees_{}", self.last),
            look.keys.len(),
        );
        let list =
            |item: &dyn Fn(usize) -> String| (1..=columns).map(item).collect::<Vec<_>>().join(", ");
        let parameters = list(&|column| format!("k{column} text[]"));
        let create = format!(
            "create function {name}(claims text[], subs text[], alike boolean, {parameters})
             returns int[] language plpgsql set search_path from current as {}",
            literal(&body(look, &list(&|column| format!("k{column}"))))
        );
        client.batch_execute(&create).await?;
        let folds = client
            .query_typed("select pg_temp.realtime_folds()", &[])
            .await?;
        let folds = folds.first().is_none_or(|row| row.get(0));
        let arguments = list(&|column| format!("${}", column + 3));
        let select = format!("select {name}($1, $2, $3, {arguments})");
        let sight = Arc::new(Sight {
            relation: look.relation.clone(),
            drop: format!("drop function {name}"),
            statement: if folds {
                None
            } else {
                Some(client.prepare(&select).await?)
            },
            alike: AtomicBool::new(true),
        });
        self.made.insert(at, sight.clone());
        Ok(sight)
    }
}

/// What the function does; `keys` are the names of its parameters with the keys.
fn body(look: &Look<'_>, keys: &str) -> String {
    let role = literal(look.role);
    let row = look.row(|column| format!("k.k{}", column + 1));
    format!(
        "#variable_conflict use_column
         declare
           seen int[] := '{{}}';
           part int[];
           base int;
           ignored text;
         begin
           ignored := pg_catalog.set_config('request.jwt.claim.role', {role}, true);
           ignored := pg_catalog.set_config('role', {role}, true);
           for i in 1 .. pg_catalog.cardinality(claims) loop
             ignored := pg_catalog.set_config('request.jwt.claims', claims[i], true)
               || pg_catalog.set_config('request.jwt.claim.sub', subs[i], true);
             base := (i - 1) * pg_catalog.cardinality(k1) - 1;
             select pg_catalog.array_agg(base + k.at::int) into part
               from pg_catalog.unnest({keys}) with ordinality k({keys}, at)
               where ({row} limit 1);
             seen := pg_catalog.array_cat(seen, part);
           end loop;
           ignored := pg_catalog.set_config('role', 'none', true);
           if alike and not pg_temp.realtime_alike({oid}, {role}) then
             return null;
           end if;
           return seen;
         end",
        oid = look.relation.oid
    )
}

/// What a look has shown.
pub struct Looked {
    /// Who sees what.
    pub seen: Seen,
    /// Indices into [`Audience::people`] of those for whom it took too long.
    pub missed: Vec<usize>,
}

impl Looked {
    /// Nobody was missed.
    pub fn all(seen: Seen) -> Self {
        Self {
            seen,
            missed: Vec::new(),
        }
    }

    /// Nobody has seen anything, and some might have.
    pub fn missed(look: &Look<'_>, people: &[usize]) -> Self {
        Self {
            seen: Seen::Alike(vec![false; look.width()]),
            missed: people.to_vec(),
        }
    }
}

/// Whether an error means that a statement took longer than it may.
pub fn is_too_slow(error: &Error) -> bool {
    error.code() == Some(&SqlState::QUERY_CANCELED)
}

impl Sight {
    /// Looks, for all people of the look; nothing where each has to be asked alone.
    ///
    /// # Errors
    /// When the session is lost, or when a policy fails for somebody.
    pub async fn look(
        &self,
        client: &Client,
        audience: &Audience,
        look: &Look<'_>,
    ) -> Result<Option<Looked>, Error> {
        let Some(statement) = &self.statement else {
            return Ok(None);
        };
        let ask = |people, alike| ask(client, statement, audience, look, people, alike);
        if look.people.len() > 1 && self.alike.load(Ordering::Relaxed) {
            match ask(&look.people[..1], true).await {
                Ok(Some(seen)) => {
                    let seen = Seen::Alike(spread(&seen, look.width()));
                    return Ok(Some(Looked::all(seen)));
                }
                Ok(None) => self.alike.store(false, Ordering::Relaxed),
                Err(error) if is_too_slow(&error) => {
                    return Ok(Some(Looked::missed(look, &look.people)));
                }
                Err(error) => return Err(error),
            }
        }
        let mut marks = Vec::with_capacity(look.people.len() * look.width());
        let some = (TOGETHER / look.width().max(1)).max(1);
        for people in look.people.chunks(some) {
            match ask(people, false).await {
                Ok(seen) => {
                    let seen = seen.unwrap_or_default();
                    marks.extend(spread(&seen, people.len() * look.width()));
                }
                // The others would take as long; what was not marked is not seen.
                Err(error) if is_too_slow(&error) => {
                    let missed = &look.people[marks.len() / look.width().max(1)..];
                    let missed = missed.to_vec();
                    let seen = Seen::Each(marks);
                    return Ok(Some(Looked { seen, missed }));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Looked::all(Seen::Each(marks))))
    }
}

/// Indices into people times keys; nothing if they were to be alike and are not.
async fn ask(
    client: &Client,
    statement: &Statement,
    audience: &Audience,
    look: &Look<'_>,
    people: &[usize],
    alike: bool,
) -> Result<Option<Vec<i32>>, Error> {
    let people = people.iter().map(|at| &audience.people[*at]);
    let (claims, subs): (Vec<&str>, Vec<&str>) = people
        .map(|person| (person.viewer.claims.as_str(), person.sub.as_str()))
        .unzip();
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&claims, &subs, &alike];
    values.extend(look.keys.iter().map(|keys| keys as &(dyn ToSql + Sync)));
    client.query_one(statement, &values).await?.try_get(0)
}

/// A list of indices as a mark for each.
fn spread(indices: &[i32], length: usize) -> Vec<bool> {
    let mut marks = vec![false; length];
    for at in indices {
        if let Some(mark) = usize::try_from(*at).ok().and_then(|at| marks.get_mut(at)) {
            *mark = true;
        }
    }
    marks
}
