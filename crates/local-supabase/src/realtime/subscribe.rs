//! Whether a channel's bindings can live: published tables, known columns, values that the columns take.

mod column;

use std::collections::HashSet;

use deadpool_postgres::Pool;
use tokio_postgres::types::Type;

use self::column::Misfit;
use super::{binding::Binding, filter::Condition, wal::PUBLICATION};
use crate::error::DbError;

/// Why bindings do not live.
#[derive(Debug)]
pub enum Unfit {
    /// They never will; the text goes to the client.
    Refused(String),
    /// The database is away; it is tried again.
    Away(DbError),
}

impl<E: Into<DbError>> From<E> for Unfit {
    fn from(error: E) -> Self {
        Self::Away(error.into())
    }
}

const SORRY: &str = "Unable to subscribe to changes with given parameters.";

/// Most bindings of a channel; a page of many lists has some ten.
const BINDINGS: usize = 200;

/// Checks all bindings of a channel for a role; one that is unfit makes all of them so.
///
/// # Errors
/// The first reason found.
pub async fn check(pool: &Pool, role: &str, bindings: &[Binding]) -> Result<(), Unfit> {
    if bindings.len() > BINDINGS {
        return Err(Unfit::Refused(format!(
            "{SORRY} A channel takes at most {BINDINGS} of `postgres_changes`, not {}: join a second channel for the others, or listen to a whole table.",
            bindings.len()
        )));
    }
    let client = pool.get().await?;
    let tables = tables(&client).await?;
    let role_known = client
        .query_typed(
            "select from pg_roles where rolname = $1::text",
            &[(&role, Type::TEXT)],
        )
        .await?;
    // Many bindings ask the same of a table: each is checked once.
    let (mut compared, mut chosen) = (HashSet::new(), HashSet::new());
    for binding in bindings {
        let refused = |misfit| match misfit {
            Misfit::Away(error) => Unfit::Away(error),
            Misfit::Exception(exception) => Unfit::Refused(format!(
                "{SORRY} An exception happened so please check your connect parameters: {}. Exception: {exception}",
                binding.describe()
            )),
        };
        let mut meant: Vec<&(String, String)> = tables.iter().collect();
        meant.retain(|(schema, table)| binding.covers(schema, table));
        if meant.is_empty() {
            return Err(Unfit::Refused(format!(
                "{SORRY} Please check Realtime is enabled for the given connect parameters: {}",
                binding.describe()
            )));
        }
        if role_known.is_empty() {
            return Err(refused(Misfit::Exception(format!(
                "ERROR 42704 (undefined_object) role {role:?} does not exist"
            ))));
        }
        for (schema, table) in meant {
            let table = (schema.as_str(), table.as_str());
            for condition in binding.filter.iter().flat_map(|filter| &filter.conditions) {
                let Condition {
                    column, op, text, ..
                } = condition;
                // The text says the values, too.
                if compared.insert((table, column, op.name(), text)) {
                    let fit = column::compare(&client, table, role, condition).await;
                    fit.map_err(refused)?;
                }
            }
            for name in binding.select.iter().flatten() {
                if chosen.insert((table, name)) {
                    let fit = column::choose(&client, table, role, name).await;
                    fit.map_err(refused)?;
                }
            }
        }
    }
    Ok(())
}

/// The published tables.
///
/// # Errors
/// The database is away.
pub async fn published(pool: &Pool) -> Result<Vec<(String, String)>, DbError> {
    Ok(tables(&*pool.get().await?).await?)
}

async fn tables(
    client: &tokio_postgres::Client,
) -> Result<Vec<(String, String)>, tokio_postgres::Error> {
    let rows = client
        .query_typed(
            "select schemaname::text, tablename::text from pg_publication_tables
             where pubname = $1::text order by 1, 2",
            &[(&PUBLICATION, Type::TEXT)],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
