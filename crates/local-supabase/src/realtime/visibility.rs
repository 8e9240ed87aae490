//! Who may see a change: filters, grants, and row level security asked of the database itself.
//!
//! All questions of a batch travel in one round trip. A question that fails, for example because a policy
//! raises an error, counts as no, for that person and that row alone.

mod payload;
mod plan;

use std::{collections::HashSet, sync::Arc};

use tokio_postgres::{Client, NoTls, types::Type};

use self::{payload::Payloads, plan::Plan};
use super::{binding::Binding, catalog::Catalog, change::Batch, hub::ChannelId, wal::Lost};

/// On whose behalf a channel looks at rows. Channels of the same person share the answers.
#[derive(Debug, PartialEq, Eq, Hash, Clone, PartialOrd, Ord)]
pub struct Viewer {
    /// Database role.
    pub role: String,
    /// Claims as JSON text.
    pub claims: String,
}

/// A channel with living bindings.
#[derive(Debug, Clone)]
pub struct Listener {
    /// The channel.
    pub channel: ChannelId,
    /// Its person.
    pub viewer: Arc<Viewer>,
    /// What it wants to hear.
    pub bindings: Arc<[Binding]>,
}

/// A change on its way to a channel.
#[derive(Debug)]
pub struct Delivery {
    /// The channel.
    pub channel: ChannelId,
    /// The bindings that it matched.
    pub ids: Vec<u32>,
    /// JSON of the change.
    pub data: Arc<str>,
}

/// The gap between log and snapshots is far shorter than so many transactions.
const RECENT: usize = 32;
/// Different failures that are reported.
const FAILURES: usize = 100;

/// Judges changes over a database session of its own.
pub struct Judge {
    client: Client,
    catalog: Catalog,
    /// Transactions that the log told of and that new snapshots may not show yet.
    recent: Vec<u32>,
    /// Failures that have been reported; each is, once.
    failures: HashSet<String>,
}

impl Judge {
    /// Connects as `database` says, which must be a superuser, since it takes on every role.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn connect(database: &tokio_postgres::Config) -> Result<Self, Lost> {
        let (client, connection) = database.connect(NoTls).await?;
        // Its end shows in the next query.
        tokio::spawn(connection);
        client
            .batch_execute(include_str!("visibility/session.sql"))
            .await?;
        let catalog = Catalog::open(&client).await?;
        Ok(Self {
            client,
            catalog,
            recent: Vec::new(),
            failures: HashSet::new(),
        })
    }

    /// Decides which listeners get which rows of the batch, in the order of the rows.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn judge(
        &mut self,
        batch: &Batch,
        listeners: &[Listener],
    ) -> Result<Vec<Delivery>, Lost> {
        self.recent.push(batch.xid);
        if self.recent.len() > RECENT {
            self.recent.remove(0);
        }
        let mut plan = Plan::default();
        for row in &batch.rows {
            let heard = |binding: &Binding| {
                binding.wants(row.kind) && binding.covers(&row.relation.schema, &row.relation.table)
            };
            let hearers: Vec<_> = listeners
                .iter()
                .filter(|listener| listener.bindings.iter().any(heard))
                .collect();
            if hearers.is_empty() {
                continue;
            }
            // A change of the table may have come with this very transaction: its columns and grants are
            // read only once it shows.
            if !self.catalog.knows(&row.relation) {
                self.settle().await?;
            }
            let Some(table) = self.catalog.table(&self.client, &row.relation).await? else {
                continue;
            };
            for listener in hearers {
                let role = &listener.viewer.role;
                let grant = self
                    .catalog
                    .grant(&self.client, &row.relation, role)
                    .await?;
                let bindings = listener.bindings.iter().filter(|binding| heard(binding));
                plan.consider(row, &table, &grant, listener, bindings);
            }
        }
        if plan.is_empty() {
            return Ok(Vec::new());
        }
        let answers = self.ask(&plan).await?;
        let mut payloads = Payloads::new(batch.committed);
        Ok(plan.conclude(&answers, &mut payloads))
    }

    /// Waits until every transaction judged so far shows in new snapshots, too.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn settle(&mut self) -> Result<(), Lost> {
        if self.recent.is_empty() {
            return Ok(());
        }
        self.ask(&Plan::default()).await.map(drop)
    }

    async fn ask(&mut self, plan: &Plan<'_>) -> Result<Vec<bool>, Lost> {
        let xids: Vec<_> = self.recent.iter().copied().map(i64::from).collect();
        let questions = plan.questions();
        let row = self
            .client
            .query_typed(
                "select pg_temp.realtime_judge($1, $2, $3, $4, $5, $6)",
                &[
                    (&xids, Type::INT8_ARRAY),
                    (&questions.roles, Type::TEXT_ARRAY),
                    (&questions.claims, Type::TEXT_ARRAY),
                    (&questions.queries, Type::TEXT_ARRAY),
                    (&questions.viewers, Type::INT4_ARRAY),
                    (&questions.asked, Type::INT4_ARRAY),
                ],
            )
            .await?;
        self.recent.clear();
        let answers: Option<Vec<String>> = row.first().map(|row| row.get(0));
        let answers = answers.unwrap_or_default();
        for answer in answers
            .iter()
            .filter(|answer| !matches!(answer.as_str(), "true" | "false"))
        {
            if self.failures.len() < FAILURES && self.failures.insert(answer.clone()) {
                eprintln!(
                    "realtime: a policy or filter failed, so changes do not reach its subscriber: {answer}"
                );
            }
        }
        Ok(answers.iter().map(|answer| answer == "true").collect())
    }
}
