//! Blocks: no words either way, and nothing that tells.

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
