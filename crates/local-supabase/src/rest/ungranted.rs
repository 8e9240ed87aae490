//! Tables that nobody was granted anything on: the engine does not know them, PostgreSQL refuses them.

use std::collections::HashMap;

use postrust_core::{
    Error,
    api_request::QualifiedIdentifier,
    db::{Db, Tx},
    schema_cache::TablesMap,
};
use postrust_sql::SqlParam;
use serde_json::Value;

use super::database::Database;

/// What each of these relations is, in the words of PostgreSQL's refusal.
#[derive(Default)]
pub(super) struct Ungranted(HashMap<QualifiedIdentifier, String>);

const RELATIONS: &str = "select n.nspname::text, c.relname::text,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any ($1) and c.relkind in ('r', 'v', 'f', 'p', 'm') and not c.relispartition";

impl Ungranted {
    /// Reads which relations there are besides those that are known.
    pub(super) async fn read(
        database: &Database,
        schemas: &[String],
        known: &TablesMap,
    ) -> Result<Self, Error> {
        let unreadable =
            |error: &dyn std::fmt::Display| Error::SchemaCacheLoadFailed(error.to_string());
        let schemas = schemas.iter().cloned().map(SqlParam::Text).collect();
        let mut transaction = database.begin().await.map_err(|error| unreadable(&error))?;
        let rows = transaction
            .fetch_values(RELATIONS, &[SqlParam::Array(schemas)])
            .await
            .map_err(|error| unreadable(&error))?;
        transaction
            .commit()
            .await
            .map_err(|error| unreadable(&error))?;
        let relations = rows.into_iter().filter_map(|row| {
            let mut texts = row.iter().map(Value::as_str);
            let (schema, name, kind) = (texts.next()??, texts.next()??, texts.next()??);
            Some((QualifiedIdentifier::new(schema, name), kind.to_owned()))
        });
        Ok(Self(
            relations
                .filter(|(relation, _)| !known.contains_key(relation))
                .collect(),
        ))
    }

    /// What PostgreSQL says of a relation, if it is one of these.
    pub(super) fn refusal(&self, schema: &str, name: &str) -> Option<String> {
        let kind = self.0.get(&QualifiedIdentifier::new(schema, name))?;
        Some(format!("permission denied for {kind} {name}"))
    }
}
