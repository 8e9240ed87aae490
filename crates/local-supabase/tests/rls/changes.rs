//! Changes over Realtime: what each role hears of an insert, an update and a delete of the owner's row.

use serde_json::{Value, json};

use crate::{
    catalog::Table,
    matrix::Found,
    role::{ROLES, Role},
    socket::Socket,
    world::World,
};

pub async fn try_all(world: &World, found: &mut Found) {
    let (published, silent): (Vec<&Table>, Vec<&Table>) = world
        .catalog
        .tables
        .iter()
        .partition(|table| table.published);
    for table in silent {
        for role in ROLES {
            let mut socket = Socket::open(world, role, "matrix").await;
            let bindings = json!([{"event": "*", "schema": "public", "table": table.name}]);
            socket.join(json!({"postgres_changes": bindings})).await;
            let refused = socket.event("system").await["status"] == "error";
            let outcome = if refused { "closed" } else { "open" };
            found.note(&table.name, "hear", role, outcome);
        }
    }

    let mut bindings = vec![json!({"event": "*", "schema": "mark", "table": "line"})];
    for table in &published {
        bindings.push(json!({"event": "*", "schema": "public", "table": table.name}));
    }
    let mut sockets = Vec::new();
    for role in ROLES {
        let mut socket = Socket::open(world, role, "matrix").await;
        socket.join(json!({"postgres_changes": bindings})).await;
        let system = socket.event("system").await;
        assert_eq!(system["message"], "Subscribed to PostgreSQL", "{role:?}");
        sockets.push((role, socket));
    }
    for table in &published {
        change(world, &table.name).await;
    }
    world
        .db
        .batch_execute("insert into mark.line values (1)")
        .await
        .unwrap();
    for (role, socket) in &mut sockets {
        let mut changes = Vec::new();
        loop {
            let change = socket.event("postgres_changes").await["data"].clone();
            if change["table"] == "line" {
                break;
            }
            changes.push(change);
        }
        for table in &published {
            note(table, *role, &changes, found);
        }
    }
}

/// Deletes the owner's row, writes it anew and writes it once more: at once, since who may hear of a row of another
/// table may depend on this one, and is asked when it is told.
async fn change(world: &World, table: &str) {
    let key = Value::Object(world.setting(table, "row", Role::Owner));
    let owners = "to_jsonb(t) @> $1";
    let silently = "set session_replication_role";
    world.db.batch_execute("begin").await.unwrap();
    for (role, statement) in [
        (
            "replica",
            format!("delete from public.{table} t where {owners}"),
        ),
        (
            "replica",
            format!("insert into public.{table} select * from saved.{table} t where {owners}"),
        ),
        (
            "origin",
            format!("update public.{table} t set rev = rev where {owners}"),
        ),
    ] {
        world
            .db
            .batch_execute(&format!("{silently} = {role}"))
            .await
            .unwrap();
        assert_eq!(
            world.db.execute(&statement, &[&key]).await.unwrap(),
            1,
            "{statement}"
        );
    }
    world.db.batch_execute("commit").await.unwrap();
}

fn note(table: &Table, role: Role, changes: &[Value], found: &mut Found) {
    for kind in ["INSERT", "UPDATE", "DELETE"] {
        let mut of_kind = changes
            .iter()
            .filter(|change| change["table"] == *table.name && change["type"] == kind);
        let outcome = of_kind
            .next()
            .map_or("none".to_owned(), |change| shown(change, table));
        assert!(
            of_kind.next().is_none(),
            "{role:?} hears of one {kind} twice"
        );
        found.note(
            &table.name,
            &format!("hear {}", kind.to_lowercase()),
            role,
            outcome,
        );
    }
}

/// What a change tells: the whole row, only its key, parts of it, nothing, or an error by its number.
fn shown(change: &Value, table: &Table) -> String {
    if let Some(error) = change["errors"][0].as_str() {
        let number = error
            .split(|letter: char| !letter.is_ascii_digit())
            .find(|word| !word.is_empty());
        return format!("error {}", number.unwrap_or(error));
    }
    let row = if change["type"] == "DELETE" {
        &change["old_record"]
    } else {
        &change["record"]
    };
    let columns: Vec<&String> = row
        .as_object()
        .into_iter()
        .flat_map(|row| row.keys())
        .collect();
    let all = columns.len() == table.columns.len();
    match (
        columns.len(),
        columns.iter().all(|column| table.key.contains(*column)),
    ) {
        (0, _) => "empty",
        _ if all => "row",
        (_, true) => "key",
        (_, false) => "part",
    }
    .to_owned()
}
