//! An issuer of tokens: a real HTTP server on a free port that can be rotated, slowed and stopped.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use tenancy::resolve::{Headers, Jwks, JwtResolver, RequestHead, Resolution, TenantName, TenantResolver};

/// What the issuer answers with.
#[derive(Clone)]
pub(super) enum Answer {
    Keys(Vec<Jwk>),
    Text { status: u16, body: String },
    RedirectTo(String),
}

struct State {
    answer: Mutex<Answer>,
    delay: Mutex<Duration>,
    fetches: AtomicUsize,
}

pub(super) struct Issuer {
    state: Arc<State>,
    port: u16,
    server: ServerHandle,
}

async fn jwks(state: web::Data<State>) -> HttpResponse {
    state.fetches.fetch_add(1, Ordering::SeqCst);
    let delay = *state.delay.lock().unwrap();
    actix_web::rt::time::sleep(delay).await;
    let answer = state.answer.lock().unwrap().clone();
    match answer {
        Answer::Keys(keys) => HttpResponse::Ok().json(JwkSet { keys }),
        Answer::Text { status, body } => HttpResponse::build(status.try_into().unwrap()).body(body),
        Answer::RedirectTo(url) => HttpResponse::Found().insert_header(("location", url)).finish(),
    }
}

impl Issuer {
    pub(super) fn start(answer: Answer) -> Self {
        Self::start_on(0, answer)
    }

    /// On the port that an earlier one had.
    pub(super) fn start_on(port: u16, answer: Answer) -> Self {
        let state = Arc::new(State {
            answer: Mutex::new(answer),
            delay: Mutex::new(Duration::ZERO),
            fetches: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let data = web::Data::from(Arc::clone(&state));
        let app = move || App::new().app_data(data.clone()).route("/jwks.json", web::get().to(jwks));
        let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { state, port, server: handle }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/jwks.json", self.port)
    }

    pub(super) fn answers(&self, answer: Answer) {
        *self.state.answer.lock().unwrap() = answer;
    }

    pub(super) fn takes(&self, delay: Duration) {
        *self.state.delay.lock().unwrap() = delay;
    }

    /// How often it has been asked.
    pub(super) fn fetches(&self) -> usize {
        self.state.fetches.load(Ordering::SeqCst)
    }

    pub(super) async fn stop(&self) {
        self.server.stop(false).await;
    }
}

/// The private parts that RFC 7515 (A.3) and RFC 8037 (A.1) publish.
const PRIVATE: [(Algorithm, &str); 2] = [
    (
        Algorithm::ES256,
        "-----BEGIN PRIVATE KEY-----\n\
         MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n\
         H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n\
         7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n\
         -----END PRIVATE KEY-----\n",
    ),
    (
        Algorithm::EdDSA,
        "-----BEGIN PRIVATE KEY-----\n\
         MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
         -----END PRIVATE KEY-----\n",
    ),
];

/// A key of the issuer.
pub(super) struct Key {
    id: &'static str,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    pub(super) fn old() -> Self {
        Self::new("old", PRIVATE[0])
    }

    pub(super) fn new_one() -> Self {
        Self::new("new", PRIVATE[1])
    }

    fn new(id: &'static str, (algorithm, pem): (Algorithm, &str)) -> Self {
        let private = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            _ => EncodingKey::from_ed_pem(pem.as_bytes()),
        };
        Self { id, algorithm, private: private.unwrap() }
    }

    /// What is published of it.
    pub(super) fn public(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.private, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.id.to_owned());
        jwk
    }

    /// A token for acme, with this id of a key.
    pub(super) fn token_with(&self, id: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims =
            json!({ "iss": "https://id.example", "aud": "orders", "exp": now + 600, "tenant": "acme" });
        let mut header = Header::new(self.algorithm);
        header.kid = Some(id.to_owned());
        encode(&header, &claims, &self.private).unwrap()
    }

    pub(super) fn token(&self) -> String {
        self.token_with(self.id)
    }
}

pub(super) fn resolver(keys: Jwks) -> JwtResolver {
    JwtResolver::new(keys).issuer("https://id.example").audience("orders")
}

struct Authorization(String);

impl Headers for Authorization {
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]> {
        if name.eq_ignore_ascii_case("authorization") { vec![self.0.as_bytes()] } else { Vec::new() }
    }
}

/// The tenant, or the code of the refusal.
pub(super) async fn outcome(resolver: &JwtResolver, token: &str) -> String {
    let headers = Authorization(format!("Bearer {token}"));
    match resolver.resolve(&RequestHead::new(&headers, "/")).await {
        Resolution::Found(found) => match found.name() {
            TenantName::Identifier(identifier) => identifier.to_string(),
            other => panic!("{other:?}"),
        },
        Resolution::Nothing => "nothing".to_owned(),
        Resolution::Refused(refusal) => refusal.code().to_owned(),
    }
}
