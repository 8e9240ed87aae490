//! Keeping an account out for a while.

use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::auth::Error;

/// Bans an account for a while, `24h` for example, or with `none` no longer.
pub(super) async fn set(
    client: &impl GenericClient,
    id: Uuid,
    duration: &str,
) -> Result<(), Error> {
    let units = [("h", 3600.0), ("m", 60.0), ("s", 1.0)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        let many: f64 = duration.strip_suffix(unit)?.parse().ok()?;
        Some(many * seconds).filter(|seconds| (0.0..1e11).contains(seconds))
    });
    if seconds.is_none() && duration != "none" {
        let message =
            format!("invalid format for ban duration: {duration:?}; 24h, 30m, 10s or none");
        return Err(Error::new(400, "validation_failed", message));
    }
    client
        .execute(
            "update auth.users set banned_until = now() + make_interval(secs => $2::float8) where id = $1",
            &[&id, &seconds],
        )
        .await
        .map_err(|error| Error::database("updating user", error.into()))?;
    Ok(())
}
