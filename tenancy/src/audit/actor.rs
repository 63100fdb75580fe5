//! Who does something, and from where.

use std::fmt;
use std::net::IpAddr;

use super::entry::text;

/// The longest id or name of somebody, in characters; what is longer is cut.
const MAX_NAME: usize = 200;
/// The longest description of a browser.
const MAX_USER_AGENT: usize = 400;

/// What sort of actor somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ActorKind {
    /// A person, or a client of the application that has logged in.
    User,
    /// The application itself: a job, a migration.
    System,
    /// Nobody has said.
    #[default]
    Unknown,
}

impl ActorKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::System => "system",
            Self::Unknown => "unknown",
        }
    }
}

/// Who does something. In a handler the application puts it into the request's extensions, elsewhere it says it by
/// [`acting_as`](super::acting_as).
///
/// ```
/// use tenancy::audit::Actor;
///
/// let someone = Actor::user("u-1042").named("Ada");
/// let job = Actor::system("nightly-billing");
/// # assert_eq!((someone.id(), job.id()), (Some("u-1042"), Some("nightly-billing")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    kind: ActorKind,
    id: Option<String>,
    name: Option<String>,
}

impl Actor {
    /// A user, by the id that the application gives to users.
    pub fn user(id: impl fmt::Display) -> Self {
        Self { kind: ActorKind::User, id: Some(text(&id.to_string(), MAX_NAME)), name: None }
    }

    /// The application itself; what of it, such as the name of a job.
    pub fn system(id: impl fmt::Display) -> Self {
        Self { kind: ActorKind::System, id: Some(text(&id.to_string(), MAX_NAME)), name: None }
    }

    /// With a name for people to read.
    #[must_use]
    pub fn named(mut self, name: impl AsRef<str>) -> Self {
        self.name = Some(text(name.as_ref(), MAX_NAME));
        self
    }

    /// What sort of actor it is.
    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// The id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The name for people to read.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Where something is done from. Nothing of it is proven but the address of a peer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    ip: Option<IpAddr>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

impl Origin {
    /// From nowhere known.
    pub fn new() -> Self {
        Self::default()
    }

    /// From this address. One of IPv4 inside IPv6 is written as what it is.
    #[must_use]
    pub fn with_ip(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip.to_canonical());
        self
    }

    /// By this client, as it calls itself.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: impl AsRef<str>) -> Self {
        self.user_agent = Some(text(user_agent.as_ref(), MAX_USER_AGENT));
        self
    }

    /// In this request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl AsRef<str>) -> Self {
        self.request_id = Some(text(id.as_ref(), MAX_NAME));
        self
    }

    /// The address.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// What the client calls itself.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// The request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
