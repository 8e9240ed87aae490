//! Blocks: no words either way, and nothing that tells.

use uuid::Uuid;

use crate::people::{Database, MARA, TOM, refusal, value};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_to_whom_they_block_or_who_blocks_them() {
    let database = Database::start().await;
    let (mara, tom) = (database.person(MARA).await, database.person(TOM).await);
    let block = format!("insert into blocks (blocked_id) values ('{TOM}')");
    mara.execute(&block, &[]).await.unwrap();
    let mut refusals = Vec::new();
    for (person, other) in [(&mara, TOM), (&tom, MARA)] {
        let write =
            format!("insert into private_messages (recipient_id, body) values ('{other}', 'x')");
        refusals.push(refusal(&person.execute(&write, &[]).await.unwrap_err()));
    }
    assert_eq!(refusals[0], refusals[1], "neither learns who it was");
    assert_eq!(refusals[0].0, "42501");
    assert!(
        refusals[0].1.contains("private_messages_delivery"),
        "{refusals:?}"
    );

    assert_eq!(value(&tom, "select count(*) from blocks").await, 0);
    assert_eq!(tom.execute("delete from blocks", &[]).await.unwrap(), 0);
    assert_eq!(
        value(&tom, "select count(*) from conversations").await,
        1,
        "nor what was read"
    );
    assert_eq!(
        value(&mara, "select count(*) from private_messages").await,
        1,
        "what was said stays"
    );
    let again = mara.execute(&block, &[]).await.unwrap_err();
    assert!(refusal(&again).1.contains("blocks_once"));
    let direct = mara
        .execute("select private.is_blocked(null, null)", &[])
        .await
        .unwrap_err();
    assert_eq!(refusal(&direct).0, "42501", "nobody asks who blocks whom");

    assert_eq!(mara.execute("delete from blocks", &[]).await.unwrap(), 1);
    let write = format!("insert into private_messages (recipient_id, body) values ('{MARA}', 'x')");
    assert_eq!(tom.execute(&write, &[]).await.unwrap(), 1);
    let graves = "select count(*) from tombstones where table_name = 'blocks'";
    assert_eq!(value(&tom, graves).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_itself_is_refused_alike_by_who_blocks_and_who_does_not() {
    let database = Database::start().await;
    let (mara, tom) = (database.person(MARA).await, database.person(TOM).await);
    let ids = "select id from private_messages where sender_id = auth.uid() limit 1";
    let write = format!("insert into private_messages (recipient_id, body) values ('{MARA}', 'x')");
    tom.execute(&write, &[]).await.unwrap();
    let known = value(&tom, ids).await.as_str().unwrap().to_owned();
    let dead = Uuid::new_v4();
    let die = format!(
        "insert into private_messages (id, recipient_id, body) values ('{dead}', '{MARA}', 'x')"
    );
    tom.execute(&die, &[]).await.unwrap();
    let delete = format!("delete from private_messages where id = '{dead}'");
    assert_eq!(tom.execute(&delete, &[]).await.unwrap(), 1);

    let tries = [
        "(recipient_id, body) values ('OTHER', '')".to_owned(),
        "(recipient_id, body) values ('OTHER', repeat('x', 4001))".to_owned(),
        "(recipient_id, body) values ('OTHER', null)".to_owned(),
        "(recipient_id, body) values ('OTHER', 'x'), ('OTHER', '')".to_owned(),
        "(recipient_id, body) values ('OTHER', 'x'), (auth.uid(), 'x')".to_owned(),
        format!("(id, recipient_id, body) values ('{known}', 'OTHER', 'x')"),
        format!(
            "(id, recipient_id, body) values ('{known}', 'OTHER', 'x') on conflict (id) do nothing"
        ),
        format!("(id, recipient_id, body) values ('{dead}', 'OTHER', 'x')"),
        "(sender_id, recipient_id, body) values ('OTHER', 'OTHER', 'x')".to_owned(),
    ];
    let answers = async |other: Uuid| {
        let mut answers = Vec::new();
        for attempt in &tries {
            let words = attempt.replace("OTHER", &other.to_string());
            let answer = tom
                .execute(&format!("insert into private_messages {words}"), &[])
                .await;
            answers.push(answer.map_err(|error| refusal(&error).0));
        }
        answers
    };
    let before = answers(MARA).await;
    let block = format!("insert into blocks (blocked_id) values ('{TOM}')");
    mara.execute(&block, &[]).await.unwrap();
    assert_eq!(before, answers(MARA).await);
    let blocked = tom.execute(&write, &[]).await.unwrap_err();
    assert!(refusal(&blocked).1.contains("private_messages_delivery"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profiles_links_are_addresses_of_the_web() {
    let database = Database::start().await;
    let mara = database.person(MARA).await;
    let set = async |links: &str| {
        mara.execute(
            "update users set links = $1 where id = auth.uid()",
            &[&links],
        )
        .await
    };
    for good in [
        "",
        "https://a.example",
        "http://a.example/b?c#d\nhttps://f.example",
    ] {
        assert_eq!(set(good).await.unwrap(), 1, "{good}");
    }
    let six = ["https://a"; 6].join("\n");
    let long = ["https://", &"x".repeat(201)].concat();
    for bad in [
        "a.example",
        "https://",
        "javascript:alert(1)",
        "https://a b",
        "https://a\n\nhttps://b",
        "https://a\n",
        &six,
        &long,
    ] {
        let error = set(bad).await.expect_err(bad);
        assert!(refusal(&error).1.contains("users_links_format"), "{bad}");
    }
}
