//! A member's face: initials on a colour and a shape that the id decides.

use leptos::prelude::*;
use uuid::Uuid;

use crate::parts::name::name_of;

/// Says nothing to a screen reader; the name stands beside it.
#[component]
pub fn Avatar(user: Uuid) -> impl IntoView {
    let name = name_of(user);
    let mark = user.as_bytes().iter().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(0x0100_0193) ^ u32::from(*byte)
    });
    // Sixteen steps around the wheel are as many as an eye tells apart.
    let mark = mark.wrapping_mul(0x9E37_79B1) >> 16;
    let (hue, shape) = (mark % 16 * 22, mark / 16 % 3);
    view! {
        <span
            class="avatar"
            aria-hidden="true"
            data-shape=shape.to_string()
            style:--avatar-hue=hue.to_string()
        >
            {move || name.with(|name| initials(name))}
        </span>
    }
}

/// First letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Mara Lindqvist"), "ML");
        assert_eq!(initials("tom"), "T");
        assert_eq!(initials("ana maria de souza"), "AS");
        assert_eq!(initials("  "), "");
    }
}
