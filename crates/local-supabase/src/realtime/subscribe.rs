//! Whether a channel's bindings can live: published tables, known columns, values that the columns take.

use deadpool_postgres::Pool;
use tokio_postgres::types::Type;

use super::{binding::Binding, sql::literal, wal::PUBLICATION};
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

/// Checks all bindings of a channel for a role; one that is unfit makes all of them so.
///
/// # Errors
/// The first reason found.
pub async fn check(pool: &Pool, role: &str, bindings: &[Binding]) -> Result<(), Unfit> {
    let client = pool.get().await?;
    let tables: Vec<(String, String)> = client
        .query_typed(
            "select schemaname::text, tablename::text from pg_publication_tables where pubname = $1::text",
            &[(&PUBLICATION, Type::TEXT)],
        )
        .await?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    for binding in bindings {
        let refused = |exception: String| {
            Unfit::Refused(format!(
                "{SORRY} An exception happened so please check your connect parameters: {}. Exception: {exception}",
                binding.describe()
            ))
        };
        let mut meant = tables.clone();
        meant.retain(|(schema, table)| binding.covers(schema, table));
        if meant.is_empty() {
            return Err(Unfit::Refused(format!(
                "{SORRY} Please check Realtime is enabled for the given connect parameters: {}",
                binding.describe()
            )));
        }
        let role_known = client
            .query_typed(
                "select from pg_roles where rolname = $1::text",
                &[(&role, Type::TEXT)],
            )
            .await?;
        if role_known.is_empty() {
            return Err(refused(format!("role {role:?} does not exist")));
        }
        for (schema, table) in &meant {
            let wanted = binding
                .select
                .iter()
                .flatten()
                .map(|name| (name, "select", &[][..]));
            let filter = binding
                .filter
                .iter()
                .map(|filter| (&filter.column, "filter", &filter.values[..]));
            for (column, use_, values) in wanted.chain(filter) {
                let rows = client
                    .query_typed(
                        "select quote_ident(tn.nspname) || '.' || quote_ident(t.typname)
                         from pg_attribute a
                         join pg_class c on c.oid = a.attrelid
                         join pg_namespace n on n.oid = c.relnamespace
                         join pg_type t on t.oid = a.atttypid
                         join pg_namespace tn on tn.oid = t.typnamespace
                         where n.nspname = $1::text and c.relname = $2::text and a.attname = $3::text
                           and a.attnum > 0 and not a.attisdropped
                           and has_column_privilege($4::text, c.oid, a.attnum, 'select')",
                        &[(schema, Type::TEXT), (table, Type::TEXT), (column, Type::TEXT), (&role, Type::TEXT)],
                    )
                    .await?;
                let Some(kind) = rows.first().map(|row| row.get::<_, String>(0)) else {
                    return Err(refused(format!("invalid column for {use_} {column}")));
                };
                for value in values {
                    let cast = format!("select {}::{kind}", literal(value));
                    if let Err(error) = client.simple_query(&cast).await {
                        let error = DbError::from(error);
                        // Class 08 and 57 are the connection's faults, not the value's.
                        let away = error.code.starts_with("08") || error.code.starts_with("57");
                        return Err(if away {
                            Unfit::Away(error)
                        } else {
                            refused(error.message)
                        });
                    }
                }
            }
        }
    }
    Ok(())
}
