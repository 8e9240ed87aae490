//! The part of a text in which words were found, cut into hits and what stands between them.

/// About `length` characters of `text`, beginning `lead` before the first word that begins like one of
/// `words`; each piece with whether it is such a beginning. Case does not matter.
#[must_use]
pub fn excerpt(text: &str, words: &str, lead: usize, length: usize) -> Vec<(String, bool)> {
    let words: Vec<Vec<char>> = words
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().map(folded).collect())
        .collect();
    let all: Vec<char> = text.chars().collect();
    // The longest of the words that begins at each place where a word begins.
    let hit = |at: usize| {
        let begins = at == 0 || !all[at - 1].is_alphanumeric();
        let fits = |word: &&Vec<char>| {
            let here = all[at..].iter().copied().map(folded);
            here.take(word.len()).eq(word.iter().copied())
        };
        let longest = words.iter().filter(fits).map(Vec::len).max();
        longest.filter(|_| begins)
    };
    let first = (0..all.len()).find(|at| hit(*at).is_some()).unwrap_or(0);
    let start = first.saturating_sub(lead);
    let end = all.len().min(start + length);
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut push = |text: &[char], is_hit: bool| match pieces.last_mut() {
        Some((before, kind)) if *kind == is_hit => before.extend(text),
        _ => pieces.push((text.iter().collect(), is_hit)),
    };
    if start > 0 {
        push(&['…'], false);
    }
    let mut at = start;
    while at < end {
        let span = hit(at);
        let next = end.min(at + span.unwrap_or(1));
        push(&all[at..next], span.is_some());
        at = next;
    }
    if end < all.len() {
        push(&['…'], false);
    }
    pieces
}

fn folded(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, words: &str, lead: usize, length: usize) -> String {
        let pieces = excerpt(text, words, lead, length).into_iter();
        let piece = |(text, is_hit): (String, bool)| {
            if is_hit {
                ["<", &text, ">"].concat()
            } else {
                text
            }
        };
        pieces.map(piece).collect()
    }

    #[test]
    fn beginnings_of_words_are_marked_around_the_first_hit() {
        assert_eq!(
            shown("Who bakes Bread? Breadth!", "bread ba", 40, 80),
            "Who <ba>kes <Bread>? <Bread>th!"
        );
        assert_eq!(
            shown("a far away fire is lit", "FIRE", 4, 12),
            "…way <fire> is …"
        );
        assert_eq!(shown("nothing here", "zz", 4, 7), "nothing…");
        assert_eq!(shown("İstanbul", "i", 1, 9), "<İ>stanbul");
        assert_eq!(shown("", "x", 1, 9), "");
    }
}
