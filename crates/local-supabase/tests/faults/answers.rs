//! The server does what it is asked, and nobody hears of it.

use model::TavernMessage;

use crate::inn::{Inn, edit, sees, write};

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_whose_answer_is_lost_is_made_once() {
    let mut inn = Inn::throwaway().await;
    let sql = inn.server.sql().await;
    sql.batch_execute(
        "create schema counting;
         create table counting.edits (body text);
         create function counting.edited() returns trigger language plpgsql security definer as
           $$ begin insert into counting.edits values (new.body); return new; end $$;
         create trigger counted after update on public.tavern_messages
           for each row execute function counting.edited();",
    )
    .await
    .unwrap();
    let id = write(&inn.mara, "a slip".to_owned()).await;
    sees::<TavernMessage>(&inn.tom, id.into()).await;

    inn.proxy.lose_answer("PATCH");
    edit(&inn.mara, id, "mended").await;
    inn.both_say("meanwhile").await;
    inn.mara
        .until("all is sent", |engine, _| engine.waiting() == 0)
        .await;
    assert_eq!(inn.proxy.lost(), 1);
    inn.settles().await;
    let edits = sql
        .query("select body from counting.edits", &[])
        .await
        .unwrap();
    let edits: Vec<&str> = edits.iter().map(|row| row.get(0)).collect();
    assert_eq!(edits, ["mended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_whose_answers_are_lost_are_stored_once() {
    let mut inn = Inn::throwaway().await;
    for round in 0..4 {
        inn.proxy.lose_answer("POST");
        inn.both_say(&format!("did you hear {round}")).await;
    }
    for person in inn.people() {
        person
            .until("all is sent", |engine, _| engine.waiting() == 0)
            .await;
    }
    assert!(inn.proxy.lost() > 0);
    inn.settles().await;
}
