//! Filters that only PostgreSQL can judge, each with little time.

use std::{
    slice,
    time::{Duration, Instant},
};

use futures_util::future::join3;

use super::{
    ask::{Questions, ask},
    session::Session,
    sight::is_too_slow,
};
use crate::realtime::wal::Lost;

/// How long all filters of a batch may take together, in milliseconds.
const FILTERS: u64 = 1000;
/// How long one may take when they took longer.
const FILTER: u64 = 300;
/// How long these may take one after the other.
const BUDGET: Duration = Duration::from_secs(3);

impl Session {
    /// Whether each condition holds; nothing for one that takes too long. The others are then asked again, one by
    /// one: nobody's filter keeps changes from anybody else.
    pub(super) async fn conditions(
        &mut self,
        conditions: &[String],
    ) -> Result<Vec<Option<bool>>, Lost> {
        if conditions.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(answers) = self.hurried(conditions, FILTERS).await? {
            return Ok(answers.into_iter().map(Some).collect());
        }
        let mut answers = Vec::new();
        let begun = Instant::now();
        for condition in conditions {
            let answer = if begun.elapsed() < BUDGET {
                self.hurried(slice::from_ref(condition), FILTER).await?
            } else {
                None
            };
            if answer.is_none() {
                self.report("a filter took too long");
            }
            answers.push(answer.map(|answer| answer == [true]));
        }
        Ok(answers)
    }

    /// Asks with a short limit of time; nothing if it was too short.
    async fn hurried(
        &mut self,
        conditions: &[String],
        milliseconds: u64,
    ) -> Result<Option<Vec<bool>>, Lost> {
        let mut questions = Questions::default();
        for (number, condition) in (1..).zip(conditions) {
            questions.queries.push(condition);
            questions.viewers.push(0);
            questions.asked.push(number);
        }
        let client = &self.client;
        let hurry = format!("set statement_timeout = {milliseconds}");
        // All three travel together.
        let (hurry, asked, calm) = join3(
            client.batch_execute(&hurry),
            ask(client, &questions),
            client.batch_execute(&self.calm),
        )
        .await;
        hurry?;
        calm?;
        match asked {
            Ok(answers) => Ok(Some(self.read(&answers))),
            Err(error) if is_too_slow(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
