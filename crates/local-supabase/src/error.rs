//! Failures that no service owns: not getting started, and not reaching or pleasing the database.

use std::fmt;

use tokio_postgres::error::SqlState;

/// One clear sentence for the person who started the server.
#[derive(Debug)]
pub struct Startup(pub String);

impl fmt::Display for Startup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Startup {}

impl From<DbError> for Startup {
    fn from(error: DbError) -> Self {
        Self(format!("PostgreSQL answered: {error}."))
    }
}

/// What PostgreSQL, or the way to it, had against a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DbError {
    /// SQLSTATE; `08006` when the server was not reached at all, `PGRST003` when no connection got free.
    pub code: String,
    /// The primary message.
    pub message: String,
    /// The secondary message.
    pub detail: Option<String>,
    /// What the server advises.
    pub hint: Option<String>,
    /// The constraint that was violated.
    pub constraint: Option<String>,
}

impl DbError {
    fn unreachable(message: String) -> Self {
        Self {
            code: "08006".to_owned(),
            message,
            detail: None,
            hint: None,
            constraint: None,
        }
    }

    /// Whether it says nothing of the statement, which may do when it is tried again: the connection, a lack of
    /// resources, a lock or another transaction was in its way.
    pub fn is_passing(&self) -> bool {
        let classes = ["08", "40", "53", "55", "57", "58"];
        self.code == "PGRST003" || classes.iter().any(|class| self.code.starts_with(class))
    }

    /// Whether the SQLSTATE is the given one.
    pub fn is(&self, state: &SqlState) -> bool {
        self.code == state.code()
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for DbError {}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return Self::unreachable(error.to_string());
        };
        Self {
            code: db.code().code().to_owned(),
            message: db.message().to_owned(),
            detail: db.detail().map(str::to_owned),
            hint: db.hint().map(str::to_owned),
            constraint: db.constraint().map(str::to_owned),
        }
    }
}

impl From<deadpool_postgres::PoolError> for DbError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        use deadpool_postgres::PoolError;
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => Self {
                code: "PGRST003".to_owned(),
                message: "Timed out acquiring connection from connection pool.".to_owned(),
                detail: None,
                hint: None,
                constraint: None,
            },
            other @ (PoolError::Closed
            | PoolError::NoRuntimeSpecified
            | PoolError::PostCreateHook(_)) => Self::unreachable(other.to_string()),
        }
    }
}
