//! Who may see a change: filters, grants, and row level security asked of the database itself.
//!
//! All questions of a batch travel in one round trip. A question that fails, for example because a policy
//! raises an error, counts as no, for that person and that row alone.

mod ask;
mod audience;
mod look;
mod payload;
mod plan;
mod session;
mod sight;

use std::sync::Arc;

pub use self::audience::{Audience, Viewer};
use self::{
    plan::{Plan, Subject},
    session::Session,
};
use super::{
    binding::Binding,
    catalog::Catalog,
    change::{Batch, Row},
    hub::ChannelId,
    wal::Lost,
};

/// A change on its way to the channels that get it.
#[derive(Debug)]
pub struct Delivery {
    /// The channels.
    pub channels: Arc<[ChannelId]>,
    /// Their bindings that it matched.
    pub ids: Vec<u32>,
    /// JSON of the change.
    pub data: Arc<str>,
}

/// Judges changes over a database session of its own.
pub struct Judge {
    session: Session,
    catalog: Catalog,
}

impl Judge {
    /// Connects as `database` says, which must be a superuser, since it takes on every role.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn connect(database: &tokio_postgres::Config) -> Result<Self, Lost> {
        let session = Session::connect(database).await?;
        let catalog = Catalog::open(session.client()).await?;
        Ok(Self { session, catalog })
    }

    /// Decides which listeners get which rows of the batches, in the order of the rows.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn judge(
        &mut self,
        batches: &[Batch],
        audience: &Audience,
    ) -> Result<Vec<Delivery>, Lost> {
        for batch in batches {
            self.session.expect(batch.xid);
        }
        let mut plan = Plan::new(audience);
        for batch in batches {
            for row in &batch.rows {
                self.consider(row, batch.committed, audience, &mut plan)
                    .await?;
            }
        }
        if plan.is_empty() {
            self.session.idle().await?;
            return Ok(Vec::new());
        }
        let answers = self.session.answer(&plan, audience).await?;
        Ok(plan.conclude(&answers))
    }

    async fn consider<'a>(
        &mut self,
        row: &'a Row,
        committed: i64,
        audience: &'a Audience,
        plan: &mut Plan<'a>,
    ) -> Result<(), Lost> {
        let heard = |binding: &&Binding| {
            binding.wants(row.kind) && binding.covers(&row.relation.schema, &row.relation.table)
        };
        for group in &audience.groups {
            if !group.bindings.iter().any(|binding| heard(&binding)) {
                continue;
            }
            // A change of the table may have come with this very transaction: its columns and grants are
            // read only once it shows.
            if !self.catalog.knows(&row.relation) {
                self.settle().await?;
            }
            let client = self.session.client();
            let Some(table) = self.catalog.table(client, &row.relation).await? else {
                return Ok(());
            };
            let grant = self
                .catalog
                .grant(client, &row.relation, &group.role)
                .await?;
            let subject = Subject {
                row,
                committed,
                table,
                grant,
            };
            plan.consider(subject, group, group.bindings.iter().filter(heard));
        }
        Ok(())
    }

    /// Waits until every transaction judged so far shows in new snapshots, too.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn settle(&mut self) -> Result<(), Lost> {
        self.session.settle().await
    }
}
