//! A link to a tenant.

use std::borrow::Cow;

use url::{Position, Url};

use super::head::RequestHead;
use super::path::is_straight;
use crate::tenant::Slug;

/// A link to a path of a tenant's, for an answer to a request.
///
/// What it becomes is for the resolver to say that finds the tenant when the link is followed:
/// [`TenantResolver::link_to`](super::TenantResolver::link_to).
#[derive(Debug, Clone)]
pub struct Link<'a> {
    request: &'a RequestHead<'a>,
    identifier: &'a Slug,
    path: Cow<'a, str>,
    leads_back: bool,
}

impl<'a> Link<'a> {
    /// To `path` of the tenant with this identifier, in an answer to `request`. The path is what the application sees,
    /// and may have a query and a fragment.
    ///
    /// A path has one slash at its beginning, whatever is given: browsers take `//name` and `/\name` for a host. Its steps
    /// are taken, as browsers would take them behind the tenant's name, and out of what is the tenant's.
    pub fn new(request: &'a RequestHead<'a>, identifier: &'a Slug, path: &'a str) -> Self {
        let mut path = rooted(Cow::Borrowed(path));
        if has_steps(&path) {
            path = Cow::Owned(walked(&path));
        }
        Self { request, identifier, path, leads_back: false }
    }

    /// In an answer to a request of this tenant.
    #[must_use]
    pub fn from_tenant(self, tenant: &Slug) -> Self {
        Self { leads_back: self.identifier == tenant, ..self }
    }

    /// The same tenant's other path.
    pub(super) fn with_path<'b>(&self, path: &'b str) -> Link<'b>
    where
        'a: 'b,
    {
        Link {
            request: self.request,
            identifier: self.identifier,
            path: Cow::Borrowed(path),
            leads_back: self.leads_back,
        }
    }

    /// The request that is answered.
    pub fn request(&self) -> &'a RequestHead<'a> {
        self.request
    }

    /// The tenant it leads to.
    pub fn identifier(&self) -> &'a Slug {
        self.identifier
    }

    /// Where it leads, as the application sees it. It begins with one slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it leads to the tenant that the request itself is of.
    pub fn leads_back(&self) -> bool {
        self.leads_back
    }
}

fn rooted(path: Cow<'_, str>) -> Cow<'_, str> {
    let is_skipped = |c: char| matches!(c, '/' | '\\' | ' ') || c.is_ascii_control();
    match path.strip_prefix('/') {
        Some(rest) if !rest.starts_with(is_skipped) => path,
        _ => Cow::Owned(format!("/{}", path.trim_start_matches(is_skipped))),
    }
}

/// Whether a browser changes the path before it asks for it.
fn has_steps(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.contains(|c: char| c == '\\' || c.is_ascii_control()) || !is_straight(path)
}

/// The path as a browser has it, by its own rules (WHATWG URL).
fn walked(path: &str) -> String {
    let walked = Url::parse("http://host").and_then(|host| host.join(path));
    let walked = walked.as_ref().map_or("/", |url| &url[Position::BeforePath..]);
    rooted(Cow::Borrowed(walked)).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// An open redirect begins like this.
    #[test]
    fn a_path_is_never_a_host() {
        let headers: Vec<(String, String)> = Vec::new();
        let request = RequestHead::new(&headers, "/");
        let acme = Slug::try_from("acme").unwrap();
        for (given, path) in [
            ("/orders", "/orders"),
            ("/orders//x?a=b#c", "/orders//x?a=b#c"),
            ("/", "/"),
            ("", "/"),
            ("orders", "/orders"),
            ("//evil.example", "/evil.example"),
            ("///evil.example", "/evil.example"),
            ("/\\evil.example", "/evil.example"),
            ("\\\\evil.example", "/evil.example"),
            ("/\t/evil.example", "/evil.example"),
            ("/\n\\ /evil.example", "/evil.example"),
            ("https://evil.example", "/https://evil.example"),
            ("javascript:alert(1)", "/javascript:alert(1)"),
            ("/../globex/x", "/globex/x"),
            ("/x/../../globex/x?a=/../b#/../c", "/globex/x?a=/../b#/../c"),
            ("/%2e%2e/globex", "/globex"),
            ("/..\\globex", "/globex"),
            ("/.\t./globex", "/globex"),
            ("/x/..//evil.example", "/evil.example"),
            ("/orders?next=../x", "/orders?next=../x"),
        ] {
            assert_eq!(Link::new(&request, &acme, given).path(), path, "{given:?}");
        }
    }
}
