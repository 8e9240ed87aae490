//! The tables, each with what decides who reads it and who hears of it.

use std::fmt::Write;

use super::{Escaped, count};
use crate::status_page::catalogue::{Catalogue, Policy, Table};

/// The section of all tables.
pub(super) fn show(out: &mut String, catalogue: &Catalogue) {
    let published = catalogue.tables.iter().filter(|table| table.published);
    let _ = write!(
        out,
        "<section><h2>{}</h2><p class=\"quiet\">{} in the publication supabase_realtime, whose changes clients can hear.</p>",
        count(catalogue.tables.len(), "table", "tables"),
        published.count()
    );
    if catalogue.tables.is_empty() {
        out.push_str(
            "<p>None yet: a migration in <code>supabase/migrations</code> makes the first.</p>",
        );
    }
    out.push_str("<div class=\"tables\">");
    let (first, rest): (Vec<_>, Vec<_>) =
        catalogue.tables.iter().partition(|table| table.published);
    first
        .iter()
        .chain(&rest)
        .for_each(|shown| table(out, shown));
    out.push_str("</div></section>");
}

fn table(out: &mut String, table: &Table) {
    let _ = write!(
        out,
        "<article class=\"card\"><h3>{}<span class=\"quiet\">{}</span></h3><ul class=\"badges\">",
        Escaped(&table.name),
        Escaped(&table.schema)
    );
    badge(
        out,
        if table.published { "good" } else { "" },
        if table.published {
            "published"
        } else {
            "not published"
        },
    );
    badge(
        out,
        if table.secured { "good" } else { "danger" },
        if table.secured { "RLS on" } else { "RLS off" },
    );
    let unfit = table.published && table.identity == "nothing";
    badge(
        out,
        if unfit { "danger" } else { "" },
        &format!("identity {}", table.identity),
    );
    if table.key.is_empty() {
        badge(out, "danger", "no primary key");
    } else {
        badge(out, "", &format!("key {}", table.key.join(", ")));
    }
    out.push_str("</ul><dl>");
    for (role, verbs) in &table.grants {
        let verbs = if verbs.is_empty() {
            "nothing".to_owned()
        } else {
            verbs.join(", ")
        };
        let _ = write!(
            out,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            Escaped(role),
            Escaped(verbs)
        );
    }
    out.push_str("</dl>");
    if table.policies.is_empty() {
        out.push_str("<p class=\"quiet\">No policies</p>");
    } else {
        let _ = write!(
            out,
            "<details><summary>{}</summary><ul class=\"policies\">",
            count(table.policies.len(), "policy", "policies")
        );
        table.policies.iter().for_each(|one| policy(out, one));
        out.push_str("</ul></details>");
    }
    out.push_str("</article>");
}

fn badge(out: &mut String, kind: &str, text: &str) {
    let _ = write!(out, "<li class=\"badge {kind}\">{}</li>", Escaped(text));
}

fn policy(out: &mut String, policy: &Policy) {
    let _ = write!(
        out,
        "<li><p><b>{}</b> <span class=\"quiet\">{}{} for {}</span></p>",
        Escaped(&policy.name),
        if policy.permissive { "" } else { "restricts " },
        Escaped(&policy.command),
        Escaped(policy.roles.join(", "))
    );
    for (word, condition) in [("using", &policy.using), ("with check", &policy.check)] {
        if let Some(condition) = condition {
            let _ = write!(out, "<pre>{word} {}</pre>", Escaped(condition));
        }
    }
    out.push_str("</li>");
}
