//! What there is to reach, as the database itself tells.

use tokio_postgres::Client;

/// A table or view that the API serves.
pub struct Table {
    /// Its name in `public`.
    pub name: String,
    /// All its columns.
    pub columns: Vec<String>,
    /// Those of its primary key.
    pub key: Vec<String>,
    /// Whether its changes are published.
    pub published: bool,
    /// Whether rows of it can be written at all.
    pub writable: bool,
}

/// A foreign key between two such tables.
pub struct Link {
    /// Its name.
    pub name: String,
    /// The table that has it.
    pub from: String,
    /// The table it points to.
    pub to: String,
}

/// A function that the API serves.
pub struct Function {
    /// Its name.
    pub name: String,
    /// Name and arguments.
    pub signature: String,
    /// Whether it may change anything.
    pub writes: bool,
}

/// All of it.
pub struct Catalog {
    /// Tables and views.
    pub tables: Vec<Table>,
    /// Foreign keys.
    pub links: Vec<Link>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Schemas that the API does not serve.
    pub closed: Vec<String>,
}

impl Catalog {
    /// Reads it.
    pub async fn read(db: &Client) -> Self {
        let tables = db
            .query(
                "select c.relname::text,
                   (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                   (select coalesce(array_agg(a.attname::text), '{}') from pg_index i, pg_attribute a
                    where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = any (i.indkey)),
                   exists (select from pg_publication_tables p where p.pubname = 'supabase_realtime'
                     and p.schemaname = 'public' and p.tablename = c.relname),
                   pg_relation_is_updatable(c.oid, true) <> 0
                 from pg_class c
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
                   and not c.relispartition
                 order by 1",
                &[],
            )
            .await
            .unwrap();
        let links = db
            .query(
                "select conname::text, conrelid::regclass::text, confrelid::regclass::text from pg_constraint
                 where contype = 'f' and connamespace = 'public'::regnamespace
                   and confrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
                 order by 1",
                &[],
            )
            .await
            .unwrap();
        let functions = db
            .query(
                "select proname::text, proname || '(' || pg_get_function_identity_arguments(oid) || ')',
                   provolatile = 'v'
                 from pg_proc where pronamespace = 'public'::regnamespace and prokind in ('f', 'p')
                   and prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
                 order by 2",
                &[],
            )
            .await
            .unwrap();
        let closed = db
            .query(
                "select nspname::text from pg_namespace
                 where nspname not like 'pg\\_%' and nspname not in ('public', 'information_schema')
                 order by 1",
                &[],
            )
            .await
            .unwrap();
        Self {
            tables: tables
                .iter()
                .map(|row| Table {
                    name: row.get(0),
                    columns: row.get(1),
                    key: row.get(2),
                    published: row.get(3),
                    writable: row.get(4),
                })
                .collect(),
            links: links
                .iter()
                .map(|row| Link {
                    name: row.get(0),
                    from: row.get(1),
                    to: row.get(2),
                })
                .collect(),
            functions: functions
                .iter()
                .map(|row| Function {
                    name: row.get(0),
                    signature: row.get(1),
                    writes: row.get(2),
                })
                .collect(),
            closed: closed.iter().map(|row| row.get(0)).collect(),
        }
    }
}
