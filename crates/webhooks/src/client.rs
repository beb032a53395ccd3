//! Sends messages over HTTPS. An address in place of a name was checked when it was read ([`crate::url`]). A name is resolved for each try, every address of it is checked, and the connection is made to those
//! very addresses: what the name leads to a moment later does not matter. No redirect is followed and no proxy is asked, and of
//! the answer only the status is read.

use std::error::Error;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, redirect};
use tokio::sync::Semaphore;

use crate::addresses::is_public;
use crate::endpoint::Endpoint;
use crate::message::Message;

/// How long one try may take, from the name to the status.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How many names are looked up at a time.
const LOOK_UPS: usize = 32;

/// What of the network is used. The program uses [`Reach::public`] alone; another one is for tests, which have nothing but this
/// machine.
pub struct Reach {
    /// What knows the addresses of names.
    pub names: Arc<dyn Resolve>,
    /// Whether an address may be connected to.
    pub is_allowed: fn(IpAddr) -> bool,
    /// Who is trusted to say whose a name is; nothing: whom the system trusts.
    pub authorities: Option<Vec<Certificate>>,
    /// How long one try may take.
    pub patience: Duration,
}

impl Reach {
    /// The public internet, as this system's resolver and its certificate authorities know it.
    pub fn public() -> Reach {
        let names = NamesOfSystem(Arc::new(Semaphore::new(LOOK_UPS)));
        Reach { names: Arc::new(names), is_allowed: is_public, authorities: None, patience: PATIENCE }
    }
}

/// Sends messages.
pub struct Client(reqwest::Client);

impl Client {
    /// # Errors
    /// A sentence for the operator: the system has no certificate authorities.
    pub fn new(reach: Reach) -> Result<Client, String> {
        // Where another part of the program installed one already, that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("consentry/", env!("CARGO_PKG_VERSION")))
            // Each try resolves and checks anew.
            .pool_max_idle_per_host(0)
            .timeout(reach.patience)
            .dns_resolver(CheckedNames { names: reach.names, is_allowed: reach.is_allowed });
        if let Some(authorities) = reach.authorities {
            client = client.tls_certs_only(authorities);
        }
        client.build().map(Client).map_err(|error| reason(&error))
    }

    /// Sends a message, signed as of now in milliseconds since 1970. It was told where the status is one of success.
    ///
    /// # Errors
    /// Why it was not told, for the operator. Nothing of the message, and of the endpoint's address the host at most.
    pub async fn tell(&self, endpoint: &Endpoint, message: Message, now: u64) -> Result<(), String> {
        let seconds = now / 1000;
        let Message { id, body } = message;
        let signature = endpoint.secret.signature(&id, seconds, &body);
        let request = self
            .0
            .post(endpoint.url.url().clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature)
            .body(body);
        // The body of the answer is dropped with the connection, unread.
        let answer = request.send().await.map_err(|error| reason(&error.without_url()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("found the status {}, expected 200 to 299", status.as_u16())),
        }
    }
}

/// What an error says, and the errors behind it.
fn reason(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}"); // a text takes everything
        source = error.source();
    }
    text
}

/// Resolves names, and refuses one with any address that may not be connected to.
struct CheckedNames {
    names: Arc<dyn Resolve>,
    is_allowed: fn(IpAddr) -> bool,
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, is_allowed) = (self.names.resolve(name), self.is_allowed);
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = found.await?.collect();
            if let Some(refused) = addresses.iter().find(|address| !is_allowed(address.ip())) {
                return Err(format!(
                    "found the address {}, expected one of the public internet",
                    refused.ip()
                )
                .into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The system's resolver. A look-up takes a thread for as long as it lasts, whoever still waits for it: so few are under way at a time.
struct NamesOfSystem(Arc<Semaphore>);

impl Resolve for NamesOfSystem {
    fn resolve(&self, name: Name) -> Resolving {
        let turn = Arc::clone(&self.0).acquire_owned();
        Box::pin(async move {
            let turn = turn.await?;
            let look_up = move || {
                let _turn = turn;
                // The port of the URL takes the place of this one.
                (name.as_str(), 0).to_socket_addrs()
            };
            Ok(Box::new(tokio::task::spawn_blocking(look_up).await??) as Addrs)
        })
    }
}
