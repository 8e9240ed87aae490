//! Where the parts of a filter's text begin and end.

/// Splits at commas outside parentheses and double quotes; a quote counts only where a value begins.
pub fn segments(text: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let (mut start, mut depth, mut quoted, mut escaped, mut before) =
        (0, 0_usize, false, false, ' ');
    for (at, letter) in text.char_indices() {
        if quoted {
            quoted = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
        } else {
            match letter {
                '"' if matches!(before, '.' | '(' | ',') => quoted = true,
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    segments.push(&text[start..at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        before = letter;
    }
    segments.push(&text[start..]);
    segments
}

/// Splits a list at commas outside double quotes, and takes the quotes off.
pub fn items(list: &str) -> Vec<String> {
    if list.trim().is_empty() {
        return Vec::new();
    }
    let mut items = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in list.chars() {
        if letter == ',' && !quoted {
            items.push(String::new());
            continue;
        }
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        if let Some(item) = items.last_mut() {
            item.push(letter);
        }
    }
    items.iter().map(|item| unquote(item.trim())).collect()
}

/// Takes double quotes off a value that is quoted whole; anything else stays as it is.
pub fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if letters.as_str().is_empty() => return text,
            '"' => break,
            '\\' => text.extend(letters.next()),
            _ => text.push(letter),
        }
    }
    value.to_owned()
}
