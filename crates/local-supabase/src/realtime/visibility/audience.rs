//! Who listens, grouped so that what is the same for many is worked out once.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use crate::realtime::{binding::Binding, hub::ChannelId};

/// On whose behalf a channel looks at rows. Channels of the same person share the answers.
#[derive(Debug, PartialEq, Eq, Hash, Clone)]
pub struct Viewer {
    /// Database role.
    pub role: String,
    /// Claims as JSON text.
    pub claims: String,
}

/// All channels whose bindings live.
#[derive(Debug, Default)]
pub struct Audience {
    /// Different viewers.
    pub people: Vec<Person>,
    /// The channels.
    pub groups: Vec<Group>,
}

/// A viewer as the database is told of them.
#[derive(Debug)]
pub struct Person {
    /// Role and claims.
    pub viewer: Arc<Viewer>,
    /// The claim `sub` as text, which older policies read from a setting of its own.
    pub sub: String,
}

/// Channels of one role with the same bindings.
#[derive(Debug)]
pub struct Group {
    /// Database role.
    pub role: String,
    /// What they want to hear.
    pub bindings: Arc<[Binding]>,
    /// The channels.
    pub members: Vec<Member>,
}

/// A channel of a [`Group`].
#[derive(Debug)]
pub struct Member {
    /// The channel.
    pub channel: ChannelId,
    /// Index of its viewer in [`Audience::people`].
    pub person: usize,
}

impl Audience {
    /// The channels of some of [`Self::people`].
    pub fn channels_of(&self, people: &[usize]) -> Vec<ChannelId> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members
            .filter(|member| people.contains(&member.person))
            .map(|member| member.channel)
            .collect()
    }

    /// Groups channels with living bindings.
    pub fn gather<'a>(
        listeners: impl Iterator<Item = (ChannelId, &'a Arc<Viewer>, &'a Arc<[Binding]>)>,
    ) -> Self {
        let mut audience = Self::default();
        let mut people: HashMap<&Viewer, usize> = HashMap::new();
        let mut groups: HashMap<(&str, &[Binding]), usize> = HashMap::new();
        for (channel, viewer, bindings) in listeners {
            let person = *people.entry(viewer).or_insert_with(|| {
                audience.people.push(Person {
                    viewer: viewer.clone(),
                    sub: sub(&viewer.claims),
                });
                audience.people.len() - 1
            });
            let group = *groups.entry((&viewer.role, bindings)).or_insert_with(|| {
                audience.groups.push(Group {
                    role: viewer.role.clone(),
                    bindings: bindings.clone(),
                    members: Vec::new(),
                });
                audience.groups.len() - 1
            });
            audience.groups[group]
                .members
                .push(Member { channel, person });
        }
        audience
    }
}

/// The claim `sub` as `->>` gives it.
fn sub(claims: &str) -> String {
    let claims: Value = serde_json::from_str(claims).unwrap_or_default();
    match claims.get("sub") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
