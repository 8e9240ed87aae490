//! What the database broadcasts: rows of `realtime.messages`, read from the log as they commit.
//!
//! They come through a slot of their own, so that a policy that takes its time over a changed row holds up no message.

use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    Handle,
    change::{Datum, Row},
    frame::{Encoding, Kept, UserBroadcast},
    hub::{Cast, Topic},
    wal::{Lost, MESSAGES, Stream},
};
use crate::{error::DbError, status_page::errors::What};

/// Waits between attempts to start.
const RETRY: Duration = Duration::from_millis(500);
/// How often messages that are past their time are looked for.
const SWEEP: Duration = Duration::from_secs(3600);

/// Passes on what commits, for as long as the program runs.
pub async fn run(handle: Handle, database: tokio_postgres::Config) {
    let mut told = false;
    loop {
        let lost = match Stream::start(&database, MESSAGES).await {
            Ok(stream) => {
                handle.messages().send_replace(true);
                told = false;
                let lost = pass_on(&handle, stream).await;
                handle.messages().send_replace(false);
                lost
            }
            Err(lost) => lost,
        };
        if !told {
            told = true;
            handle.errors().keep(What {
                request: "realtime.messages".to_owned(),
                message: format!("What the database broadcasts is not heard: {lost}"),
                ..What::default()
            });
        }
        sleep(RETRY).await;
    }
}

async fn pass_on(handle: &Handle, mut stream: Stream) -> Lost {
    loop {
        let batch = match stream.next().await {
            Ok(batch) => batch,
            Err(lost) => return lost,
        };
        for row in &batch.rows {
            let Some((topic, cast)) = read(row) else {
                continue;
            };
            if let Err(reason) = handle.with(|hub| hub.relay(&topic, &cast)) {
                handle.errors().keep(What {
                    request: topic.name,
                    message: format!("A message of the database reached nobody: {reason}"),
                    ..What::default()
                });
            }
        }
    }
}

/// The broadcast that a row asks for, if it has all it takes.
fn read(row: &Row) -> Option<(Topic, Cast)> {
    let text = |name: &str| {
        let at = row.relation.columns.iter().position(|c| c.name == name)?;
        row.new.get(at).and_then(Datum::text)
    };
    let topic = Topic {
        name: format!("realtime:{}", text("topic")?),
        private: text("private")? == "t",
    };
    let (encoding, payload) = match text("binary_payload") {
        Some(hex) => (Encoding::Binary, bytes(hex)?),
        None => (Encoding::Json, text("payload")?.as_bytes().to_vec()),
    };
    let kept = Kept {
        id: Uuid::parse_str(text("id")?).ok()?,
        replayed: false,
    };
    let cast = Cast::User(UserBroadcast {
        event: text("event")?.to_owned(),
        encoding,
        payload,
        kept: Some(kept),
    });
    Some((topic, cast))
}

/// The bytes behind PostgreSQL's `\x00ff`.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(byte).collect()
}

/// Removes messages three days after they were sent, for as long as the program runs.
pub async fn sweep(admin: Pool) {
    loop {
        if let Err(error) = swept(&admin).await {
            eprintln!("realtime: messages that are past their time stay for now: {error}");
        }
        sleep(SWEEP).await;
    }
}

async fn swept(admin: &Pool) -> Result<(), DbError> {
    let client = admin.get().await?;
    client
        .batch_execute(
            "delete from realtime.messages
             where inserted_at < now() at time zone 'utc' - interval '72 hours'",
        )
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_from_hexadecimal_digits() {
        assert_eq!(bytes("\\x00ff"), Some(vec![0, 255]));
        assert_eq!(bytes("\\x"), Some(Vec::new()));
        assert_eq!(bytes("00ff"), None);
        assert_eq!(bytes("\\x0g"), None);
    }
}
