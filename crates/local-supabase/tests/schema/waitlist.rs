//! The waitlist: in order, nobody passed over, no seat left empty that the next in line could take.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::people::{BREAD, Database, refusal, value};

/// People of a test, each with a connection.
pub struct Guests {
    pub ids: Vec<Uuid>,
    clients: Vec<Client>,
}

impl Guests {
    /// So many new members.
    pub async fn come(database: &Database, count: i32) -> Self {
        let admin = database.admin().await;
        let sql = "insert into auth.users (id, email, raw_user_meta_data)
            select gen_random_uuid(), 'p' || n || '@test.example', jsonb_build_object('username', 'person_' || n)
            from generate_series(10, 9 + $1::int) n";
        admin.execute(sql, &[&count]).await.unwrap();
        let sql = "select id from public.users where username like 'person_%' order by username";
        let rows = admin.query(sql, &[]).await.unwrap();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        let clients = join_all(ids.iter().map(|id| database.person(*id))).await;
        Self { ids, clients }
    }

    /// Answers as the page does; gives what became of it.
    pub async fn answer(&self, who: usize, status: &str, guests: i32) -> Result<String, String> {
        let put = "insert into rsvps (event_id, user_id, status, guests) values ($1, $2, $3, $4)
            on conflict (event_id, user_id) do update set event_id = excluded.event_id,
            user_id = excluded.user_id, status = excluded.status, guests = excluded.guests
            returning status";
        let row = self.clients[who]
            .query_one(put, &[&BREAD, &self.ids[who], &status, &guests])
            .await;
        named(row.map(|row| row.get(0)))
    }

    /// Takes the answer back.
    pub async fn withdraw(&self, who: usize) -> Result<u64, String> {
        let delete = "delete from rsvps where event_id = $1 and user_id = auth.uid()";
        named(self.clients[who].execute(delete, &[&BREAD]).await)
    }

    /// Changes the answer without giving it anew.
    pub async fn patch(&self, who: usize, status: &str) -> Result<u64, String> {
        let update = "update rsvps set status = $2 where event_id = $1 and user_id = auth.uid()";
        named(self.clients[who].execute(update, &[&BREAD, &status]).await)
    }

    /// `0 going, 2 waiting`: those who go, then those who wait in their order, by number.
    pub async fn seated(&self, admin: &Client) -> (Vec<usize>, Vec<usize>) {
        let sql = format!(
            "select coalesce(json_agg(json_build_array(user_id, status) order by waiting_since, user_id), '[]')
             from public.rsvps where event_id = '{BREAD}'"
        );
        let rows = value(admin, &sql).await;
        let of = |status: &str| {
            let rows = rows.as_array().unwrap().iter();
            let rows = rows.filter(|row| row[1] == status);
            let number = |row: &Value| self.ids.iter().position(|id| row[0] == json!(id)).unwrap();
            rows.map(number).collect::<Vec<_>>()
        };
        let mut going = of("going");
        going.sort_unstable();
        (going, of("waiting"))
    }
}

/// A refusal by the name of its constraint, or its code.
fn named<T>(answer: Result<T, tokio_postgres::Error>) -> Result<T, String> {
    answer.map_err(|error| {
        let (code, message) = refusal(&error);
        let name = message.split('"').nth(1).unwrap_or(&code);
        name.to_owned()
    })
}

async fn host(database: &Database, columns: &str) -> Client {
    let admin = database.admin().await;
    admin
        .batch_execute("delete from public.rsvps")
        .await
        .unwrap();
    edit(&admin, columns).await.unwrap();
    admin
}

