//! The paths of the API.

/// Every path of `template.yaml` with its methods. `tests/proofs/routes.rs` compares the two. HEAD
/// and OPTIONS are left out: a path that has GET has HEAD, and every path has OPTIONS.
pub const PATHS: [(&str, &[&str]); 14] = [
    ("/.well-known/jwks.json", &["GET"]),
    ("/.well-known/oauth-authorization-server", &["GET"]),
    ("/.well-known/openid-configuration", &["GET"]),
    ("/auth/app-clients", &["GET", "POST"]),
    // Before the path that it matches too.
    ("/auth/app-clients/me", &["GET"]),
    ("/auth/app-clients/{id}", &["GET", "PUT", "PATCH", "DELETE"]),
    ("/auth/app-clients/{id}/rotate-secret", &["POST"]),
    ("/auth/app-clients/{id}/secrets", &["GET", "POST"]),
    (
        "/auth/app-clients/{id}/secrets/{secretId}",
        &["GET", "PATCH", "DELETE"],
    ),
    ("/auth/decisions", &["POST"]),
    ("/auth/roles", &["GET", "POST"]),
    ("/auth/roles/{id}", &["GET", "PATCH", "DELETE"]),
    ("/oauth/token", &["POST"]),
    ("/openapi.json", &["GET"]),
];

/// A path of the API.
#[derive(Clone, Copy)]
pub(crate) struct Path {
    /// The path in the template, such as `/auth/roles/{id}`.
    pub(crate) pattern: &'static str,
    methods: &'static [&'static str],
}

impl Path {
    /// The path of the template that a request's path matches.
    pub(crate) fn find(path: &str) -> Option<Self> {
        let mut paths = PATHS.into_iter();
        let (pattern, methods) = paths.find(|(pattern, _)| matches(pattern, path))?;
        Some(Self { pattern, methods })
    }

    /// All methods, for `Allow`.
    pub(crate) fn allow(self) -> String {
        let mut methods = self.methods.to_vec();
        if self.methods.contains(&"GET") {
            methods.insert(1, "HEAD");
        }
        methods.push("OPTIONS");
        methods.join(", ")
    }

    /// Whether the path has the method.
    pub(crate) fn allows(self, method: &str) -> bool {
        self.allow().split(", ").any(|allowed| allowed == method)
    }
}

/// Whether a path matches a pattern. A parameter is one segment that is not empty.
fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let fits = |expected: &str| match segments.next() {
        Some(segment) if expected.starts_with('{') => !segment.is_empty(),
        segment => segment == Some(expected),
    };
    pattern.split('/').all(fits) && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_head_with_get_and_always_options() {
        let allow = |path| Path::find(path).map(Path::allow);
        let clients = "GET, HEAD, POST, OPTIONS";
        assert_eq!(allow("/auth/app-clients").as_deref(), Some(clients));
        let client = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
        assert_eq!(allow("/auth/app-clients/1").as_deref(), Some(client));
        assert_eq!(allow("/oauth/token").as_deref(), Some("POST, OPTIONS"));
    }

    #[test]
    fn a_parameter_is_one_segment() {
        for path in [
            "",
            "/",
            "auth/roles",
            "//auth/roles",
            "/auth/roles/",
            "/auth/roles//",
            "/auth/roles/1/2",
            "/auth/app-clients//rotate-secret",
        ] {
            assert!(Path::find(path).is_none(), "{path}");
        }
    }
}
