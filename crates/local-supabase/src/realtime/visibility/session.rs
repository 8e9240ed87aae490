//! The database session that answers a plan's questions.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use tokio_postgres::{Client, Error, NoTls, Statement};

use super::{
    ask::{Questions, ask},
    audience::Audience,
    look::Look,
    plan::{Answers, Plan, Seen},
    sight::{Looked, Sights, is_too_slow},
};
use crate::realtime::wal::Lost;

/// So many transactions pile up while nobody listens, until they are waited for.
const RECENT: usize = 32;
/// Different failures that are reported.
const FAILURES: usize = 100;
/// Plans are made anew so often, because tables grow.
const PLANS: Duration = Duration::from_secs(1);

/// A session of the superuser.
pub struct Session {
    pub(super) client: Client,
    /// Sets the usual limit of time.
    pub(super) calm: String,
    wait: Statement,
    sights: Sights,
    /// When plans were made anew.
    planned: Instant,
    /// Transactions that the log told of and that new snapshots may not show yet.
    recent: Vec<u32>,
    /// Failures that have been reported; each is, once.
    failures: HashSet<String>,
}

impl Session {
    /// Connects as `database` says; a statement may take as long as `patience`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn connect(
        database: &tokio_postgres::Config,
        patience: Duration,
    ) -> Result<Self, Lost> {
        let (client, connection) = database.connect(NoTls).await?;
        // Its end shows in the next query.
        tokio::spawn(connection);
        client.batch_execute(include_str!("session.sql")).await?;
        let calm = format!("set statement_timeout = {}", patience.as_millis());
        client.batch_execute(&calm).await?;
        let wait = client.prepare("select pg_temp.realtime_wait($1)").await?;
        Ok(Self {
            client,
            calm,
            wait,
            sights: Sights::default(),
            planned: Instant::now(),
            recent: Vec::new(),
            failures: HashSet::new(),
        })
    }

    /// The session itself.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The log has told of a transaction.
    pub fn expect(&mut self, xid: u32) {
        // A long transaction comes in parts.
        if self.recent.last() != Some(&xid) {
            self.recent.push(xid);
        }
    }

    /// Keeps the list of transactions short when nothing else does.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn idle(&mut self) -> Result<(), Lost> {
        if self.recent.len() < RECENT {
            return Ok(());
        }
        self.settle().await
    }

    /// Waits until every transaction that the log has told of shows in new snapshots, too.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn settle(&mut self) -> Result<(), Lost> {
        while !self.recent.is_empty() {
            if wait(&self.client, &self.wait, &self.recent).await? {
                self.recent.clear();
            }
        }
        Ok(())
    }

    /// Asks everything in one round trip, once the transactions show.
    ///
    /// # Errors
    /// When the session is lost.
    pub async fn answer(&mut self, plan: &Plan<'_>, audience: &Audience) -> Result<Answers, Lost> {
        if self.planned.elapsed() > PLANS {
            self.client.batch_execute("discard plans").await?;
            self.planned = Instant::now();
        }
        let mut sights = Vec::new();
        for look in plan.looks() {
            sights.push(self.sights.get(&self.client, look).await?);
        }
        let looked = loop {
            let looks = sights.iter().zip(plan.looks());
            let looks = looks.map(|(sight, look)| sight.look(&self.client, audience, look));
            // What is polled first is sent first.
            let (waited, looked) = join(
                wait(&self.client, &self.wait, &self.recent),
                join_all(looks),
            )
            .await;
            // What was looked at too early does not count.
            if waited? {
                break looked;
            }
        };
        self.recent.clear();
        let mut answers = Answers {
            conditions: self.conditions(plan.conditions()).await?,
            seen: Vec::new(),
            missed: Vec::new(),
        };
        for (seen, look) in looked.into_iter().zip(plan.looks()) {
            let looked = match seen {
                Ok(Some(looked)) => looked,
                Err(error) if is_lost(&error) => return Err(error.into()),
                // Somebody's policy fails for some row: whose and which, single questions tell.
                Ok(None) | Err(_) => self.singly(look, audience).await?,
            };
            if !looked.missed.is_empty() {
                self.report("a policy took too long");
            }
            answers.seen.push(looked.seen);
            answers.missed.extend(looked.missed);
        }
        Ok(answers)
    }

    /// Asks about each key for each person, so that a failure concerns nothing else.
    async fn singly(&mut self, look: &Look<'_>, audience: &Audience) -> Result<Looked, Lost> {
        let queries: Vec<_> = (0..look.width()).map(|key| look.question(key)).collect();
        let mut questions = Questions {
            queries: queries.iter().map(String::as_str).collect(),
            ..Questions::default()
        };
        for (viewer, person) in (1..).zip(&look.people) {
            let viewing = &audience.people[*person].viewer;
            questions.roles.push(&viewing.role);
            questions.claims.push(&viewing.claims);
            for (number, _) in (1..).zip(&queries) {
                questions.viewers.push(viewer);
                questions.asked.push(number);
            }
        }
        match ask(&self.client, &questions).await {
            Ok(answers) => Ok(Looked::all(Seen::Each(self.read(&answers)))),
            Err(error) if is_too_slow(&error) => Ok(Looked::missed(look, &look.people)),
            Err(error) => Err(error.into()),
        }
    }

    /// What the answers say; failures are reported.
    pub(super) fn read(&mut self, answers: &[String]) -> Vec<bool> {
        for answer in answers {
            if !matches!(answer.as_str(), "true" | "false") {
                self.report(answer);
            }
        }
        answers.iter().map(|answer| answer == "true").collect()
    }

    pub(super) fn report(&mut self, failure: &str) {
        if self.failures.len() < FAILURES && self.failures.insert(failure.to_owned()) {
            eprintln!(
                "realtime: a policy or filter failed, so changes do not reach its subscriber: {failure}"
            );
        }
    }
}

/// Whether all of them show by now.
async fn wait(client: &Client, statement: &Statement, recent: &[u32]) -> Result<bool, Error> {
    let xids: Vec<_> = recent.iter().copied().map(i64::from).collect();
    client.query_one(statement, &[&xids]).await?.try_get(0)
}

/// Whether an error is the session's and not a question's: class 08 or 57, or none of the database.
fn is_lost(error: &Error) -> bool {
    error.code().is_none_or(|code| {
        let code = code.code();
        code.starts_with("08") || code.starts_with("57")
    })
}