/// What the host does.
pub async fn edit(admin: &Client, columns: &str) -> Result<u64, String> {
    let sql = format!("update public.events set {columns} where id = '{BREAD}'");
    named(admin.execute(&sql, &[]).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waited_longest_is_next_however_a_seat_frees() {
    let database = Database::start().await;
    let admin = host(&database, "capacity = 2").await;
    let people = Guests::come(&database, 8).await;
    for who in 0..8 {
        let status = if who < 2 { "going" } else { "waiting" };
        // Both words ask for a seat.
        let asked = if who % 2 == 0 { "going" } else { "waiting" };
        assert_eq!(people.answer(who, asked, 0).await.as_deref(), Ok(status));
    }
    // Asking again does not lose one's place.
    assert_eq!(people.answer(3, "going", 0).await.as_deref(), Ok("waiting"));
    assert_eq!(
        people.seated(&admin).await,
        (vec![0, 1], vec![2, 3, 4, 5, 6, 7])
    );

    people.withdraw(0).await.unwrap();
    assert_eq!(people.seated(&admin).await.0, [1, 2]);
    people.patch(1, "declined").await.unwrap();
    assert_eq!(people.seated(&admin).await.0, [2, 3]);
    people.answer(2, "maybe", 0).await.unwrap();
    assert_eq!(people.seated(&admin).await.0, [3, 4]);
    // Who gave the place up begins at the end.
    people.answer(5, "maybe", 0).await.unwrap();
    people.answer(5, "going", 0).await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![3, 4], vec![6, 7, 5]));
    // An account that is erased.
    let erase = "delete from auth.users where id = $1";
    admin.execute(erase, &[&people.ids[3]]).await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![4, 6], vec![7, 5]));
    edit(&admin, "capacity = 3").await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![4, 6, 7], vec![5]));
    assert_eq!(
        edit(&admin, "capacity = 2").await.unwrap_err(),
        "events_capacity_taken"
    );
    edit(&admin, "capacity = null").await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![4, 5, 6, 7], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_take_seats_and_the_first_in_line_is_never_passed_over() {
    let database = Database::start().await;
    let admin = host(&database, "capacity = 4, guest_limit = 3").await;
    let people = Guests::come(&database, 6).await;
    let is =
        |answer: Result<String, String>, status: &str| assert_eq!(answer.as_deref(), Ok(status));
    is(people.answer(0, "going", 2).await, "going");
    is(people.answer(1, "going", 2).await, "waiting");
    // A seat is free, and the next in line is too many for it: whoever comes now waits behind.
    is(people.answer(2, "going", 0).await, "waiting");
    // No guest is brought in past the line either.
    assert_eq!(
        people.answer(0, "going", 3).await.unwrap_err(),
        "rsvps_seats"
    );
    assert_eq!(people.seated(&admin).await, (vec![0], vec![1, 2]));
    // Whoever brings fewer keeps the place, and is seated as soon as there is room; so is who follows.
    is(people.answer(1, "going", 1).await, "waiting");
    is(people.answer(0, "going", 1).await, "going");
    assert_eq!(people.seated(&admin).await, (vec![0, 1], vec![2]));
    is(people.answer(1, "going", 0).await, "going");
    assert_eq!(people.seated(&admin).await, (vec![0, 1, 2], vec![]));

    assert_eq!(
        people.answer(3, "going", 4).await.unwrap_err(),
        "rsvps_guest_limit"
    );
    is(people.answer(3, "going", 3).await, "waiting");
    is(people.answer(4, "going", 0).await, "waiting");
    // With fewer guests invited, those who were promised stay.
    edit(&admin, "guest_limit = 0").await.unwrap();
    is(people.answer(0, "going", 1).await, "going");
    is(people.answer(3, "going", 3).await, "waiting");
    // A party for which the whole event has become too small holds nobody up, and keeps its place.
    people.withdraw(0).await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![1, 2], vec![3, 4]));
    edit(&admin, "capacity = 3, guest_limit = 3").await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![1, 2, 4], vec![3]));
    assert_eq!(
        people.answer(5, "going", 3).await.unwrap_err(),
        "rsvps_party"
    );
    edit(&admin, "capacity = 7").await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![1, 2, 3, 4], vec![]));
    // Who does not come brings nobody.
    people.patch(3, "maybe").await.unwrap();
    let guests = "select sum(guests) from public.rsvps where status = 'maybe'";
    assert_eq!(value(&admin, guests).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_event_takes_no_answers_and_goes_on_where_it_was() {
    let database = Database::start().await;
    let admin = host(&database, "capacity = 1").await;
    let people = Guests::come(&database, 3).await;
    for who in 0..3 {
        people.answer(who, "going", 0).await.unwrap();
    }
    edit(&admin, "cancelled = true").await.unwrap();
    for status in ["going", "maybe", "declined"] {
        assert_eq!(
            people.answer(1, status, 0).await.unwrap_err(),
            "rsvps_cancelled"
        );
        assert_eq!(
            people.patch(1, status).await.unwrap_err(),
            "rsvps_cancelled"
        );
    }
    // An answer can be taken back; nobody is seated at what does not take place.
    people.withdraw(0).await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![], vec![1, 2]));
    edit(&admin, "cancelled = false").await.unwrap();
    assert_eq!(people.seated(&admin).await, (vec![1], vec![2]));
}
