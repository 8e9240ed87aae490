//! An account as clients see it.

use serde_json::Value;
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::auth::Error;

/// The SQL expression of a user as clients see it, over `auth.users u`.
pub(in crate::auth) const SHOWN: &str = r#"
  jsonb_strip_nulls(jsonb_build_object(
    'id', u.id, 'aud', coalesce(u.aud, ''), 'role', coalesce(u.role, ''),
    'email', coalesce(u.email, ''), 'phone', coalesce(u.phone, ''),
    'email_confirmed_at', to_char(u.email_confirmed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'confirmed_at', to_char(u.confirmed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'last_sign_in_at', to_char(u.last_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'banned_until', to_char(u.banned_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'created_at', to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'updated_at', to_char(u.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'is_anonymous', u.is_anonymous
  )) || jsonb_build_object(
    'app_metadata', coalesce(u.raw_app_meta_data, '{}'),
    'user_metadata', coalesce(u.raw_user_meta_data, '{}'),
    'identities', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'identity_data', i.identity_data,
        'provider', i.provider, 'email', i.email,
        'last_sign_in_at', to_char(i.last_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'created_at', to_char(i.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'updated_at', to_char(i.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      ) order by i.created_at), '[]')
      from auth.identities i where i.user_id = u.id
    )
  )"#;

/// The user as clients see it.
pub(in crate::auth) async fn shown(client: &impl GenericClient, id: Uuid) -> Result<Value, Error> {
    let row = client
        .query_opt(
            &format!("select {SHOWN} from auth.users u where u.id = $1"),
            &[&id],
        )
        .await?;
    row.map(|row| row.get(0)).ok_or_else(not_found)
}

/// A time in seconds since 1970, as clients see times.
pub(in crate::auth) fn timestamp(seconds: u64) -> String {
    wire::Timestamp::from_millis(i64::try_from(seconds).unwrap_or_default() * 1000).to_string()
}

pub(in crate::auth) fn not_found() -> Error {
    Error::new(404, "user_not_found", "User not found")
}
