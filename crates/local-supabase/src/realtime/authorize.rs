//! What a member may do on a private topic, by the policies on `realtime.messages`.

use deadpool_postgres::Pool;

use super::{
    hub::{Rights, Topic},
    token::Identity,
};

/// The rights on a topic; public topics grant everything.
///
/// # Errors
/// The reason with which the join is refused.
pub async fn rights(
    _admin: &Pool,
    topic: &Topic,
    _identity: &Identity,
    _presence: bool,
) -> Result<Rights, String> {
    if !topic.private {
        return Ok(Rights::ALL);
    }
    let name = topic.name.strip_prefix("realtime:").unwrap_or(&topic.name);
    Err(format!(
        "Unauthorized: You do not have permissions to read from this Channel topic: {name}"
    ))
}
