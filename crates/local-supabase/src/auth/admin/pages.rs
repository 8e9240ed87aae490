//! Which part of a list is asked for.

use serde::Deserialize;

use crate::auth::Error;

/// The query of the list.
#[derive(Deserialize)]
pub(in crate::auth) struct Pages {
    pub(super) page: Option<String>,
    pub(super) per_page: Option<String>,
}

impl Pages {
    /// A number of the query; supabase-js leaves those empty that nobody gave.
    pub(super) fn number(text: Option<&str>, otherwise: i64) -> Result<i64, Error> {
        match text {
            None | Some("") => Ok(otherwise),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| *number > 0)
                .ok_or_else(|| {
                    let message =
                        format!("Bad Pagination Parameters: {text:?} is not a positive number");
                    Error::new(400, "validation_failed", message)
                }),
        }
    }
}
