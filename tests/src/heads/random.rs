//! Heads out of a seed, for runs too long for a property test.

use std::time::{SystemTime, UNIX_EPOCH};

use fastrand::Rng;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::words::{PIECES, VALUES};
use super::{AUTHORIZATION, NAMES, SECRET, SEPARATOR};

/// Between two words.
const JOINTS: [&str; 10] = ["", "", "&", "; ", ",", ".", "/", "=", "%", " "];
/// The longest text made of repetitions, in bytes: past every limit of the resolvers.
const LONG: usize = 9000;

/// Makes heads for [`Head::from_bytes`](super::Head::from_bytes).
#[derive(Debug)]
pub struct Heads {
    random: Rng,
    words: Vec<Vec<u8>>,
    key: EncodingKey,
    now: u64,
}

impl Heads {
    /// The same seed and words make the same heads, but for the time in their tokens.
    pub fn new(seed: u64, tables: &[Vec<u8>]) -> Self {
        let own = PIECES.iter().chain(&VALUES).map(|word| word.as_bytes().to_vec());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            random: Rng::with_seed(seed),
            words: own.chain(tables.iter().cloned()).collect(),
            key: EncodingKey::from_secret(SECRET.as_bytes()),
            now,
        }
    }

    /// One more.
    pub fn make(&mut self) -> Vec<u8> {
        if self.random.u8(..20) == 0 {
            return self.text();
        }
        let mut head = Vec::new();
        match self.random.u8(..4) {
            0 => {}
            1 => head.push(b'/'),
            _ => head.extend_from_slice(b"/tenants/"),
        }
        head.extend(self.text());
        head.push(SEPARATOR);
        head.extend(self.in_place("tenant=", ""));
        head.push(SEPARATOR);
        if self.random.bool() {
            head.extend(self.in_place("", ".app.example.com"));
        }
        head.extend([SEPARATOR, self.random.u8(..)]);
        for _ in 0..self.random.u8(..5) {
            let name = self.random.u8(..NAMES.len() as u8);
            head.extend([SEPARATOR, name]);
            let (before, after) = match NAMES[usize::from(name)] {
                "Cookie" => ("tenant=", ""),
                "Host" | "X-Forwarded-Host" => ("", ".app.example.com"),
                "Forwarded" => ("host=", ".app.example.com"),
                _ => ("", ""),
            };
            head.extend(self.in_place(before, after));
        }
        if self.random.u8(..4) == 0 {
            head.extend([SEPARATOR, AUTHORIZATION]);
            head.extend_from_slice(b"Bearer ");
            head.extend(self.token());
        }
        head
    }

    /// Half of the time between what is looked for in its place.
    fn in_place(&mut self, before: &str, after: &str) -> Vec<u8> {
        let text = self.text();
        if self.random.bool() { [before.as_bytes(), &text, after.as_bytes()].concat() } else { text }
    }

    /// A word, words, or one of them damaged.
    fn text(&mut self) -> Vec<u8> {
        match self.random.u8(..16) {
            0 => Vec::new(),
            1..=6 => self.word(),
            7..=10 => {
                let mut text = self.word();
                for _ in 0..self.random.u8(1..5) {
                    text.extend_from_slice(JOINTS[self.random.usize(..JOINTS.len())].as_bytes());
                    text.extend(self.word());
                }
                text
            }
            11..=13 => {
                let word = self.word();
                self.damaged(word)
            }
            14 => (0..self.random.usize(..80)).map(|_| self.random.u8(..)).collect(),
            // Seldom longer than a limit: most of these would cost more than all the others.
            _ => {
                let word = self.word();
                let most = if self.random.u8(..16) == 0 { LONG } else { 300 };
                word.into_iter().cycle().take(self.random.usize(..most)).collect()
            }
        }
    }

    fn word(&mut self) -> Vec<u8> {
        self.words[self.random.usize(..self.words.len())].clone()
    }

    /// Some bytes changed, put in, taken out or percent-encoded.
    fn damaged(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        for _ in 0..self.random.u8(1..4) {
            let at = self.random.usize(..=text.len());
            match self.random.u8(..5) {
                0 => text.insert(at, self.random.u8(..)),
                1 => text.insert(at, self.random.u8(b' '..b'~')),
                _ if at == text.len() => {}
                2 => text[at] ^= 1 << self.random.u8(..8),
                3 => drop(text.remove(at)),
                _ => {
                    let encoded = format!("%{:02x}", text[at]);
                    text.splice(at..=at, encoded.bytes());
                }
            }
        }
        text
    }

    /// Signed, with claims of any kind; some damaged after it.
    fn token(&mut self) -> Vec<u8> {
        let word = self.word();
        let tenant = String::from_utf8_lossy(&word).into_owned();
        let tenant = match self.random.u8(..8) {
            0 => json!([tenant]),
            1 => json!({ "tenant": tenant }),
            2 => Value::Null,
            _ => json!(tenant),
        };
        let mut claims = json!({ "iss": "fuzz", "aud": "heads", "exp": self.now + 3600, "tenant": tenant });
        if self.random.u8(..4) == 0 {
            let name = ["iss", "aud", "exp", "nbf"][self.random.usize(..4)];
            claims[name] = match self.random.u8(..5) {
                0 => json!(self.now.saturating_sub(3600)),
                1 => json!(u64::MAX),
                2 => json!(1e300),
                3 => json!(-1),
                _ => json!(String::from_utf8_lossy(&self.word())),
            };
        }
        let token =
            encode(&Header::new(Algorithm::HS256), &claims, &self.key).unwrap_or_default().into_bytes();
        if self.random.u8(..4) == 0 { self.damaged(token) } else { token }
    }
}
