//! A long line before an event: who of it is seated, and what that costs.

use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::people::{BREAD, Database, MARA, value};

/// An event of two seats, Mara in it with a guest and so many others waiting in turn, every third with a guest; raises
/// the capacity. Gives how many rows of answers were read for that, and who has a seat then.
async fn raised(admin: &Client, people: u32, capacity: u32) -> (u64, Value) {
    let setup = format!(
        "delete from public.rsvps;
         delete from auth.users where email like 'p1%@test.example';
         update public.events set capacity = 2, guest_limit = 1 where id = '{BREAD}';
         insert into auth.users (id, email, raw_user_meta_data)
         select ('00000000-0000-4000-8000-' || to_char(n, 'FM000000000000'))::uuid, 'p' || n || '@test.example',
           jsonb_build_object('username', 'person_' || n) from generate_series(1000, 999 + {people}) n;
         insert into public.rsvps (event_id, user_id, status, guests) values ('{BREAD}', '{MARA}', 'going', 1);
         insert into public.rsvps (event_id, user_id, status, guests)
         select '{BREAD}', id, 'going', (row_number() over (order by username) % 3 = 0)::int
         from public.users where username like 'person_%' order by username;
         analyze public.rsvps;"
    );
    admin.batch_execute(&setup).await.unwrap();
    let read =
        "(select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables
         where relname = 'rsvps')";
    admin.batch_execute("begin").await.unwrap();
    let raise = format!("update public.events set capacity = {capacity} where id = '{BREAD}'");
    let before = value(admin, read).await.as_u64().unwrap();
    admin.execute(&raise, &[]).await.unwrap();
    let read = value(admin, read).await.as_u64().unwrap() - before;
    admin.batch_execute("commit").await.unwrap();
    let seated = "select json_agg(right(u.username, 4)::int - 999 order by u.username)
         from public.rsvps r join public.users u on u.id = r.user_id
         where r.status = 'going' and u.username like 'person_%'";
    (read, value(admin, seated).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_twice_as_long_costs_about_twice_as_much_to_seat() {
    let database = Database::start().await;
    let admin = database.admin().await;
    let (short, _) = raised(&admin, 100, 500).await;
    let (long, seated) = raised(&admin, 200, 500).await;
    assert_eq!(seated.as_array().unwrap().len(), 200);
    assert!(long < 3 * short, "{short} rows were read, then {long}");

    // Nine more seats: 1, 2, 3 with a guest, 4, 5, 6 with a guest, 7; none is left.
    let (_, seated) = raised(&admin, 12, 11).await;
    assert_eq!(seated, json!([1, 2, 3, 4, 5, 6, 7]));
    // One seat stays free before a party of two, though single people wait behind.
    let (_, seated) = raised(&admin, 12, 9).await;
    assert_eq!(seated, json!([1, 2, 3, 4, 5]));
}
