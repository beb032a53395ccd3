//! Connections to the database, and what is done again where one is lost: a database that fails over to its standby looks like a
//! few lost connections.

use std::future::Future;
use std::str::FromStr;
use std::time::{Duration, Instant};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use tokio::time::{sleep, timeout};
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Config, Error, NoTls};

use super::failure::{Failure, text};
use crate::LedgerError;

/// How many connections a node holds at most.
const MOST_CONNECTIONS: usize = 16;
/// How long to try to connect to one host.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long one try may take: what takes longer waits for a machine that is gone.
const LONGEST_TRY: Duration = Duration::from_secs(2);
/// How long the same is tried again.
const LONGEST: Duration = Duration::from_secs(10);
/// How long to wait before the second try; twice as long before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(160);

/// A database that takes what is written, wherever it is at the moment.
pub struct Database {
    pool: Pool,
    /// Its hosts, for messages: never the password.
    hosts: String,
}

impl Database {
    /// Reads the address of a database; connects when it is needed.
    ///
    /// # Errors
    /// A sentence for the operator: what of the address cannot be used.
    pub fn new(address: &str) -> Result<Database, String> {
        let mut config = Config::from_str(address).map_err(|error| bad_address(&error))?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(NO_TLS.to_owned());
        }
        let hosts = config.get_hosts().iter().map(host_name).collect::<Vec<_>>().join(",");
        if hosts.is_empty() {
            return Err(format!("the database's address: found no host, {EXPECTED}"));
        }
        // Of several hosts the one that takes what is written.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT));
        config.tcp_user_timeout(config.get_tcp_user_timeout().copied().unwrap_or(2 * LONGEST_TRY));
        if config.get_application_name().is_none() {
            config.application_name("consentry");
        }
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, NoTls, recycling);
        // Whatever the server's setting: a commit waits for the disk, and for a synchronous standby's.
        let wait_for_disks = Hook::async_fn(|client, _| {
            Box::pin(async move {
                let set = client.batch_execute("SET synchronous_commit TO on").await;
                set.map_err(HookError::Backend)
            })
        });
        let pool = Pool::builder(manager)
            .max_size(MOST_CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .post_create(wait_for_disks)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Database { pool, hosts })
    }

    /// A connection that nobody else uses at the moment.
    pub async fn client(&self) -> Result<Object, Failure> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                Failure::Database(error)
            }
            error => Failure::Final(LedgerError::Unavailable(error.to_string())),
        })
    }

    /// Tries until it succeeds, while a lost connection, a failover or another transaction may be why it does not. What
    /// is tried may have succeeded unnoticed when it is tried again.
    pub async fn retried<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, LedgerError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let (begun, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            let failure = match timeout(LONGEST_TRY, attempt()).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(failure)) => failure,
                Err(_) => Failure::Slow,
            };
            if failure.is_of_connection() {
                // The others lead to the same place.
                self.pool.retain(|_, _| false);
            }
            if !failure.may_pass() || begun.elapsed() >= LONGEST {
                return Err(self.error(failure));
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Tries once what must not be done twice.
    pub async fn once<T>(&self, attempt: impl Future<Output = Result<T, Failure>>) -> Result<T, LedgerError> {
        let tried = timeout(LONGEST, attempt).await.unwrap_or(Err(Failure::Slow));
        tried.map_err(|failure| self.error(failure))
    }

    /// What a failure is for whoever asked.
    pub fn error(&self, failure: Failure) -> LedgerError {
        let reason = match failure {
            Failure::Final(error) => return error,
            Failure::Database(error) => text(&error),
            Failure::Slow => "it did not answer in time".to_owned(),
            Failure::Again => "others change the same all the time".to_owned(),
        };
        LedgerError::Unavailable(format!("the database at {}: {reason}", self.hosts))
    }
}

/// What a refused address is told to be.
const EXPECTED: &str = "expected such as postgres://user:password@host-a,host-b/database";
const NO_TLS: &str = "the database's address: found sslmode=require, expected disable or prefer: this program does not encrypt \
                      its connection to the database; lead it through a socket, stunnel or a private network";

fn bad_address(error: &Error) -> String {
    let reason = text(error);
    match reason.contains("sslmode") {
        true => NO_TLS.replace("=require", "=verify-ca, verify-full or an unknown word"),
        false => format!("the database's address: found {reason}, {EXPECTED}"),
    }
}

fn host_name(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    }
}
