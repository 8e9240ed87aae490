//! Asking many questions in one round trip, so that a failure of one concerns no other.

use tokio_postgres::{Client, Error, types::Type};

/// Questions of which each is a statement of its own; indices count from 1.
#[derive(Default)]
pub struct Questions<'q> {
    /// Roles of the viewers.
    pub roles: Vec<&'q str>,
    /// Claims of the viewers.
    pub claims: Vec<&'q str>,
    /// Each a SELECT of one boolean.
    pub queries: Vec<&'q str>,
    /// Who asks; 0 is the session itself.
    pub viewers: Vec<i32>,
    /// What is asked.
    pub asked: Vec<i32>,
}

/// The answers: `true`, `false`, or why a question failed.
///
/// # Errors
/// When all of them took too long together, or the session is lost.
pub async fn ask(client: &Client, questions: &Questions<'_>) -> Result<Vec<String>, Error> {
    let rows = client
        .query_typed(
            "select pg_temp.realtime_ask($1, $2, $3, $4, $5)",
            &[
                (&questions.roles, Type::TEXT_ARRAY),
                (&questions.claims, Type::TEXT_ARRAY),
                (&questions.queries, Type::TEXT_ARRAY),
                (&questions.viewers, Type::INT4_ARRAY),
                (&questions.asked, Type::INT4_ARRAY),
            ],
        )
        .await?;
    let answers: Option<Vec<String>> = rows.first().map(|row| row.get(0));
    Ok(answers.unwrap_or_default())
}
