//! The network fails.

use std::{
    num::NonZeroU64,
    time::{Duration, Instant},
};

use model::TavernMessage;
use sync::Input;

use crate::inn::{Inn, relocate, sees};

/// A silent connection is found within this.
const SILENCE: Duration = Duration::from_secs(12);
/// And by somebody who has just come back to the page, within this.
const ON_WAKING: Duration = Duration::from_secs(6);
/// Longer than any client that is awake is silent.
const NAP: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_cut_while_people_write() {
    let mut inn = Inn::throwaway().await;
    for round in 0..6 {
        inn.both_say(&format!("round {round}")).await;
        relocate(&inn.mara, &format!("table {round}")).await;
        inn.proxy.cut();
    }
    inn.settles().await;
    let event = inn.server.sql().await;
    let row = event
        .query_one(
            "select location from public.events where title = 'Quiz night'",
            &[],
        )
        .await;
    assert_eq!(row.unwrap().get::<_, &str>(0), "table 5");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_network_delays_and_loses_nothing() {
    let mut inn = Inn::throwaway().await;
    inn.proxy.delay(Duration::from_millis(300));
    let mut last = Vec::new();
    for round in 0..3 {
        last = vec![
            inn.say(true, &format!("slowly {round}")).await,
            inn.say(false, &format!("slowly {round}")).await,
        ];
    }
    for person in inn.people() {
        for key in &last {
            sees::<TavernMessage>(person, (*key).into()).await;
        }
    }
    // A connection made meanwhile takes several times as long, and stays.
    inn.proxy.cut();
    inn.mara.not_live().await;
    inn.both_live().await;
    inn.settles().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_open_connection_is_found_within_12_seconds() {
    let mut inn = Inn::throwaway().await;
    inn.proxy.half_open(true);
    let since = Instant::now();
    inn.both_say("into the silence").await;
    // He opens his laptop, which is reason to look at once.
    inn.tom.feed(Input::Woke);
    for (person, limit) in [(&inn.tom, ON_WAKING), (&inn.mara, SILENCE)] {
        person.not_live().await;
        let took = since.elapsed();
        assert!(took < limit, "{} after {took:?}", person.name);
    }
    inn.settles().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_third_frame_is_lost_and_the_rows_are_found_on_waking() {
    let mut inn = Inn::throwaway().await;
    inn.proxy.drop_every(NonZeroU64::new(3));
    let mut round = 0;
    while inn.proxy.dropped() < 4 {
        assert!(round < 50, "{} frames were lost", inn.proxy.dropped());
        inn.both_say(&format!("half heard {round}")).await;
        relocate(&inn.mara, &format!("corner {round}")).await;
        for person in inn.people() {
            person
                .until("all is sent", |engine, _| engine.waiting() == 0)
                .await;
        }
        round += 1;
    }
    inn.proxy.heal();
    // The connection is as good as ever, so nothing tells of the loss but a look at the database.
    tokio::join!(inn.mara.sleep(NAP), inn.tom.sleep(NAP));
    inn.settles().await;
}
