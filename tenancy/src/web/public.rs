//! Paths that need no tenant.

use crate::resolve::is_straight;

/// Which paths pass the middleware without a tenant. They are compared as they come, not decoded: what is written in
/// another way than here needs a tenant.
#[derive(Debug, Clone, Default)]
pub(super) struct PublicPaths {
    exact: Vec<String>,
    prefixes: Vec<String>,
    patterns: Vec<String>,
}

impl PublicPaths {
    pub(super) fn add(&mut self, path: &str) {
        self.exact.push(rooted(path));
    }

    pub(super) fn add_prefix(&mut self, prefix: &str) {
        let mut prefix = rooted(prefix);
        while prefix.ends_with('/') {
            prefix.pop();
        }
        self.prefixes.push(prefix);
    }

    pub(super) fn add_pattern(&mut self, pattern: &str) {
        self.patterns.push(rooted(pattern));
    }

    /// Patterns that are written as actix's own, and would free other paths than they say.
    pub(super) fn problems(&self) -> impl Iterator<Item = String> {
        let is_strange = |segment: &str| {
            let inside = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            inside.unwrap_or(segment).contains(['{', '}', ':'])
        };
        let strange = self.patterns.iter().filter(move |pattern| pattern.split('/').any(is_strange));
        strange.map(|pattern| {
            format!(
                "the public pattern `{}` has more than whole segments in braces: write `{{name}}` for any one segment",
                pattern.escape_debug()
            )
        })
    }

    pub(super) fn contains(&self, path: &str) -> bool {
        if self.exact.iter().any(|public| public == path) {
            return true;
        }
        // Somebody behind here may take the dots for steps: out of the prefix, and into a tenant's routes.
        let has_many = !self.prefixes.is_empty() || !self.patterns.is_empty();
        has_many
            && path.split('/').skip(1).all(is_plain)
            && is_straight(path)
            && (self.prefixes.iter().any(|prefix| is_below(prefix, path))
                || self.patterns.iter().any(|pattern| matches(pattern, path)))
    }
}

/// Routes of actix-web may be written without the slash, too.
fn rooted(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// Whether a segment is no step to elsewhere, in any way of writing one.
fn is_plain(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    let dots = lower.replace("%2e", ".");
    !(dots == "." || dots == ".." || lower.contains('\\') || lower.contains("%5c") || lower.contains("%2f"))
}

/// By whole segments: `/health` does not free `/healthcare`.
fn is_below(prefix: &str, path: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Segment by segment; one in braces stands for any that is not empty.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut segments, mut names) = (path.split('/'), pattern.split('/'));
    loop {
        match (names.next(), segments.next()) {
            (None, None) => return true,
            (Some(name), Some(segment)) if name.starts_with('{') && name.ends_with('}') => {
                if segment.is_empty() {
                    return false;
                }
            }
            (Some(name), Some(segment)) if name == segment => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public_is_what_is_said() {
        let mut public = PublicPaths::default();
        public.add("/health");
        public.add("ready");
        public.add_prefix("/assets/");
        public.add_pattern("/docs/{page}/raw");
        for path in [
            "/health",
            "/ready",
            "/assets",
            "/assets/",
            "/assets/a/b.css",
            "/assets/a%20b",
            "/assets//a",
            "/docs/start/raw",
        ] {
            assert!(public.contains(path), "{path}");
        }
        // Threat 13, and the seed's prefix that frees its neighbour.
        for path in [
            "/",
            "",
            "/healthcare",
            "/health/",
            "/Health",
            "/%68ealth",
            "//health",
            "/assetsx",
            "/assets/../orders",
            "/assets/%2e%2e/orders",
            "/assets/.%2E/orders",
            "/assets/./x",
            "/assets/..",
            "/assets/..%2forders",
            "/assets/%252e%252e/orders",
            "/assets/..;/orders",
            "/assets/a\\..\\b",
            "/assets/%5c",
            "/docs//raw",
            "/docs/a/b/raw",
            "/docs/a/rawx",
            "/docs/../raw",
            "/docs/{page}",
            "/x/docs/a/raw",
        ] {
            assert!(!public.contains(path), "{path}");
        }
        assert!(!PublicPaths::default().contains("/"));
    }

    #[test]
    fn the_prefix_of_all_is_all() {
        let mut public = PublicPaths::default();
        public.add_prefix("/");
        assert!(public.contains("/") && public.contains("/a/b"));
    }
}
