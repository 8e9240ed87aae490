//! Sessions and clients end.

use std::time::{SystemTime, UNIX_EPOCH};

use model::TavernMessage;

use crate::{
    client::Client,
    inn::{Inn, sees},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_while_the_network_is_away_is_renewed_first() {
    let mut inn = Inn::open(Server::throwaway(&["--jwt-expiry", "5"]).await).await;
    inn.proxy.refuse(true);
    inn.proxy.cut();
    for person in inn.people() {
        person.not_live().await;
    }
    inn.both_say("while the token ends").await;
    for person in inn.people() {
        let end = person.store().session.expires_at;
        while SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs()
            <= end
        {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    let old = inn.mara.store().session.access_token;
    inn.settles().await;
    assert_ne!(inn.mara.store().session.access_token, old);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_killed_sends_what_it_has_kept_in_its_next_life_once() {
    let mut inn = Inn::throwaway().await;
    // The first is stored without her knowing, the others have not left.
    inn.proxy.lose_answer("POST");
    let first = inn.say(true, "the last words").await;
    sees::<TavernMessage>(&inn.tom, first.into()).await;
    inn.proxy.refuse(true);
    inn.proxy.cut();
    inn.mara.not_live().await;
    for line in 0..5 {
        inn.say(true, &format!("the very last words {line}")).await;
    }
    let Inn { mara, place, .. } = inn;
    let store = mara.kill();
    assert!(
        store.kept.len() >= 5,
        "{} writes are kept",
        store.kept.len()
    );
    inn.mara = Client::with("mara", &place, store);
    inn.place = place;
    inn.settles().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_two_see_each_other_come_and_go() {
    let Inn {
        server: _server,
        proxy: _proxy,
        mara,
        tom,
        ..
    } = Inn::throwaway().await;
    let mut both = [mara.me.to_string(), tom.me.to_string()];
    both.sort();
    mara.sees_here(&both).await;
    tom.sees_here(&both).await;
    let alone = [mara.me.to_string()];
    tom.kill();
    mara.sees_here(&alone).await;
}
