//! Reading: REST, embedded along foreign keys, by functions, and schemas that are not served.

use serde_json::{Value, json};

use crate::{
    ask::Answer,
    matrix::Found,
    role::{ROLES, Role},
    world::World,
};

pub async fn try_all(world: &World, found: &mut Found) {
    for table in &world.catalog.tables {
        tables(world, &table.name, found).await;
    }
    for link in &world.catalog.links {
        let (from, to, key) = (&link.from, &link.to, &link.name);
        embedded(world, from, to, key, found).await;
        embedded(world, to, from, key, found).await;
    }
    functions(world, found).await;
    closed(world, found).await;
}

async fn tables(world: &World, table: &str, found: &mut Found) {
    let row = world.row(table).await;
    assert!(
        row.is_object(),
        "rows.sql gives the owner no row in {table}"
    );
    let path = format!("/rest/v1/{table}?{}", world.filter(table));
    for role in ROLES {
        let answer = world.ask(role, "GET", &path, None).await;
        let whole = answer.body[0].as_object().map(|seen| seen.len())
            == row.as_object().map(|stored| stored.len());
        let outcome = outcome(&answer, role, &row);
        let part = outcome == "yes" && !whole;
        found.note(table, "select", role, if part { "part" } else { &outcome });
    }
}

/// The owner's row in `inner`, asked for as a part of rows of `outer`.
async fn embedded(world: &World, inner: &str, outer: &str, key: &str, found: &mut Found) {
    let row = world.row(inner).await;
    let path = format!("/rest/v1/{outer}?select=found:{inner}!{key}(*)");
    for role in ROLES {
        let answer = world.ask(role, "GET", &path, None).await;
        found.note(
            inner,
            &format!("select in {outer} by {key}"),
            role,
            outcome(&answer, role, &row),
        );
    }
}

async fn functions(world: &World, found: &mut Found) {
    for function in &world.catalog.functions {
        let sheet = &world.sheets["functions"];
        let arguments = sheet.settings.get(&function.name).unwrap_or_else(|| {
            panic!(
                "public.{} has no cells: give `{}: {{…}}` with its arguments in tests/rls/matrix/functions.txt",
                function.signature, function.name
            )
        });
        let path = format!("/rest/v1/rpc/{}", function.name);
        for role in ROLES {
            let mut arguments = role.fill(arguments);
            for argument in arguments.as_object_mut().unwrap().values_mut() {
                if *argument == "$cursor" {
                    *argument = json!(world.cursor);
                }
            }
            let answer = world.ask(role, "POST", &path, Some(&arguments)).await;
            let called = answer.refusal(role);
            let may = if function.writes { "writes" } else { "reads" };
            let outcome_of_call = called.clone().unwrap_or_else(|| may.to_owned());
            found.note("functions", &function.signature, role, outcome_of_call);
            for table in &world.catalog.tables {
                let row = world.row(&table.name).await;
                let line = format!("select by rpc {}", function.name);
                found.note(&table.name, &line, role, outcome(&answer, role, &row));
            }
        }
    }
}

/// Schemas beside the one that is served, for reading, for writing and for calling.
async fn closed(world: &World, found: &mut Found) {
    let nothing = json!({});
    for schema in &world.catalog.closed {
        let headers = [
            ("accept-profile", schema.as_str()),
            ("content-profile", schema.as_str()),
        ];
        for role in ROLES {
            let mut outcome = "closed".to_owned();
            for (method, path, body) in [
                ("GET", "/rest/v1/users", None),
                ("POST", "/rest/v1/applied_writes", Some(&nothing)),
                ("POST", "/rest/v1/rpc/forget_the_dead", Some(&nothing)),
            ] {
                let answer = world.ask_with(role, method, path, body, &headers).await;
                let refusal = answer.refusal(role).unwrap_or_else(|| "open".to_owned());
                if refusal != "PGRST106" {
                    outcome = format!("{method} {path}: {refusal}");
                }
            }
            found.note("schemas", schema, role, outcome);
        }
    }
}

fn outcome(answer: &Answer, role: Role, row: &Value) -> String {
    match answer.refusal(role) {
        Some(refusal) => refusal,
        None if shows(&answer.body, row) => "yes".to_owned(),
        None => "none".to_owned(),
    }
}

/// Whether the row is anywhere in an answer. No two rows have the same version, whatever their tables; what
/// has none is known by its ids.
fn shows(answer: &Value, row: &Value) -> bool {
    match answer {
        Value::Array(items) => items.iter().any(|item| shows(item, row)),
        Value::Object(fields) => {
            row.get("rev").is_some_and(|rev| answer["rev"] == *rev)
                || fields.values().any(|field| shows(field, row))
        }
        Value::String(text) => {
            let ids = row.as_object().into_iter().flat_map(|row| row.values());
            let mut ids = ids.filter_map(Value::as_str).filter(|id| id.len() == 36);
            row.get("rev").is_none() && ids.any(|id| text.contains(id))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
