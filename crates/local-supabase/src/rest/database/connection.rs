//! One connection: what is said on it at once, and what comes of it.

use postgres_protocol::message::{backend::Message, frontend};
use postrust_core::db::DbError;
use tokio_postgres::{Config, types::private::BytesMut};

use super::{
    flight::{Flight, Landed},
    line::Line,
    statements::{Statements, Step},
};

/// What is kept of the room for a flight.
const ROOM: usize = 64 * 1024;

pub(super) struct Connection {
    line: Line,
    statements: Statements,
    said: BytesMut,
    /// Whether a transaction is open on it, or may be.
    open: bool,
    /// Whether it is of no more use.
    lost: bool,
}

impl Connection {
    pub(super) async fn open(config: &Config) -> Result<Self, DbError> {
        Ok(Self {
            line: Line::open(config).await.map_err(DbError::connection)?,
            statements: Statements::default(),
            said: BytesMut::new(),
            open: false,
            lost: false,
        })
    }

    /// Whether the next request may have it: no transaction is open on it, and it is neither closed nor has it
    /// prepared too much.
    pub(super) fn is_fit(&self) -> bool {
        !self.open && !self.lost && !self.statements.is_full()
    }

    /// Whether a transaction is open on it, or may be.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it was closed while nobody used it.
    pub(super) fn has_closed(&mut self) -> bool {
        loop {
            match self.line.overhear() {
                Ok(None) => return false,
                // PostgreSQL says farewell before it closes a connection that nobody uses.
                Ok(Some(Message::ErrorResponse(_))) | Err(_) => return true,
                Ok(Some(_)) => {}
            }
        }
    }

    /// Ends what it was asked for, which nobody waits for any more.
    pub(super) async fn give_up(self, config: &Config) {
        self.line.give_up(config).await;
    }

    /// Says all of it at once and reads all answers. Without a `begin` among the steps all of it is one transaction,
    /// committed at the end unless something fails.
    pub(super) async fn say(&mut self, steps: &[Step<'_>]) -> Landed {
        self.said.clear();
        let written: Result<Vec<_>, DbError> = steps
            .iter()
            .map(|step| self.statements.write(step, &mut self.said))
            .collect();
        let mut flight = match written {
            Ok(asked) => Flight::new(asked),
            // Nothing of it was said.
            Err(failure) => return Landed::unsaid(failure, steps.len()),
        };
        frontend::sync(&mut self.said);
        self.open = true;
        if let Err(failure) = self.exchange(&mut flight).await {
            self.lost = true;
            flight.fail(failure);
        }
        if self.said.capacity() > ROOM {
            self.said = BytesMut::new();
        }
        let (taken, landed) = flight.land();
        for (step, (asked, columns)) in steps.iter().zip(taken) {
            if let Some(columns) = columns {
                self.statements.remember(step, asked, columns);
            }
        }
        self.lost |= landed.failures().any(is_forgetful);
        self.open = landed.open;
        landed
    }

    async fn exchange(&mut self, flight: &mut Flight) -> Result<(), DbError> {
        let broken = |error: std::io::Error| DbError::connection(error.to_string());
        self.line.send(&self.said).await.map_err(broken)?;
        loop {
            let message = self.line.hear().await.map_err(broken)?;
            if flight.heed(message)? {
                return Ok(());
            }
        }
    }
}

/// Whether PostgreSQL knows a statement no more, or not as it was: a function may discard it, a migration change it.
fn is_forgetful(failure: &DbError) -> bool {
    let code = failure.as_database().map(|error| error.code.as_str());
    matches!(code, Some("26000" | "0A000"))
}
