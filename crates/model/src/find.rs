//! Finding something by a few letters of its name.

/// How well a name fits what was typed: each word typed has to be in it; 0 when each begins a word.
#[must_use]
pub fn fits(typed: &str, name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let mut inside = 0;
    for word in typed.to_lowercase().split_whitespace() {
        if name
            .split(|letter: char| !letter.is_alphanumeric())
            .any(|part| part.starts_with(word))
        {
            continue;
        }
        if !name.contains(word) {
            return None;
        }
        inside = 1;
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_words_fit_best() {
        assert_eq!(fits("mar", "Tom Marlow"), Some(0));
        assert_eq!(fits("low", "Tom Marlow"), Some(1));
        assert_eq!(fits("t MAR", "Tom Marlow"), Some(0));
        assert_eq!(fits("mara", "Tom Marlow"), None);
        assert_eq!(fits("", "Tom"), Some(0));
    }
}
