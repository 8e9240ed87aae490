//! Mails: nothing leaves this machine, the last ones are kept for whoever runs the server to read.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use serde::Serialize;

/// As many are kept.
const KEPT: usize = 50;

/// The last mails; cheap to clone.
#[derive(Clone, Default)]
pub struct Mails(Arc<Mutex<VecDeque<(Instant, Mail)>>>);

/// What would have been sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Where its only link leads.
    pub link: String,
}

/// A mail as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// How long ago it was.
    pub seconds_ago: u64,
    /// The mail.
    #[serde(flatten)]
    pub mail: Mail,
}

impl Mails {
    /// Keeps one, and forgets the oldest.
    pub fn keep(&self, mail: Mail) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        kept.push_front((Instant::now(), mail));
    }

    /// All, the newest first.
    pub fn shown(&self) -> Vec<Shown> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = kept.iter().map(|(at, mail)| Shown {
            seconds_ago: at.elapsed().as_secs(),
            mail: mail.clone(),
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_are_kept() {
        let mails = Mails::default();
        for n in 0..KEPT + 10 {
            mails.keep(Mail {
                to: n.to_string(),
                subject: String::new(),
                link: String::new(),
            });
        }
        let shown = mails.shown();
        assert_eq!(shown.len(), KEPT);
        assert_eq!(shown[0].mail.to, (KEPT + 9).to_string());
    }
}
