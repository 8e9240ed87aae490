//! What commonly goes wrong with a project, found in its catalogue, each with the SQL that mends it.

use serde::Serialize;

use super::catalogue::{Catalogue, Table};

/// How much a warning matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Strangers read or write what they should not.
    Danger,
    /// Something does not work that somebody surely wants.
    Warning,
    /// Fine when it is meant so.
    Note,
}

/// Something a person may want to mend.
#[derive(Clone, Debug, Serialize)]
pub struct Warning {
    /// How much it matters.
    pub weight: Weight,
    /// What it is about, such as `public.notes`.
    pub about: String,
    /// What is wrong and what follows from it.
    pub text: String,
    /// SQL that mends it.
    pub cure: Option<String>,
}

/// Log that waits to be read beyond this is more than a moment's work.
const LAG: u64 = 16 * 1024 * 1024;

/// Everything worth a warning, the most dangerous first.
pub fn find(catalogue: &Catalogue) -> Vec<Warning> {
    let mut found: Vec<Warning> = catalogue.tables.iter().flat_map(of_table).collect();
    found.extend(of_stream(catalogue));
    if catalogue.room_policies == 0 {
        found.push(Warning {
            weight: Weight::Note,
            about: "realtime.messages".to_owned(),
            text: "No policy: nobody can join a private channel.".to_owned(),
            cure: Some(
                "create policy \"signed-in people hear rooms\" on realtime.messages\n  for select to authenticated using (realtime.topic() like 'room:%');".to_owned(),
            ),
        });
    }
    found.sort_by_key(|warning| warning.weight);
    found
}

fn of_table(table: &Table) -> Vec<Warning> {
    let name = &table.quoted;
    let mut found = Vec::new();
    let mut warn = |weight, text: &str, cure: String| {
        found.push(Warning {
            weight,
            about: format!("{}.{}", table.schema, table.name),
            text: text.to_owned(),
            cure: Some(cure),
        });
    };
    if !table.secured && table.reachable() {
        warn(
            Weight::Danger,
            "Row level security is off: everybody with the publishable key reaches every row.",
            format!("alter table {name} enable row level security;"),
        );
    }
    if table.secured && table.reachable() && table.policies.is_empty() {
        warn(
            Weight::Warning,
            "Row level security is on, but there is no policy: clients see no row and write none.",
            reading_policy(table),
        );
    } else if table.secured && table.grants("select") && !table.shows_rows() {
        warn(
            Weight::Warning,
            "No policy lets anybody see a row: clients find nothing and hear of no change.",
            reading_policy(table),
        );
    }
    if !table.reachable() {
        let weight = if table.policies.is_empty() && !table.published {
            Weight::Note
        } else {
            Weight::Warning
        };
        warn(
            weight,
            "No grant for anon or authenticated: clients are refused with 42501, whatever the policies say.",
            format!("grant select, insert, update, delete on {name} to authenticated;"),
        );
    }
    if table.published && table.identity == "nothing" {
        warn(
            Weight::Warning,
            "Replica identity is nothing: PostgreSQL refuses to update and delete rows while the table is published.",
            format!("alter table {name} replica identity default;"),
        );
    }
    if table.key.is_empty() {
        let weight = if table.published {
            Weight::Warning
        } else {
            Weight::Note
        };
        warn(
            weight,
            "No primary key: changes arrive without their values, and rows cannot be updated or deleted while the table is published.",
            format!("alter table {name} add column id uuid primary key default gen_random_uuid();"),
        );
    }
    if !table.published && table.grants("select") {
        warn(
            Weight::Note,
            "Not published: clients can read it, but hear of no change.",
            format!("alter publication supabase_realtime add table {name};"),
        );
    }
    found
}

fn reading_policy(table: &Table) -> String {
    format!(
        "create policy \"signed-in people read\" on {}\n  for select to authenticated using (true);",
        table.quoted
    )
}

fn of_stream(catalogue: &Catalogue) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |text: String, cure: Option<&str>| {
        found.push(Warning {
            weight: Weight::Warning,
            about: "supabase_realtime".to_owned(),
            text,
            cure: cure.map(str::to_owned),
        });
    };
    match &catalogue.publication {
        None => warn(
            "The publication is missing: no change reaches anybody.".to_owned(),
            Some("create publication supabase_realtime;"),
        ),
        Some(publication) => {
            if !(publication.insert && publication.update && publication.delete) {
                warn(
                    "The publication does not hand on every kind of change.".to_owned(),
                    Some(
                        "alter publication supabase_realtime set (publish = 'insert, update, delete');",
                    ),
                );
            }
        }
    }
    if !catalogue.slots.iter().any(|slot| slot.active) {
        warn(
            "Nobody reads the change stream: changes pause until it starts again.".to_owned(),
            None,
        );
    }
    for slot in catalogue.slots.iter().filter(|slot| slot.lag > LAG) {
        warn(
            format!(
                "The change stream is {} MiB of log behind: changes arrive late.",
                slot.lag / (1024 * 1024)
            ),
            None,
        );
    }
    found
}

#[cfg(test)]
mod tests;
