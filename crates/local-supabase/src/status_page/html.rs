//! The report as a page: one file, no script, nothing from elsewhere; whatever comes from outside is escaped.

mod mails;
mod tables;

use std::fmt::{Display, Write};

use super::{
    Report,
    errors::Shown,
    warnings::{Warning, Weight},
};

const STYLE: &str = include_str!("style.css");

/// Text in which no character means anything to HTML, also inside of quotes.
pub(super) struct Escaped<T>(pub(super) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.to_string().chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let address = Escaped(&report.address);
    let mut body = String::new();
    let state = match (&report.failure, worst(&report.warnings)) {
        (Some(_), _) => ("danger", "The database does not answer".to_owned()),
        (None, Some(Weight::Danger)) => ("danger", "Running, and open to strangers".to_owned()),
        (None, Some(Weight::Warning)) => ("warning", "Running, with something to mend".to_owned()),
        (None, Some(Weight::Note) | None) => ("good", "Running".to_owned()),
    };
    let _ = write!(
        body,
        "<header><h1>local-supabase</h1><p class=\"state {}\">{}</p><p><code class=\"whole\">{address}</code></p></header>",
        state.0, state.1
    );
    if let Some(failure) = &report.failure {
        let _ = write!(
            body,
            "<section><h2>The database does not answer</h2><p class=\"card danger\">{}</p></section>",
            Escaped(failure)
        );
    }
    warnings(&mut body, &report.warnings);
    connect(&mut body, report);
    mails::show(&mut body, &report.mails);
    realtime(&mut body, report);
    if let Some(catalogue) = &report.database {
        tables::show(&mut body, catalogue);
    }
    errors(&mut body, &report.errors);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>local-supabase: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n",
        Escaped(&state.1)
    )
}

fn worst(warnings: &[Warning]) -> Option<Weight> {
    warnings.iter().map(|warning| warning.weight).min()
}

fn warnings(out: &mut String, all: &[Warning]) {
    let (notes, urgent): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|warning| warning.weight == Weight::Note);
    if !urgent.is_empty() {
        out.push_str("<section><h2>To mend</h2><ul class=\"cards\">");
        urgent.iter().for_each(|one| warning(out, one));
        out.push_str("</ul></section>");
    }
    if !notes.is_empty() {
        let _ = write!(
            out,
            "<section><details><summary><h2>{}</h2> <span class=\"quiet\">fine when meant so</span></summary><ul class=\"cards\">",
            count(notes.len(), "note", "notes")
        );
        notes.iter().for_each(|one| warning(out, one));
        out.push_str("</ul></details></section>");
    }
}

fn warning(out: &mut String, warning: &Warning) {
    let weight = match warning.weight {
        Weight::Danger => "danger",
        Weight::Warning => "warning",
        Weight::Note => "note",
    };
    let _ = write!(
        out,
        "<li class=\"card {weight}\"><h3>{}</h3><p>{}</p>",
        Escaped(&warning.about),
        Escaped(&warning.text)
    );
    if let Some(cure) = &warning.cure {
        let _ = write!(out, "<pre class=\"whole\">{}</pre>", Escaped(cure));
    }
    out.push_str("</li>");
}

fn connect(out: &mut String, report: &Report) {
    let keys = &report.keys;
    let _ = write!(
        out,
        "<section><h2>Connect</h2><dl class=\"card\">{}{}{}{}{}</dl>\
         <details><summary>Keys that pass every policy, for servers only</summary><dl class=\"card danger\">{}{}</dl></details></section>",
        pair("Address", &report.address),
        pair("Publishable key", &keys.publishable),
        pair("REST", &format!("{}/rest/v1", report.address)),
        pair("Auth", &format!("{}/auth/v1", report.address)),
        pair("Realtime", &format!("{}/realtime/v1", report.address)),
        pair("Secret key", &keys.secret),
        pair("service_role, as a JWT", &keys.service_role),
    );
}

fn pair(name: &str, value: &str) -> String {
    format!(
        "<div><dt>{}</dt><dd><code class=\"whole\">{}</code></dd></div>",
        Escaped(name),
        Escaped(value)
    )
}

fn realtime(out: &mut String, report: &Report) {
    let tally = report.realtime;
    let _ = write!(
        out,
        "<section><h2>Realtime</h2><ul class=\"figures\">\
         <li><b>{}</b> {}</li><li><b>{}</b> {}</li><li><b>{}</b> private</li>\
         <li><b>{}</b> hearing changes</li><li><b>{}</b> waiting for them</li>",
        tally.sockets,
        if tally.sockets == 1 {
            "connection"
        } else {
            "connections"
        },
        tally.channels,
        if tally.channels == 1 {
            "channel"
        } else {
            "channels"
        },
        tally.private,
        tally.live,
        tally.waiting,
    );
    if let Some(catalogue) = &report.database {
        for slot in catalogue.slots.iter().filter(|slot| slot.active) {
            let _ = write!(out, "<li><b>{}</b> behind the log</li>", bytes(slot.lag));
        }
        let _ = write!(
            out,
            "<li>PostgreSQL <b>{}</b></li>",
            Escaped(catalogue.version.split(' ').next().unwrap_or_default())
        );
    }
    out.push_str("</ul></section>");
}

fn errors(out: &mut String, all: &[Shown]) {
    out.push_str("<section><h2>Last errors</h2>");
    if all.is_empty() {
        out.push_str("<p class=\"quiet\">No request has been refused so far.</p></section>");
        return;
    }
    out.push_str("<ul class=\"cards errors\">");
    for Shown { seconds_ago, what } in all {
        let _ = write!(
            out,
            "<li class=\"card\"><p><b>{}</b> <code>{}</code> <code>{}</code> <span class=\"quiet\">{}</span></p><p>{}</p></li>",
            what.status
                .map_or_else(|| "Realtime".to_owned(), |status| status.to_string()),
            Escaped(&what.code),
            Escaped(&what.request),
            ago(*seconds_ago),
            Escaped(&what.message)
        );
    }
    out.push_str("</ul></section>");
}

/// `1 table`, `2 tables`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn bytes(number: u64) -> String {
    match number {
        0..1024 => format!("{number} B"),
        1024..1_048_576 => format!("{} KiB", number / 1024),
        _ => format!("{} MiB", number / 1_048_576),
    }
}

fn ago(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        _ => format!("{} h ago", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_means_anything_to_html() {
        assert_eq!(
            Escaped("<b a='1' c=\"2\">&amp;</b>").to_string(),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;&lt;/b&gt;"
        );
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [bytes(3), bytes(2048), bytes(5 << 20)],
            ["3 B", "2 KiB", "5 MiB"]
        );
        assert_eq!(
            [ago(1), ago(61), ago(7200)],
            ["1 s ago", "1 min ago", "2 h ago"]
        );
    }
}
