//! Queries as the engine reads them.

use axum::{
    extract::Request,
    http::{Method, Uri},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use postrust_core::api_request::value_is_filter;

/// What is said once; of several the first counts.
const SINGLE: [&str; 3] = ["select", "columns", "on_conflict"];

/// What clients may write in a query and the engine reads differently: a space as `+`, which every browser
/// sends; `columns` in quotes, which supabase-js sends; columns that begin with `_`, by which the engine does not
/// filter unless they are quoted; and what is passed over: names without a value, a limit or an offset that is no
/// number, or less than no offset, or in a write.
pub(super) fn mend(request: &mut Request) {
    let Some(query) = request.uri().query() else {
        return;
    };
    let called = request.uri().path().starts_with("/rpc/");
    let method = request.method();
    let writing = !called && [Method::POST, Method::PATCH, Method::DELETE].contains(method);
    let mut said: Vec<&str> = Vec::new();
    let mut pairs: Vec<String> = Vec::new();
    for pair in query.split('&') {
        let Some((name, value)) = pair.split_once('=') else {
            continue;
        };
        if is_idle(name, value, writing) || said.contains(&name) {
            continue;
        }
        said.extend(SINGLE.iter().find(|single| **single == name));
        let (name, value) = (name.replace('+', "%20"), value.replace('+', "%20"));
        pairs.push(match &*name {
            "columns" => format!("columns={}", value.replace("%22", "")),
            _ => match quoted(&name, &value, called) {
                Some(name) => format!("{name}={value}"),
                None => format!("{name}={value}"),
            },
        });
    }
    let mended = pairs.join("&");
    if mended != query {
        replace(request, &mended);
    }
}

/// Whether a parameter is passed over.
fn is_idle(name: &str, value: &str, writing: bool) -> bool {
    let of = |last: &str| name.rsplit('.').next() == Some(last);
    if of("offset") {
        writing || value.starts_with('-') || !is_number(value)
    } else if of("limit") {
        let amount = value.strip_prefix('-');
        !is_number(amount.unwrap_or(value)) || (writing && amount.is_none())
    } else {
        false
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of a filter with its first part in quotes, if that begins with `_`. Arguments of a function stay.
fn quoted(name: &str, value: &str, called: bool) -> Option<String> {
    if !name.starts_with('_') && !name.starts_with("%5F") && !name.starts_with("%5f") {
        return None;
    }
    let name = percent_decode_str(name).decode_utf8().ok()?;
    let changes_a_list = ["order", "limit", "offset", "and", "or"]
        .into_iter()
        .any(|last| name.rsplit('.').next() == Some(last));
    let filters = || value_is_filter(&percent_decode_str(value).decode_utf8_lossy());
    if changes_a_list || (called && !filters()) {
        return None;
    }
    let is_within = |at: usize, character: char| match character {
        '-' => !name[at + 1..].starts_with('>'),
        '_' | '$' | ' ' => true,
        other => other.is_alphanumeric(),
    };
    let end = name
        .char_indices()
        .find(|(at, character)| !is_within(*at, *character));
    let (first, rest) = name.split_at(end.map_or(name.len(), |(at, _)| at));
    let name = format!("\"{}\"{rest}", first.trim());
    Some(utf8_percent_encode(&name, NON_ALPHANUMERIC).to_string())
}

/// Gives a request another query.
pub(super) fn replace(request: &mut Request, query: &str) {
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = format!("{}?{query}", request.uri().path()).try_into().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn plain(method: Method, uri: &str) -> String {
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .body(Body::empty())
            .expect("a request");
        mend(&mut request);
        request.uri().to_string()
    }

    #[test]
    fn what_the_engine_reads_differently_is_made_plain() {
        for (given, wanted) in [
            ("/t?a=eq.x+y%2Bz", "/t?a=eq.x%20y%2Bz"),
            (
                "/t?columns=%22a%22,%22b%22&c=eq.%22",
                "/t?columns=a,b&c=eq.%22",
            ),
            ("/t?limit=x&offset=-3&a.limit=", "/t?"),
            ("/t?limit=-3&offset=2", "/t?limit=-3&offset=2"),
            ("/t?select=a&&foo&select=b&", "/t?select=a"),
            ("/t", "/t"),
        ] {
            assert_eq!(plain(Method::GET, given), wanted);
        }
        for method in [Method::POST, Method::PATCH, Method::DELETE] {
            let mended = plain(method, "/t?limit=1&a=eq.1&offset=2&limit=-1&b.limit=2");
            assert_eq!(mended, "/t?a=eq.1&limit=-1");
        }
        assert_eq!(plain(Method::POST, "/rpc/f?limit=1"), "/rpc/f?limit=1");
    }

    #[test]
    fn columns_that_begin_with_a_line_are_quoted() {
        for (given, wanted) in [
            ("/t?_a=eq.1", "/t?%22%5Fa%22=eq.1"),
            ("/t?%5fa=eq.1&a_=eq.1", "/t?%22%5Fa%22=eq.1&a_=eq.1"),
            ("/t?_a-b-%3E%3Ec=eq.1", "/t?%22%5Fa%2Db%22%2D%3E%3Ec=eq.1"),
            ("/t?_a.b=eq.1", "/t?%22%5Fa%22%2Eb=eq.1"),
            ("/t?_a.order=b", "/t?_a.order=b"),
            ("/rpc/f?_a=1&_a=gt.2", "/rpc/f?_a=1&%22%5Fa%22=gt.2"),
        ] {
            assert_eq!(plain(Method::GET, given), wanted);
        }
    }
}
