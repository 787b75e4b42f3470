//! Targets of a token: `audience`, and `resource` of RFC 8707.

/// An `http` or `https` URI without userinfo, query and fragment, in its parts.
#[derive(Clone, Copy, Debug)]
struct Location<'a> {
    scheme: &'a str,
    host: &'a str,
    /// Without the default port of the scheme.
    port: &'a str,
    path: &'a str,
}

/// Whether two targets are equivalent. Scheme and host are case-insensitive (RFC 3986 §6.2.2.1); an
/// empty path is `/`, and the default port may be omitted (§6.2.3). Any other difference separates
/// two targets, and so does any in a URI of another form.
pub(super) fn is_equivalent(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (Some(one), Some(other)) = (Location::parse(one), Location::parse(other)) else {
        return false;
    };
    one.scheme.eq_ignore_ascii_case(other.scheme)
        && one.host.eq_ignore_ascii_case(other.host)
        && (one.port, one.path) == (other.port, other.path)
}

/// Whether the text is an absolute URI without a fragment (RFC 8707 §2, RFC 3986 §4.3).
pub(super) fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && rest
            .bytes()
            .all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'#')
}

impl<'a> Location<'a> {
    fn parse(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let default_port = match scheme {
            scheme if scheme.eq_ignore_ascii_case("https") => "443",
            scheme if scheme.eq_ignore_ascii_case("http") => "80",
            _ => return None,
        };
        if rest.contains(['?', '#', '@', '\\']) {
            return None;
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // The colons of an IPv6 address stand in brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority, ""),
        };
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        (is_port && !host.is_empty()).then_some(Self {
            scheme,
            host,
            port: if port == default_port { "" } else { port },
            path: if path.is_empty() { "/" } else { path },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_uris_are_one_target() {
        for group in [
            &[
                "https://api.example.com",
                "https://api.example.com/",
                "HTTPS://api.example.com",
                "https://API.Example.com/",
                "https://api.example.com:443",
                "https://api.example.com:443/",
                "https://api.example.com:",
            ][..],
            &["http://127.0.0.1:3000", "HTTP://127.0.0.1:3000/"],
            &["http://localhost", "http://LOCALHOST:80/"],
            &["http://[::1]:80/", "http://[::1]"],
            &["http://[fe80::A]:1", "http://[FE80::a]:1/"],
            &["https://h/v1", "https://H:443/v1"],
            &["orders"],
            &["urn:orders#1"],
            &[""],
        ] {
            for one in group {
                assert!(group.iter().all(|other| is_equivalent(one, other)), "{one}");
            }
        }
    }

    #[test]
    fn any_other_difference_separates_two_targets() {
        let targets = [
            "https://h",
            "http://h",
            "https://h:80",
            "https://h:0443",
            "https://h:8443",
            "https://h.",
            "https://h//",
            "https://h/v1",
            "https://h/v1/",
            "https://h/V1",
            "https://h/%76%31",
            "https://h/.",
            "https://h?",
            "https://h/?",
            "https://h?a",
            "https://h#",
            "https://h/#a",
            "https://a@h",
            "https://h@",
            "https://@h",
            "https://h\\",
            "https://h\\@i",
            "https://i",
            "https://:443",
            "https:h",
            "https:/h",
            "https:///h",
            "ftp://h",
            "FTP://h",
            "urn:h",
            "URN:h",
            "h",
            "H",
            "",
            " https://h",
            "https://h ",
            "https://h/ ",
            "https://[::1]",
            "https://::1",
            "https://h:x",
            "https://h:443:443",
            "https://\u{212a}",
            "https://k",
        ];
        for (place, one) in targets.iter().enumerate() {
            for other in &targets[place + 1..] {
                assert!(!is_equivalent(one, other), "{one} {other}");
                assert!(!is_equivalent(other, one), "{other} {one}");
            }
        }
    }

    /// No pair of texts is equivalent, but for the differences that RFC 3986 permits: after they are
    /// taken away, the texts are the same.
    #[test]
    fn equivalent_texts_differ_only_in_case_default_port_and_slash() {
        const PIECES: [&str; 16] = [
            "http", "HTTPS", "https", ":", "//", "/", "h", "H", "80", "443", "@", "?", "#", ".",
            "[::1]", "v",
        ];
        let bare = |text: &str| {
            let text = text.to_ascii_lowercase();
            let text = text.strip_suffix('/').unwrap_or(&text);
            let text = text
                .replace(":443", "")
                .replace(":80", "")
                .replace(":/", "/");
            text.strip_suffix(':').unwrap_or(&text).to_owned()
        };
        let mut dice = fastrand::Rng::with_seed(13);
        let mut text = || -> String {
            let length = dice.usize(0..5);
            let tail: String = (0..length).map(|_| PIECES[dice.usize(0..16)]).collect();
            format!("{}://{tail}", ["http", "https", "HTTPS"][dice.usize(0..3)])
        };
        let mut equivalent = 0;
        for _ in 0..400_000 {
            let (one, other) = (text(), text());
            if one != other && is_equivalent(&one, &other) {
                assert_eq!(bare(&one), bare(&other), "{one} {other}");
                equivalent += 1;
            }
        }
        assert!(equivalent > 100, "{equivalent}");
    }
}
