//! An account: its row in `auth.users` and how clients see it.

use serde_json::{Map, Value, json};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::error::DbError;

use super::Error;

mod shown;

pub(super) use shown::{SHOWN, not_found, shown, timestamp};

/// What is asked of a row before anybody may sign in with it.
pub(super) struct Account {
    pub(super) id: Uuid,
    pub(super) email: String,
    pub(super) hash: String,
    pub(super) confirmed: bool,
    pub(super) banned: bool,
    pub(super) role: String,
    pub(super) app_metadata: Value,
    pub(super) user_metadata: Value,
    pub(super) is_anonymous: bool,
}

const ACCOUNT: &str = "select id, coalesce(email, ''), coalesce(encrypted_password, ''),
    confirmed_at is not null, coalesce(banned_until > now(), false),
    coalesce(nullif(role, ''), 'authenticated'),
    coalesce(raw_app_meta_data, '{}'), coalesce(raw_user_meta_data, '{}'), is_anonymous
  from auth.users where deleted_at is null and ";

impl Account {
    pub(super) async fn by_email(
        client: &impl GenericClient,
        email: &str,
    ) -> Result<Option<Self>, DbError> {
        let sql = format!("{ACCOUNT} lower(email) = $1 and not is_sso_user");
        let row = client.query_opt(&sql, &[&email.to_lowercase()]).await?;
        Ok(row.as_ref().map(Self::from_row))
    }

    pub(super) async fn by_id(
        client: &impl GenericClient,
        id: Uuid,
    ) -> Result<Option<Self>, DbError> {
        let row = client
            .query_opt(&format!("{ACCOUNT} id = $1"), &[&id])
            .await?;
        Ok(row.as_ref().map(Self::from_row))
    }

    fn from_row(row: &tokio_postgres::Row) -> Self {
        Self {
            id: row.get(0),
            email: row.get(1),
            hash: row.get(2),
            confirmed: row.get(3),
            banned: row.get(4),
            role: row.get(5),
            app_metadata: row.get(6),
            user_metadata: row.get(7),
            is_anonymous: row.get(8),
        }
    }
}

/// A new account.
pub(super) struct Draft {
    pub(super) id: Uuid,
    /// Without one the account is anonymous.
    pub(super) email: Option<String>,
    pub(super) hash: Option<String>,
    pub(super) confirmed: bool,
    pub(super) role: String,
    pub(super) user_metadata: Map<String, Value>,
    pub(super) app_metadata: Map<String, Value>,
}

impl Draft {
    /// Somebody without an address.
    pub(super) fn anonymous(user_metadata: Map<String, Value>) -> Self {
        Self {
            id: Uuid::new_v4(),
            email: None,
            hash: None,
            confirmed: false,
            role: "authenticated".to_owned(),
            user_metadata,
            app_metadata: Map::new(),
        }
    }

    /// Writes the account and its identity; triggers on `auth.users` may refuse it.
    pub(super) async fn insert(mut self, client: &impl GenericClient) -> Result<Uuid, Error> {
        let Some(email) = self.email.take() else {
            return self.write(client, None).await;
        };
        self.app_metadata
            .entry("provider")
            .or_insert_with(|| "email".into());
        self.app_metadata
            .entry("providers")
            .or_insert_with(|| json!(["email"]));
        let identity = json!({
            "sub": self.id, "email": email, "email_verified": self.confirmed, "phone_verified": false,
        });
        for (name, value) in identity.as_object().into_iter().flatten() {
            self.user_metadata
                .entry(name)
                .or_insert_with(|| value.clone());
        }
        let id = self.write(client, Some(email)).await?;
        identify(client, id, &identity).await?;
        Ok(id)
    }

    async fn write(
        self,
        client: &impl GenericClient,
        email: Option<String>,
    ) -> Result<Uuid, Error> {
        client
            .execute(
                "insert into auth.users (instance_id, id, aud, role, email, encrypted_password,
                   email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
                   confirmation_token, recovery_token, email_change, email_change_token_new, is_anonymous)
                 values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', $2, $3, $4,
                   case when $5 then now() end, $6, $7, now(), now(), '', '', '', '', $8)",
                &[
                    &self.id, &self.role, &email, &self.hash, &self.confirmed,
                    &Value::Object(self.app_metadata), &Value::Object(self.user_metadata),
                    &email.is_none(),
                ],
            )
            .await
            .map_err(|error| taken_or("saving new user", error.into()))?;
        Ok(self.id)
    }
}

/// Writes that an account is known by an address, if it is not yet.
pub(super) async fn identify(
    client: &impl GenericClient,
    id: Uuid,
    identity: &Value,
) -> Result<(), Error> {
    client
        .execute(
            "insert into auth.identities (provider_id, user_id, identity_data, provider,
               last_sign_in_at, created_at, updated_at)
             values ($1::text, $2, $3, 'email', now(), now(), now())
             on conflict (provider_id, provider) do nothing",
            &[&id.to_string(), &id, identity],
        )
        .await
        .map_err(|error| Error::database("saving new user", error.into()))?;
    Ok(())
}

/// Two people may take the same address at the same moment; the later one hears what the check would have said.
pub(super) fn taken_or(doing: &str, cause: DbError) -> Error {
    if cause.constraint.as_deref() == Some("users_email_partial_key") {
        return already_registered();
    }
    Error::database(doing, cause)
}

pub(super) fn already_registered() -> Error {
    Error::new(422, "user_already_exists", "User already registered")
}

/// A lower-case address, or the refusal of something that is none.
pub(super) fn email(text: &str) -> Result<String, Error> {
    let email = text.trim().to_lowercase();
    let plausible = email.len() <= 255
        && !email.contains(char::is_whitespace)
        && email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
        });
    if plausible {
        return Ok(email);
    }
    Err(Error::new(
        400,
        "validation_failed",
        "Unable to validate email address: invalid format",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lowered_and_nonsense_is_refused() {
        assert_eq!(
            email(" Mara@Tavern.Test "),
            Ok("mara@tavern.test".to_owned())
        );
        for nonsense in [
            "",
            "mara",
            "@tavern.test",
            "mara@",
            "a b@c.test",
            "a@b@c",
            "a@.b",
        ] {
            assert!(email(nonsense).is_err(), "{nonsense}");
        }
    }
}
