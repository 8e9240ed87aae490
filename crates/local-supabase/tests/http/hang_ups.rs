//! `/rest/v1`: clients that hang up before they are answered.

use std::{pin::pin, time::Duration};

use tokio_postgres::Client;

use crate::support::Server;

/// More than there are connections.
const MANY: usize = 20;

/// The processes of PostgreSQL that `condition` is true of.
async fn processes(client: &Client, condition: &str) -> Vec<i32> {
    let sql = format!(
        "select pid from pg_stat_activity where application_name = 'PostgREST' and {condition}"
    );
    let rows = client.query(&sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_request_was_cancelled_is_not_lent_to_the_next() {
    let server = Server::start().await;
    let ann = server.member("ann").await;
    let client = server.state.admin.get().await.unwrap();
    for turn in 0..MANY {
        let slow = server.call("POST", "/rest/v1/rpc/dawdle").by(&ann);
        let running = async {
            loop {
                let asleep = "wait_event = 'PgSleep'";
                if let [one] = processes(&client, asleep).await[..] {
                    break one;
                }
            }
        };
        let pid = {
            let slow = pin!(slow.text("{}").send());
            tokio::select! {
                answer = slow => panic!("answered: {}", answer.body),
                pid = running => pid,
            }
        };
        // The client is gone: what it had asked for ends, and so does the connection.
        let one = format!("pid = {pid}");
        let ended = async { while !processes(&client, &one).await.is_empty() {} };
        let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
        assert!(ended.is_ok(), "turn {turn}: {pid} is still there");
        let next = server.call("GET", "/rest/v1/notes").by(&ann).send().await;
        assert_eq!(next.status, 200, "turn {turn}: {}", next.body);
    }
}
