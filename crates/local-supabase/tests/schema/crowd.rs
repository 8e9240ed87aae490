//! A crowd that answers, withdraws and brings guests all at once, while the host changes the seats.

use futures_util::future::join_all;
use proptest::{
    prelude::{Just, Strategy, prop_oneof},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use tokio_postgres::Client;

use crate::{
    people::{BREAD, Database, value},
    waitlist::{Guests, edit},
};

const PEOPLE: usize = 8;
const ROUNDS: usize = 40;

#[derive(Debug, Clone, Copy)]
enum Deed {
    Come(i32),
    Perhaps,
    Withdraw,
    Patch(&'static str),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..3_i32).prop_map(Deed::Come),
        1 => Just(Deed::Perhaps),
        2 => Just(Deed::Withdraw),
        1 => Just(Deed::Patch("going")),
        1 => Just(Deed::Patch("declined")),
    ]
}

/// Writes down whoever takes a seat while somebody whom the event could hold has waited longer.
const WATCH: &str = "
    create table public.overtakings (who uuid, status text);
    create function public.watch() returns trigger language plpgsql security definer as $$
    begin
      if exists (
        select from public.rsvps r join public.events e on e.id = r.event_id
        where r.event_id = new.event_id and r.user_id <> new.user_id and r.status = 'waiting'
          and 1 + r.guests <= e.capacity
          and (tg_op = 'INSERT' or old.status <> 'waiting' or r.waiting_since < old.waiting_since)
      ) then
        insert into public.overtakings values (new.user_id, case when tg_op = 'UPDATE' then old.status end);
      end if;
      return null;
    end $$;
    create trigger watch_update after update on public.rsvps for each row
      when (new.status = 'going' and (old.status <> 'going' or new.guests > old.guests))
      execute function public.watch();
    create trigger watch_insert after insert on public.rsvps for each row
      when (new.status = 'going') execute function public.watch()";

/// Seats that are free, as the first in line needs them: negative when oversold, and enough when forgotten.
async fn check(admin: &Client, story: &str) {
    let free = format!(
        "select e.capacity - coalesce(sum(1 + r.guests) filter (where r.status = 'going'), 0)
         from public.events e left join public.rsvps r on r.event_id = e.id
         where e.id = '{BREAD}' group by e.id"
    );
    let free = value(admin, &free).await.as_i64().unwrap();
    assert!(free >= 0, "{free} seats are left after {story}");
    let first = format!(
        "select 1 + r.guests from public.rsvps r join public.events e on e.id = r.event_id
         where e.id = '{BREAD}' and r.status = 'waiting' and 1 + r.guests <= e.capacity
         order by r.waiting_since limit 1"
    );
    if let Some(party) = value(admin, &first).await.as_i64() {
        assert!(
            party > free,
            "{party} wait for {free} free seats after {story}"
        );
    }
    let overtakings = value(admin, "select count(*) from public.overtakings").await;
    assert_eq!(overtakings, 0, "somebody was passed over by {story}");
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_crowd_answers_seats_go_by_the_line() {
    let database = Database::start().await;
    let admin = database.admin().await;
    let people = Guests::come(&database, i32::try_from(PEOPLE).unwrap()).await;
    admin
        .batch_execute("delete from public.rsvps")
        .await
        .unwrap();
    edit(&admin, "capacity = 6, guest_limit = 2").await.unwrap();
    admin.batch_execute(WATCH).await.unwrap();
    let mut random = TestRunner::deterministic();
    let mut waited = 0;
    for round in 0..ROUNDS {
        let mut draw = || deed().new_tree(&mut random).unwrap().current();
        let deeds: Vec<_> = (0..PEOPLE).map(|who| (who, draw())).collect();
        let seats = 2 + (round * 3) % 5;
        let story = format!("round {round}, {seats} seats: {deeds:?}");
        let acts = deeds.into_iter().map(|(who, deed)| {
            let people = &people;
            async move {
                match deed {
                    Deed::Come(guests) => people.answer(who, "going", guests).await.map(drop),
                    Deed::Perhaps => people.answer(who, "maybe", 0).await.map(drop),
                    Deed::Withdraw => people.withdraw(who).await.map(drop),
                    Deed::Patch(status) => people.patch(who, status).await.map(drop),
                }
            }
        });
        let seats = format!("capacity = {seats}");
        let (answers, host) = tokio::join!(join_all(acts), edit(&admin, &seats));
        for refused in answers
            .into_iter()
            .chain([host.map(drop)])
            .filter_map(Result::err)
        {
            let known = [
                "rsvps_seats",
                "rsvps_party",
                "events_capacity_taken",
                "PT503",
            ];
            assert!(known.contains(&&*refused), "{refused} in {story}");
        }
        check(&admin, &story).await;
        waited += people.seated(&admin).await.1.len();
    }
    assert!(waited > ROUNDS, "it was never crowded");
}
