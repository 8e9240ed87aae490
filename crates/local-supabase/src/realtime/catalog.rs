//! What the database's catalogue knows of types, tables and grants; read when needed, kept until a table
//! changes.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tokio_postgres::Client;

use super::{change::Relation, value::Shape};

/// A data type.
#[derive(Debug)]
pub struct Type {
    /// `pg_type.typname`.
    pub name: String,
    /// The type as SQL text can cast to it.
    pub cast: String,
    /// How its values look in JSON.
    pub shape: Shape,
}

/// What a [`Relation`] does not say of its table.
#[derive(Debug)]
pub struct Table {
    /// Types of the relation's columns, in the same order.
    pub types: Vec<Arc<Type>>,
    /// Indices of the primary key's columns; empty when there is none.
    pub key: Vec<usize>,
    /// Whether row level security is on.
    pub secured: bool,
}

/// Indices of the columns that a role may SELECT.
pub type Grant = HashSet<usize>;

/// The catalogue as far as it was needed.
pub struct Catalog {
    types: HashMap<u32, Arc<Type>>,
    tables: HashMap<u32, Known>,
}

struct Known {
    relation: Arc<Relation>,
    /// Absent when the table is gone.
    table: Option<Arc<Table>>,
    grants: HashMap<String, Arc<Grant>>,
}

impl Catalog {
    /// A catalogue that knows the types there are by now.
    pub async fn open(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let types = read_types(client).await?;
        Ok(Self {
            types,
            tables: HashMap::new(),
        })
    }

    /// Whether [`Self::table`] has been asked of this very form of the table.
    pub fn knows(&self, relation: &Arc<Relation>) -> bool {
        let known = self.tables.get(&relation.oid);
        known.is_some_and(|known| Arc::ptr_eq(&known.relation, relation))
    }

    /// The table behind `relation`, or nothing when it was dropped since.
    pub async fn table(
        &mut self,
        client: &Client,
        relation: &Arc<Relation>,
    ) -> Result<Option<Arc<Table>>, tokio_postgres::Error> {
        if let Some(known) = self.tables.get(&relation.oid)
            && self.knows(relation)
        {
            return Ok(known.table.clone());
        }
        let rows = client
            .query(
                "select a.attname::text, c.relrowsecurity, coalesce(a.attnum = any (i.indkey), false)
                 from pg_class c
                 join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 left join pg_index i on i.indrelid = c.oid and i.indisprimary
                 where c.oid = $1",
                &[&relation.oid],
            )
            .await?;
        let mut table = None;
        if let Some(first) = rows.first() {
            let keys: HashSet<String> = rows
                .iter()
                .filter(|row| row.get(2))
                .map(|row| row.get(0))
                .collect();
            let key = relation
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| keys.contains(&column.name));
            let key: Vec<_> = key.map(|(at, _)| at).collect();
            table = Some(Arc::new(Table {
                types: self.types(client, relation).await?,
                // A key that is not published whole is as good as none.
                key: if key.len() == keys.len() {
                    key
                } else {
                    Vec::new()
                },
                secured: first.get(1),
            }));
        }
        let known = Known {
            relation: relation.clone(),
            table: table.clone(),
            grants: HashMap::new(),
        };
        self.tables.insert(relation.oid, known);
        Ok(table)
    }

    /// The columns of `relation` that `role` may SELECT. [`Self::table`] has been asked before.
    pub async fn grant(
        &mut self,
        client: &Client,
        relation: &Relation,
        role: &str,
    ) -> Result<Arc<Grant>, tokio_postgres::Error> {
        let known = self.tables.get_mut(&relation.oid);
        if let Some(grant) = known.as_ref().and_then(|known| known.grants.get(role)) {
            return Ok(grant.clone());
        }
        let rows = client
            .query(
                "select a.attname::text
                 from pg_attribute a join pg_roles r on r.rolname = $2
                 where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
                   and has_column_privilege(r.oid, a.attrelid, a.attnum, 'select')
                   and has_schema_privilege(r.oid, (select relnamespace from pg_class where oid = $1), 'usage')",
                &[&relation.oid, &role],
            )
            .await?;
        let names: HashSet<String> = rows.iter().map(|row| row.get(0)).collect();
        let columns = relation.columns.iter().enumerate();
        let grant: Grant = columns
            .filter(|(_, column)| names.contains(&column.name))
            .map(|(at, _)| at)
            .collect();
        let grant = Arc::new(grant);
        if let Some(known) = known {
            known.grants.insert(role.to_owned(), grant.clone());
        }
        Ok(grant)
    }

    async fn types(
        &mut self,
        client: &Client,
        relation: &Relation,
    ) -> Result<Vec<Arc<Type>>, tokio_postgres::Error> {
        if relation
            .columns
            .iter()
            .any(|column| !self.types.contains_key(&column.kind))
        {
            self.types = read_types(client).await?;
        }
        let unknown = Arc::new(Type {
            name: "text".into(),
            cast: "pg_catalog.text".into(),
            shape: Shape::Text,
        });
        let found = relation
            .columns
            .iter()
            .map(|column| self.types.get(&column.kind).unwrap_or(&unknown).clone());
        Ok(found.collect())
    }
}

async fn read_types(client: &Client) -> Result<HashMap<u32, Arc<Type>>, tokio_postgres::Error> {
    // An array is what is written with braces; point and its kin only look like one to the catalogue.
    let rows = client
        .query(
            "select t.oid, t.typname::text, quote_ident(n.nspname) || '.' || quote_ident(t.typname),
               t.typbasetype, case when t.typcategory = 'A' and t.typlen = -1 then t.typelem else 0 end
             from pg_type t join pg_namespace n on n.oid = t.typnamespace",
            &[],
        )
        .await?;
    let read = rows.iter().map(|row| {
        (
            row.get(0),
            Raw {
                name: row.get(1),
                base: row.get(3),
                item: row.get(4),
            },
        )
    });
    let raw: HashMap<u32, Raw> = read.collect();
    let types = rows.iter().map(|row| {
        let (oid, name, cast) = (row.get(0), row.get(1), row.get(2));
        (
            oid,
            Arc::new(Type {
                name,
                cast,
                shape: shape(&raw, oid),
            }),
        )
    });
    Ok(types.collect())
}

/// A row of `pg_type`; 0 stands for no other type.
struct Raw {
    name: String,
    base: u32,
    item: u32,
}

/// A domain looks like its base type, an array like a list of its items.
fn shape(types: &HashMap<u32, Raw>, oid: u32) -> Shape {
    match types.get(&oid) {
        None => Shape::Text,
        Some(Raw { base, .. }) if *base != 0 => shape(types, *base),
        Some(Raw { item, .. }) if *item != 0 => Shape::List(Box::new(shape(types, *item))),
        Some(Raw { name, .. }) => Shape::of(name),
    }
}
