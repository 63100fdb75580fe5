//! A queue in Redis that loses no job: what a worker takes moves to a list of the worker's own, in one step, and leaves it
//! when the worker says so.

use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, AsyncConnectionConfig, Client, Direction, RedisResult};

use crate::Failure;
use crate::job::Job;

/// How long a worker waits for a job before it looks again.
const PATIENCE: f64 = 1.0;

/// One connection to a queue. A worker has one of its own: it waits on the server.
pub(crate) struct Queue {
    client: Client,
    connection: MultiplexedConnection,
    name: String,
}

/// A job that a worker has taken and not yet acknowledged.
#[derive(Debug)]
pub(crate) struct Taken {
    /// As it lies in the queue, which is how it is found again.
    payload: Vec<u8>,
    /// The list it lies in.
    list: String,
}

impl Taken {
    /// What is to be done.
    ///
    /// # Errors
    /// When nobody here understands it.
    pub(crate) fn job(&self) -> serde_json::Result<Job> {
        serde_json::from_slice(&self.payload)
    }
}

impl Queue {
    pub(crate) async fn connect(address: &str, name: &str) -> Result<Self, Failure> {
        let unreachable = |error: redis::RedisError| {
            // Without the address, which may hold a password.
            format!("no Redis ({error}): start one, or say in REDIS_URL where it is")
        };
        let client = Client::open(address).map_err(unreachable)?;
        let connection = connection(&client).await.map_err(unreachable)?;
        Ok(Self { client, connection, name: name.to_owned() })
    }

    /// The same queue over another connection.
    pub(crate) async fn again(&self) -> RedisResult<Self> {
        let connection = connection(&self.client).await?;
        Ok(Self { client: self.client.clone(), connection, name: self.name.clone() })
    }

    pub(crate) async fn push(&mut self, job: &Job) -> Result<(), Failure> {
        let payload = job.text()?;
        let () = self.connection.rpush(self.ready(), payload).await?;
        Ok(())
    }

    /// A job for the worker of this name: one that it has taken before and not acknowledged, because it died, or else the
    /// next one. `None` if there has been none for a second.
    pub(crate) async fn take(&mut self, worker: &str) -> RedisResult<Option<Taken>> {
        let list = format!("{}:taken:{worker}", self.name);
        let mut payload: Option<Vec<u8>> = self.connection.lindex(&list, 0).await?;
        if payload.is_none() {
            let (from, to) = (Direction::Left, Direction::Right);
            payload = self.connection.blmove(self.ready(), &list, from, to, PATIENCE).await?;
        }
        Ok(payload.map(|payload| Taken { payload, list }))
    }

    /// The job is done.
    pub(crate) async fn acknowledge(&mut self, taken: Taken) -> RedisResult<()> {
        self.connection.lrem(taken.list, 1, taken.payload).await
    }

    /// The job cannot be done now, and is kept for a person to look at.
    pub(crate) async fn set_aside(&mut self, taken: Taken) -> RedisResult<()> {
        let mut both = redis::pipe();
        both.atomic()
            .lrem(taken.list, 1, &taken.payload)
            .ignore()
            .rpush(self.aside(), &taken.payload)
            .ignore();
        both.query_async(&mut self.connection).await
    }

    /// Puts what was set aside back into the queue, and says how many jobs that were.
    pub(crate) async fn put_back(&mut self) -> RedisResult<usize> {
        // So many and no more: a worker may set them aside again meanwhile.
        let there: usize = self.connection.llen(self.aside()).await?;
        for count in 0..there {
            let (from, to) = (Direction::Left, Direction::Right);
            let moved: Option<Vec<u8>> = self.connection.lmove(self.aside(), self.ready(), from, to).await?;
            if moved.is_none() {
                return Ok(count);
            }
        }
        Ok(there)
    }

    /// How many jobs lie where: `ready`, `aside`, `taken:` and a worker's name.
    #[cfg(test)]
    pub(crate) async fn lengths(&mut self) -> RedisResult<std::collections::BTreeMap<String, usize>> {
        let mut lengths = std::collections::BTreeMap::new();
        let keys: Vec<String> = self.connection.keys(format!("{}:*", self.name)).await?;
        for key in keys {
            let list = key[self.name.len() + 1..].to_owned();
            lengths.insert(list, self.connection.llen(key).await?);
        }
        Ok(lengths)
    }

    /// Puts in whatever this is.
    #[cfg(test)]
    pub(crate) async fn push_text(&mut self, text: &str) -> RedisResult<()> {
        self.connection.rpush(self.ready(), text).await
    }

    /// Removes the queue with all its jobs.
    pub(crate) async fn remove(&mut self) -> RedisResult<()> {
        let keys: Vec<String> = self.connection.keys(format!("{}:*", self.name)).await?;
        if keys.is_empty() { Ok(()) } else { self.connection.del(keys).await }
    }

    fn ready(&self) -> String {
        format!("{}:ready", self.name)
    }

    fn aside(&self) -> String {
        format!("{}:aside", self.name)
    }
}

/// A connection that waits for its answers as long as a worker waits for a job.
async fn connection(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new().set_response_timeout(None);
    client.get_multiplexed_async_connection_with_config(&config).await
}
