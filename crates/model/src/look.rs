//! Names as they look: those that a reader may take for one another are the same.

/// The name without what the eye passes over: case, spaces, punctuation, accents that were put behind a letter,
/// and the difference between letters of other scripts and Latin ones of the same shape.
///
/// Letters that are written in several ways (with an accent or with one behind them, as wide ones) are to be written in
/// one before: Unicode's NFKC, which browsers know. A name of nothing but signs is itself.
#[must_use]
pub fn look(name: &str) -> String {
    let letters = name.chars().map(capital).flat_map(char::to_lowercase);
    let seen: String = letters
        .filter(|letter| letter.is_alphanumeric() || *letter == '|')
        .map(shape)
        .collect();
    if seen.is_empty() {
        name.to_owned()
    } else {
        seen
    }
}

/// The Latin letter that looks like a Greek capital, whose small letter may look like another one.
fn capital(letter: char) -> char {
    match letter {
        'Α' => 'A',
        'Β' => 'B',
        'Ε' => 'E',
        'Ζ' => 'Z',
        'Η' => 'H',
        'Ι' => 'I',
        'Κ' => 'K',
        'Μ' => 'M',
        'Ν' => 'N',
        'Ο' => 'O',
        'Ρ' => 'P',
        'Τ' => 'T',
        'Υ' => 'Y',
        'Χ' => 'X',
        other => other,
    }
}

/// The Latin letter, or the digit, that looks like it.
fn shape(letter: char) -> char {
    match letter {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'i' | '1' | 'і' | 'ı' | 'ι' | 'ӏ' | '|' => 'l',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'п' | 'η' => 'n',
        '0' | 'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_the_same() {
        for other in [
            "TOM OKAFOR",
            "Tom  Okafor.",
            "Тоm Оkаfоr",
            "T0m 0kafor",
            "Tom\u{200b}Okafor\u{2060}",
        ] {
            assert_eq!(look(other), look("Tom Okafor"), "{other}");
        }
        assert_eq!(look("Iris"), look("lris"));
        assert_eq!(look("Iris"), look("|ris"));
        assert_eq!(look("Hanna"), look("\u{397}anna"), "a Greek capital Eta");
        assert_eq!(look("Nora"), look("\u{39d}ora"), "a Greek capital Ny");
        assert_ne!(look("🦊"), look("🐻"), "names of signs alone");
        assert_ne!(look("Tom"), look("Tim"));
        assert_ne!(look("Zoë"), look("Zoe"), "names of two people");
    }
}
