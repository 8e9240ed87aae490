//! Whose eyes see a change: policies of many kinds, asked for many people at once.

use serde_json::{Value, json};

use crate::support::{ANN, BOB, Client, Server};

/// Somebody to whom nothing belongs.
pub const EVE: &str = "0e7e0000-0000-4000-8000-00000000000e";

pub fn everything() -> Value {
    json!([{"event": "*", "schema": "public"}])
}

/// What the next changes of a table say of one column.
pub async fn next(client: &mut Client, column: &str, count: usize) -> Vec<Value> {
    let mut seen = Vec::new();
    for _ in 0..count {
        seen.push(client.change().await["record"][column].clone());
    }
    seen
}

/// Says something that everybody hears: nothing came before it that has not been read.
pub async fn mark(server: &Server, people: &mut [&mut Client], line: i32) {
    server
        .sql(&format!("insert into board values (99, {line}, 'mark')"))
        .await;
    for person in people {
        let change = person.change().await;
        assert_eq!(
            (&change["table"], &change["record"]["line"]),
            (&json!("board"), &json!(line))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_that_ask_another_table_a_function_or_the_claims() {
    let server = Server::start().await;
    server
        .sql(&format!(
            "create schema private;
             create table private.friends (one uuid, other uuid);
             insert into private.friends values ('{ANN}', '{BOB}');
             create function private.friends_with(person uuid) returns boolean
               language sql stable security definer set search_path = ''
               as $$ select exists (select from private.friends where one = person and other = auth.uid()) $$;
             grant usage on schema private to authenticated;
             create table members (room int, user_id uuid, primary key (room, user_id));
             alter table members enable row level security;
             grant select on members to authenticated;
             create policy own on members for select to authenticated using (user_id = (select auth.uid()));
             insert into members values (1, '{ANN}'), (2, '{ANN}'), (2, '{BOB}');
             create table posts (id int primary key, room int, owner_id uuid, plan text);
             alter table posts enable row level security;
             grant select on posts to authenticated;
             create policy rooms on posts for select to authenticated using (
               exists (select from members m where m.room = posts.room and m.user_id = (select auth.uid())));
             create policy friends on posts for select to authenticated using (private.friends_with(owner_id));
             create policy plans on posts for select to authenticated using (plan = (auth.jwt() ->> 'sub'));
             alter publication supabase_realtime add table posts"
        ))
        .await;
    let mut ann = server.listener(ANN, everything()).await;
    let mut bob = server.listener(BOB, everything()).await;
    let mut eve = server.listener(EVE, everything()).await;
    server
        .sql(&format!(
            "insert into posts values (1, 1, null, null), (2, 2, null, null), (3, null, '{ANN}', null),
               (4, null, null, '{EVE}'), (5, null, null, null), (6, 2, '{ANN}', '{EVE}')"
        ))
        .await;
    assert_eq!(next(&mut ann, "id", 3).await, [1, 2, 6]);
    assert_eq!(next(&mut bob, "id", 3).await, [2, 3, 6]);
    assert_eq!(next(&mut eve, "id", 2).await, [4, 6]);
    mark(&server, &mut [&mut ann, &mut bob, &mut eve], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_to_all_stays_so_only_while_its_policies_do() {
    let server = Server::start().await;
    let mut ann = server.listener(ANN, everything()).await;
    let mut bob = server.listener(BOB, everything()).await;
    server
        .sql(
            "create table shown (id int primary key, owner_id uuid, public boolean);
             alter table shown enable row level security;
             grant select on shown to authenticated;
             alter publication supabase_realtime add table shown",
        )
        .await;
    let row = |id: i32, public: bool| format!("insert into shown values ({id}, '{ANN}', {public})");
    for (id, policies, public, bob_sees) in [
        (
            1,
            "create policy p on shown for select using (true)",
            false,
            true,
        ),
        (
            2,
            "alter policy p on shown using (owner_id = auth.uid())",
            true,
            false,
        ),
        (3, "alter policy p on shown using (public)", true, true),
        (4, "alter policy p on shown using (public)", false, false),
        (
            5,
            "create policy also on shown for all to authenticated using (owner_id = (select auth.uid()))",
            false,
            false,
        ),
        (6, "alter policy p on shown using (true)", false, true),
        (
            7,
            "create policy narrow on shown as restrictive for select using (owner_id = (select auth.uid()) or public)",
            false,
            false,
        ),
        (8, "drop policy narrow on shown", false, true),
        (9, "alter policy p on shown to anon", true, false),
        (
            10,
            "alter table shown disable row level security",
            false,
            true,
        ),
    ] {
        server.sql(policies).await;
        server.sql(&row(id, public)).await;
        let ann_sees = id != 4;
        for (person, sees) in [(&mut ann, ann_sees), (&mut bob, bob_sees)] {
            if sees {
                assert_eq!(next(person, "id", 1).await, [id], "{policies}");
            }
        }
        mark(&server, &mut [&mut ann, &mut bob], id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_only_claims_to_be_immutable_is_asked_for_each_person() {
    let server = Server::start().await;
    server
        .sql(&format!(
            "create function is_bob() returns boolean language sql immutable
               as $$ select auth.uid() = '{BOB}' $$;
             create table lies (id int primary key);
             alter table lies enable row level security;
             grant select on lies to authenticated;
             create policy p on lies for select to authenticated using (is_bob());
             alter publication supabase_realtime add table lies"
        ))
        .await;
    let mut bob = server.listener(BOB, everything()).await;
    let mut ann = server.listener(ANN, everything()).await;
    let mut eve = server.listener(EVE, everything()).await;
    server.sql("insert into lies values (1), (2)").await;
    server.sql("insert into lies values (3)").await;
    assert_eq!(next(&mut bob, "id", 3).await, [1, 2, 3]);
    mark(&server, &mut [&mut ann, &mut bob, &mut eve], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_see_by_their_own_policies_and_columns() {
    let server = Server::start().await;
    server
        .sql(
            "create table menu (id int primary key, dish text, price int, recipe text);
             alter table menu enable row level security;
             grant select (id, dish) on menu to anon;
             grant select (id, dish, price) on menu to authenticated;
             grant select on menu to service_role;
             create policy guests on menu for select to anon using (price < 10);
             create policy people on menu for select to authenticated using (true);
             alter publication supabase_realtime add table menu",
        )
        .await;
    let mut ann = server.listener(ANN, everything()).await;
    let mut bob = server.listener(BOB, everything()).await;
    let (anon, service) = (
        server.state.keys.anon.clone(),
        server.state.keys.service_role.clone(),
    );
    let mut guest = server.listener_with(&anon, everything()).await;
    let mut service = server.listener_with(&service, everything()).await;
    server
        .sql("insert into menu values (1, 'soup', 4, 'water'), (2, 'duck', 30, 'duck')")
        .await;
    let soup = json!({"id": 1, "dish": "soup"});
    assert_eq!(guest.change().await["record"], soup);
    for person in [&mut ann, &mut bob] {
        assert_eq!(
            person.change().await["record"],
            json!({"id": 1, "dish": "soup", "price": 4})
        );
        assert_eq!(person.change().await["record"]["price"], 30);
    }
    assert_eq!(service.change().await["record"]["recipe"], "water");
    assert_eq!(service.change().await["record"]["recipe"], "duck");

    server
        .sql("revoke select (price) on menu from authenticated; grant select (recipe) on menu to authenticated")
        .await;
    server
        .sql("insert into menu values (3, 'stew', 8, 'secret')")
        .await;
    assert_eq!(
        guest.change().await["record"],
        json!({"id": 3, "dish": "stew"})
    );
    assert_eq!(
        ann.change().await["record"],
        json!({"id": 3, "dish": "stew", "recipe": "secret"})
    );
}
