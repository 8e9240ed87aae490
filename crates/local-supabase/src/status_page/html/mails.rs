//! The mails that were not sent, each with its link.

use std::fmt::Write;

use super::{Escaped, ago};
use crate::auth::mail::Shown;

/// Appends them, the newest first.
pub(in crate::status_page) fn show(out: &mut String, all: &[Shown]) {
    out.push_str("<section><h2>Mails</h2>");
    if all.is_empty() {
        out.push_str(
            "<p class=\"quiet\">None so far. They are kept here and never sent.</p></section>",
        );
        return;
    }
    out.push_str("<ul class=\"cards errors\">");
    for Shown { seconds_ago, mail } in all {
        let _ = write!(
            out,
            "<li class=\"card\"><h3>{}</h3><p>to <code>{}</code> <span class=\"quiet\">{}</span></p>\
             <p><a href=\"{}\" rel=\"noreferrer\">Open the link</a></p></li>",
            Escaped(&mail.subject),
            Escaped(&mail.to),
            ago(*seconds_ago),
            Escaped(&mail.link)
        );
    }
    out.push_str("</ul></section>");
}
