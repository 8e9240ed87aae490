//! Who may see a change: filters, grants, and row level security asked of the database itself.
//!
//! All questions of a batch travel in one round trip. A question that fails, for example because a policy
//! raises an error, counts as no, for that person and that row alone. What takes too long holds up the others once:
//! a filter ends its channel's subscription, a policy lets those concerned be told that they have missed something.

mod ask;
mod audience;
mod conditions;
mod look;
mod payload;
mod plan;
mod session;
mod sight;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

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

/// What follows from changes.
#[derive(Debug, Default)]
pub struct Judged {
    /// Who gets what, in order.
    pub deliveries: Vec<Delivery>,
    /// Channels with a filter that took too long, and the binding it belongs to.
    pub slow: BTreeMap<ChannelId, String>,
    /// Channels for which it took too long to ask row level security.
    pub missed: Vec<ChannelId>,
}

/// Judges changes over a database session of its own.
pub struct Judge {
    session: Session,
    catalog: Catalog,
}

impl Judge {
    /// Connects as `database` says, which must be a superuser, since it takes on every role; row level security of
    /// a crowd may take as long as `patience`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn connect(
        database: &tokio_postgres::Config,
        patience: Duration,
    ) -> Result<Self, Lost> {
        let session = Session::connect(database, patience).await?;
        let catalog = Catalog::open(session.client()).await?;
        Ok(Self { session, catalog })
    }

    /// Decides which listeners get which rows of the batches, in the order of the rows.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn judge(&mut self, batches: &[Batch], audience: &Audience) -> Result<Judged, Lost> {
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
            return Ok(Judged::default());
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
