//! Writing by REST: insert, upsert, update of each column, delete; judged by what is stored afterwards.

use serde_json::{Map, Value, json};

use crate::{
    catalog::Table,
    matrix::Found,
    role::{ROLES, Role},
    world::World,
};

pub async fn try_all(world: &World, found: &mut Found) {
    for table in world.catalog.tables.iter().filter(|table| table.writable) {
        for role in ROLES {
            insert(world, table, role, found).await;
            update(world, table, role, found).await;
            delete(world, table, role, found).await;
        }
    }
}

async fn insert(world: &World, table: &Table, role: Role, found: &mut Found) {
    let name = &table.name;
    let own = world.setting(name, "insert", role);
    let outcome = try_insert(world, name, role, &own, None).await;
    found.note(name, "insert", role, outcome);
    // The same in the owner's name: a row that refers to oneself, written by somebody else.
    let forged = world.setting(name, "insert", Role::Owner);
    let outcome = try_insert(world, name, role, &forged, None).await;
    found.note(name, "insert in the owner's name", role, outcome);
    let values = world.setting(name, "values", role);
    for column in table
        .columns
        .iter()
        .filter(|column| !own.contains_key(*column))
    {
        let mut row = own.clone();
        row.insert(column.clone(), values[column].clone());
        let outcome = try_insert(world, name, role, &row, Some(column)).await;
        found.note(name, &format!("insert with {column}"), role, outcome);
    }
    let before = world.row(name).await;
    let row = Value::Object(world.setting(name, "upsert", role));
    let headers = [("prefer", "resolution=merge-duplicates,return=minimal")];
    let path = format!("/rest/v1/{name}");
    let answer = world
        .ask_with(role, "POST", &path, Some(&row), &headers)
        .await;
    let outcome = match answer.refusal(role) {
        Some(refusal) => refusal,
        None if world.row(name).await == before => "none".to_owned(),
        None => "yes".to_owned(),
    };
    found.note(name, "upsert over the row", role, outcome);
    world.restore().await;
}

async fn try_insert(
    world: &World,
    table: &str,
    role: Role,
    row: &Map<String, Value>,
    with: Option<&str>,
) -> String {
    let path = format!("/rest/v1/{table}");
    let body = Value::Object(row.clone());
    let headers = [("prefer", "return=minimal")];
    let answer = world
        .ask_with(role, "POST", &path, Some(&body), &headers)
        .await;
    if let Some(refusal) = answer.refusal(role) {
        return refusal;
    }
    let new = format!(
        "select count(*) > 0 from (table public.{table} except table saved.{table}) t
         where ($2::text is null or row_to_json(t) ->> $2 is not distinct from
           row_to_json(jsonb_populate_record(null::public.{table}, $1)) ->> $2)"
    );
    let as_sent = world.db.query_one(&new, &[&body, &with]).await.unwrap();
    world.restore().await;
    if as_sent.get(0) { "yes" } else { "decided" }.to_owned()
}

async fn update(world: &World, table: &Table, role: Role, found: &mut Found) {
    let name = &table.name;
    let values = world.setting(name, "values", role);
    let path = format!("/rest/v1/{name}?{}", world.filter(name));
    for column in &table.columns {
        let before = world.row(name).await;
        let body = json!({ column: values[column] });
        let headers = [("prefer", "return=minimal")];
        let answer = world
            .ask_with(role, "PATCH", &path, Some(&body), &headers)
            .await;
        let outcome = match answer.refusal(role) {
            Some(refusal) => refusal,
            None => {
                let outcome = stored(world, name, column, &body, &before).await;
                world.restore().await;
                outcome.to_owned()
            }
        };
        found.note(name, &format!("update {column}"), role, outcome);
    }
}

/// Whether a value was taken (`yes`), whether the row was written with another (`decided`), or not (`none`).
async fn stored(
    world: &World,
    table: &str,
    column: &str,
    body: &Value,
    before: &Value,
) -> &'static str {
    let mut key = world.setting(table, "row", Role::Owner);
    key.remove(column);
    let taken = format!(
        "select count(*) > 0 from public.{table} t where to_jsonb(t) @> $1 and
         to_jsonb(t) ->> $3 is not distinct from
           to_jsonb(jsonb_populate_record(null::public.{table}, $2)) ->> $3"
    );
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
        [&Value::Object(key), body, &column];
    if world.db.query_one(&taken, &values).await.unwrap().get(0) {
        return "yes";
    }
    if world.row(table).await == *before {
        "none"
    } else {
        "decided"
    }
}

async fn delete(world: &World, table: &Table, role: Role, found: &mut Found) {
    let name = &table.name;
    let path = format!("/rest/v1/{name}?{}", world.filter(name));
    let answer = world.ask(role, "DELETE", &path, None).await;
    let outcome = match answer.refusal(role) {
        Some(refusal) => refusal,
        None if world.row(name).await.is_null() => "yes".to_owned(),
        None => "none".to_owned(),
    };
    world.restore().await;
    found.note(name, "delete", role, outcome);
}
