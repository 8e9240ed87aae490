//! The server or its database ends, or takes its time.

use model::TavernMessage;
use uuid::Uuid;

use crate::{
    inn::{Inn, sees},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_in_the_middle_of_ten_lines() {
    let mut inn = Inn::open(Server::lasting().await).await;
    let mut first = Uuid::nil();
    for line in 0..10 {
        let key = inn.say(true, &format!("line {line}")).await;
        if line == 0 {
            first = key;
        }
    }
    sees::<TavernMessage>(&inn.mara, first.into()).await;
    inn.server.kill().await;
    let waiting = inn.mara.with_engine(|engine, _| engine.waiting()).await;
    assert!(waiting > 0, "it was killed in the middle");
    inn.tom.not_live().await;
    inn.say(false, "did the light go out").await;
    inn.server.start_again().await;
    inn.settles().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_killed_while_people_write_and_the_service_recovers_by_itself() {
    let mut inn = Inn::throwaway().await;
    for round in 0..2 {
        for line in 0..5 {
            inn.both_say(&format!("before {round} {line}")).await;
        }
        inn.server.kill_postgres().await;
        inn.both_say(&format!("after {round}")).await;
        for person in inn.people() {
            person
                .until("all is sent", |engine, _| engine.waiting() == 0)
                .await;
        }
        inn.settles().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_commits_late_is_not_missed_whoever_was_away_meanwhile() {
    let mut inn = Inn::throwaway().await;
    let [while_here, while_away] = [Uuid::new_v4(), Uuid::new_v4()];
    let mara = inn.mara.me;
    let mut open = Vec::new();
    for id in [while_here, while_away] {
        let sql = inn.server.sql().await;
        sql.batch_execute("begin").await.unwrap();
        sql.execute(
            "insert into public.tavern_messages (id, author_id, body) values ($1, $2, 'took long')",
            &[&id, &mara],
        )
        .await
        .unwrap();
        open.push(sql);
    }
    // Rows with higher versions come and are seen; then everybody loses the network and catches up.
    let quick = inn.say(true, "quick").await;
    sees::<TavernMessage>(&inn.tom, quick.into()).await;
    inn.proxy.cut();
    inn.tom.not_live().await;
    inn.both_live().await;
    let quicker = inn.say(false, "quicker").await;
    sees::<TavernMessage>(&inn.mara, quicker.into()).await;

    open[0].batch_execute("commit").await.unwrap();
    for person in inn.people() {
        sees::<TavernMessage>(person, while_here.into()).await;
    }
    inn.proxy.refuse(true);
    inn.proxy.cut();
    for person in inn.people() {
        person.not_live().await;
    }
    open[1].batch_execute("commit").await.unwrap();
    inn.proxy.heal();
    for person in inn.people() {
        sees::<TavernMessage>(person, while_away.into()).await;
    }
    inn.settles().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_keeps_ending_is_given_up() {
    let mut server = Server::throwaway(&[]).await;
    for _ in 0..6 {
        server.kill_postgres().await;
    }
    assert!(!server.ends().await);
}
