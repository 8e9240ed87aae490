//! Refresh tokens: each use makes the next one, and a used one is worth little (`supabase-protocol` 4.4).

use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::AppState;

use super::{
    Error, begin,
    session::{self, SignedIn},
};

const LENGTH: usize = 12;
const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Continues a session.
pub(super) async fn refresh(state: &AppState, token: &str) -> Result<SignedIn, Error> {
    if token.len() < LENGTH {
        return Err(Error::new(
            400,
            "validation_failed",
            "Refresh token is not valid",
        ));
    }
    let mut client = state.admin.get().await?;
    let transaction = begin(&mut client).await?;
    // The lock on the session makes parallel refreshes of one client take turns.
    let row = transaction
        .query_opt(
            "select s.id, s.user_id, extract(epoch from s.created_at)::bigint, t.revoked,
                coalesce(t.updated_at > now() - make_interval(secs => $2), false),
                coalesce(s.not_after <= now(), false), coalesce(u.banned_until > now(), false)
              from auth.refresh_tokens t
              join auth.sessions s on s.id = t.session_id
              join auth.users u on u.id = s.user_id
              where t.token = $1 for update of s",
            &[
                &token,
                &(state.settings.auth.refresh_token_reuse_interval as f64),
            ],
        )
        .await?;
    let Some(row) = row else {
        return Err(Error::new(
            400,
            "refresh_token_not_found",
            "Invalid Refresh Token: Refresh Token Not Found",
        ));
    };
    let (session, user, signed_in_at): (Uuid, Uuid, i64) = (row.get(0), row.get(1), row.get(2));
    let recently: bool = row.get(4);
    if row.get(6) {
        return Err(Error::new(
            400,
            "user_banned",
            "Invalid Refresh Token: User Banned",
        ));
    }
    if row.get(5) {
        return Err(Error::new(
            400,
            "session_expired",
            "Invalid Refresh Token: Session Expired",
        ));
    }
    // The session was locked by the statement above, whose view of the token may be older than the lock.
    let revoked: bool = transaction
        .query_one(
            "select coalesce(revoked, false) from auth.refresh_tokens where token = $1",
            &[&token],
        )
        .await?
        .get(0);
    let successor = if revoked {
        successor(&*transaction, session, token).await?
    } else {
        None
    };
    let next = match successor {
        Some(active) => active,
        None if revoked && !recently => {
            // Somebody else holds a copy: nobody keeps the session.
            transaction
                .execute("update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = $1", &[&session])
                .await?;
            transaction.commit().await?;
            return Err(Error::new(
                400,
                "refresh_token_already_used",
                "Invalid Refresh Token: Already Used",
            ));
        }
        None => {
            transaction
                .execute("update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1", &[&token])
                .await?;
            insert(&*transaction, user, session, Some(token)).await?
        }
    };
    transaction
        .execute("update auth.sessions set refreshed_at = now() at time zone 'UTC', updated_at = now() where id = $1", &[&session])
        .await?;
    let signed_in_at = u64::try_from(signed_in_at).unwrap_or_default();
    let signed_in =
        session::grant(state, &*transaction, user, session, signed_in_at, &next).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

/// The active token of the session, if it was made from `token`: its owner may never have received it.
async fn successor(
    client: &impl GenericClient,
    session: Uuid,
    token: &str,
) -> Result<Option<String>, Error> {
    let row = client
        .query_opt(
            "select token, parent from auth.refresh_tokens
              where session_id = $1 and not coalesce(revoked, false) order by id desc limit 1",
            &[&session],
        )
        .await?;
    Ok(row.and_then(|row| {
        let parent: Option<String> = row.get(1);
        (parent.as_deref() == Some(token)).then(|| row.get(0))
    }))
}

/// Makes a token of a session.
pub(super) async fn insert(
    client: &impl GenericClient,
    user: Uuid,
    session: Uuid,
    parent: Option<&str>,
) -> Result<String, Error> {
    let token = random()?;
    client
        .execute(
            "insert into auth.refresh_tokens (instance_id, token, user_id, parent, session_id, revoked, created_at, updated_at)
              values ('00000000-0000-0000-0000-000000000000', $1, $2, $3, $4, false, now(), now())",
            &[&token, &user.to_string(), &parent, &session],
        )
        .await?;
    Ok(token)
}

fn random() -> Result<String, Error> {
    let mut token = String::with_capacity(LENGTH);
    while token.len() < LENGTH {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            eprintln!("auth: no random bytes: {error}");
            Error::new(
                500,
                "unexpected_failure",
                "Error generating a refresh token",
            )
        })?;
        // Bytes above the last multiple of 36 would make some letters likelier than others.
        let even = bytes.iter().filter(|byte| **byte < 252);
        token.extend(
            even.take(LENGTH - token.len())
                .map(|byte| char::from(LETTERS[usize::from(byte % 36)])),
        );
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tokens_have_twelve_letters_and_differ() {
        let (one, other) = (
            super::random().expect("random"),
            super::random().expect("random"),
        );
        assert_eq!(one.len(), 12);
        assert!(one.bytes().all(|byte| super::LETTERS.contains(&byte)));
        assert_ne!(one, other);
    }
}
