//! Where a link in a mail may lead in the end: to the site, to this machine, or to what the project lists.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use crate::project::Auth;

/// The place that a request asks for, else the page it came from, else the site itself.
pub(super) fn place(settings: &Auth, headers: &HeaderMap, asked: Option<&str>) -> String {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = said("redirect_to").or(asked);
    let places = [asked, said(header::REFERER.as_str())];
    let mut allowed = places
        .into_iter()
        .flatten()
        .filter(|place| is_allowed(settings, place));
    let place = allowed.next().unwrap_or(&settings.site_url);
    // A header has no place for other letters.
    utf8_percent_encode(place, CONTROLS).to_string()
}

fn is_allowed(settings: &Auth, place: &str) -> bool {
    if place.is_empty() || place.chars().any(|c| c <= ' ' || c == '\u{7f}') {
        return false;
    }
    let web = ["http:", "https:"];
    let lower = place.to_ascii_lowercase();
    let is_web = web.iter().any(|scheme| lower.starts_with(scheme));
    let parsed = place.parse::<Uri>().ok();
    match parsed.as_ref().and_then(|uri| Some((uri, uri.host()?))) {
        Some((uri, host)) => {
            if is_same_site(settings, uri, host) {
                return true;
            }
            if host.bytes().all(|byte| byte.is_ascii_digit()) {
                return false;
            }
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            if let Ok(address) = bare.parse::<IpAddr>() {
                return address.is_loopback();
            }
            let ordinary = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
            if is_web && !host.bytes().all(ordinary) {
                return false;
            }
        }
        // Browsers read more into what is nearly an address than a list of addresses tells.
        None if is_web => return false,
        None => {}
    }
    let listed = place.split('#').next().unwrap_or_default();
    let mut patterns = settings.additional_redirect_urls.iter();
    patterns.any(|pattern| fits(pattern.as_bytes(), listed.as_bytes()))
}

/// Scheme, host and port of the site; on this machine any port.
fn is_same_site(settings: &Auth, uri: &Uri, host: &str) -> bool {
    let Ok(site) = settings.site_url.parse::<Uri>() else {
        return false;
    };
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    site.host() == Some(host)
        && site.scheme() == uri.scheme()
        && (here || site.port_u16() == uri.port_u16())
}

/// Whether a pattern of the list fits: `*` stands for anything but `.` and `/`, `**` for anything, `?` for one
/// character that is neither.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let plain = |byte: u8| byte != b'.' && byte != b'/';
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=text.len()).any(|at| fits(rest, &text[at..])),
        [b'*', rest @ ..] => {
            let most = text.iter().take_while(|byte| plain(**byte)).count();
            (0..=most).any(|at| fits(rest, &text[at..]))
        }
        [b'?', rest @ ..] => match text {
            [first, others @ ..] => plain(*first) && fits(rest, others),
            [] => false,
        },
        [letter, rest @ ..] => text.first() == Some(letter) && fits(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_site_this_machine_and_the_list_are_allowed() {
        let settings = Auth {
            site_url: "https://tavern.example".to_owned(),
            additional_redirect_urls: vec![
                "https://inn.example/**".to_owned(),
                "https://*.house.example/door".to_owned(),
                "tavern.app://back".to_owned(),
            ],
            ..Auth::default()
        };
        let goes = |asked: &str| place(&settings, &HeaderMap::new(), Some(asked));
        for good in [
            "https://tavern.example",
            "https://tavern.example/page?x=1#/tavern",
            "http://127.0.0.1:8080/",
            "http://[::1]:9/",
            "https://inn.example/a/b",
            "https://big.house.example/door",
            "tavern.app://back",
        ] {
            assert_eq!(goes(good), good);
        }
        for bad in [
            "",
            "/",
            "http://tavern.example/",
            "https://tavern.example:444/",
            "https://tavern.example.evil.example/",
            "https://tavern.example@evil.example/",
            "https://evil.example/#https://inn.example/a",
            "https://a.b.house.example/door",
            "https://2130706433/",
            "https:/\\evil.example/",
            "\thttps://tavern.example",
            "javascript:alert(1)",
            "http://10.0.0.1/",
        ] {
            assert_eq!(goes(bad), "https://tavern.example", "{bad}");
        }
    }

    #[test]
    fn who_asks_for_nothing_comes_back_to_where_it_was() {
        let settings = Auth::default();
        let mut headers = HeaderMap::new();
        headers.insert(
            header::REFERER,
            "http://127.0.0.1:5/é".parse().expect("a header"),
        );
        assert_eq!(place(&settings, &headers, None), settings.site_url);
        headers.insert(
            header::REFERER,
            "http://127.0.0.1:5/e".parse().expect("a header"),
        );
        assert_eq!(place(&settings, &headers, None), "http://127.0.0.1:5/e");
        assert_eq!(
            place(&settings, &headers, Some("http://127.0.0.1:6/")),
            "http://127.0.0.1:6/"
        );
    }
}
