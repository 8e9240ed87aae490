//! Topics: joining, broadcasts and presence, on public topics and on private ones.

use serde_json::json;

use crate::{
    matrix::Found,
    role::{ROLES, Role},
    socket::Socket,
    world::World,
};

pub async fn try_all(world: &World, found: &mut Found) {
    for kind in [Kind::Public, Kind::Private, Kind::Tavern] {
        for role in ROLES {
            topic(world, role, kind, found).await;
        }
    }
}

/// Topics that are treated alike.
#[derive(Clone, Copy)]
enum Kind {
    /// Any public one.
    Public,
    /// Any private one.
    Private,
    /// The private one that the page joins.
    Tavern,
}

async fn topic(world: &World, role: Role, kind: Kind, found: &mut Found) {
    let (title, name, private) = match kind {
        Kind::Public => ("public", format!("public-{}", role.name()), false),
        Kind::Private => ("private", format!("private-{}", role.name()), true),
        Kind::Tavern => ("tavern", "tavern".to_owned(), true),
    };
    let mut note = |what: &str, outcome: &str| {
        found.note("topics", &format!("{title}: {what}"), role, outcome);
    };
    // A program with the secret key is there already.
    let config = |key: &str| {
        json!({
            "broadcast": {"ack": true, "self": false},
            "presence": {"enabled": true, "key": key}, "private": private,
        })
    };
    let mut witness = Socket::open(world, Role::Service, &name).await;
    let joined = witness.join(config("witness")).await;
    assert_eq!(
        joined["status"], "ok",
        "the secret key opens every topic: {joined}"
    );
    let show = json!({"type": "presence", "event": "track", "payload": {}});
    let shown = witness.push("presence", show.clone()).await;
    assert!(witness.reply_if_any(&shown).await.is_some());

    let mut socket = Socket::open(world, role, &name).await;
    let may_join = socket.join(config("somebody")).await["status"] == "ok";
    note("join", if may_join { "yes" } else { "denied" });
    let say = |from: &str| json!({"type": "broadcast", "event": "word", "payload": {"from": from}});
    if may_join {
        let there = socket.so_far("presence_state").await;
        let seen = there.iter().any(|state| state.get("witness").is_some());
        note("see who is there", if seen { "yes" } else { "none" });

        let said = witness.push("broadcast", say("witness")).await;
        assert!(
            witness.reply_if_any(&said).await.is_some(),
            "a broadcast is acknowledged"
        );
        let heard = !socket.so_far("broadcast").await.is_empty();
        note("hear a broadcast", if heard { "yes" } else { "none" });

        let said = socket.push("broadcast", say("somebody")).await;
        let answered = socket.reply_if_any(&said).await.is_some();
        let outcome = if answered {
            assert_eq!(
                witness.event("broadcast").await["payload"]["from"],
                "somebody"
            );
            "yes"
        } else {
            "denied"
        };
        note("broadcast", outcome);

        let shown = socket.push("presence", show).await;
        let reply = socket.reply_if_any(&shown).await;
        let outcome = if reply.is_some_and(|reply| reply["status"] == "ok") {
            loop {
                if witness.event("presence_diff").await["joins"]
                    .get("somebody")
                    .is_some()
                {
                    break "yes";
                }
            }
        } else {
            "denied"
        };
        note("be shown", outcome);
    } else {
        for what in [
            "see who is there",
            "hear a broadcast",
            "broadcast",
            "be shown",
        ] {
            note(what, "denied");
        }
    }

    let message =
        json!({"topic": name, "event": "word", "payload": {"from": "rest"}, "private": private});
    let path = "/realtime/v1/api/broadcast";
    let answer = world
        .ask(role, "POST", path, Some(&json!({"messages": [message]})))
        .await;
    // Whatever came of it, the witness hears this word of its own after it.
    let own =
        json!({"topic": name, "event": "word", "payload": {"from": "end"}, "private": private});
    let end = world
        .ask(
            Role::Service,
            "POST",
            path,
            Some(&json!({"messages": [own]})),
        )
        .await;
    assert_eq!(end.status, 202);
    let outcome = loop {
        let from = witness.event("broadcast").await["payload"]["from"].clone();
        if from == "rest" {
            break "yes".to_owned();
        }
        if from == "end" {
            break if answer.status == 202 {
                "dropped".to_owned()
            } else {
                answer.status.to_string()
            };
        }
    };
    note("broadcast by REST", &outcome);
}
