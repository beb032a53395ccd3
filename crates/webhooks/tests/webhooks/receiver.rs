//! What receives messages, on addresses of this machine: TLS with a test's own authority, and an answer of any kind.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use consentry::model::config::SiteKey;
use consentry_ledger::event::Event;
use consentry_webhooks::client::{Client, Reach};
use consentry_webhooks::endpoint::Endpoint;
use consentry_webhooks::url::EndpointUrl;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Certificate;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The only address that may be connected to in tests. No other of the machine may.
pub const ALLOWED: &str = "127.0.0.1";
pub const FORBIDDEN: &str = "127.0.0.2";

/// How a receiver answers.
#[derive(Clone, Copy)]
pub enum Answer {
    Status(u16),
    /// Leads to another address.
    Redirect(u16),
    /// Says that it has it, and goes on for ever.
    EndlessBody,
    /// A head without an end.
    EndlessHead,
    /// Never says anything.
    Nothing,
}

/// An authority that certifies the receivers of one test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    pub fn new() -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Authority { issuer: Issuer::new(params, key), certificate }
    }

    fn server(&self, name: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap())
    }

    /// A client that trusts this authority alone, and finds all names where `names` says.
    pub fn client(&self, names: impl Resolve + 'static, is_allowed: fn(IpAddr) -> bool) -> Client {
        Client::new(Reach {
            names: Arc::new(names),
            is_allowed,
            authorities: Some(vec![Certificate::from_der(self.certificate.der()).unwrap()]),
            patience: Duration::from_secs(3),
        })
        .unwrap()
    }

    /// The same for tests whose names all lead to this machine.
    pub fn usual_client(&self) -> Client {
        self.client(Names::always(&[ALLOWED]), is_first_of_machine)
    }
}

pub fn is_first_of_machine(address: IpAddr) -> bool {
    address == ALLOWED.parse::<IpAddr>().unwrap()
}

/// Says for each lookup what the next one finds; the last one counts for ever.
#[derive(Clone)]
pub struct Names(Arc<Mutex<VecDeque<Vec<SocketAddr>>>>);

impl Names {
    pub fn always(addresses: &[&str]) -> Names {
        Names::in_turn(&[addresses])
    }

    pub fn in_turn(lookups: &[&[&str]]) -> Names {
        let of_lookup = |addresses: &&[&str]| {
            addresses.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect()
        };
        Names(Arc::new(Mutex::new(lookups.iter().map(of_lookup).collect())))
    }
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let mut lookups = self.0.lock().unwrap();
        let found = if lookups.len() > 1 { lookups.pop_front() } else { lookups.front().cloned() };
        Box::pin(async move { Ok(Box::new(found.unwrap().into_iter()) as Addrs) })
    }
}

/// What came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub head: String,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).unwrap_or_else(|| panic!("{self:?}")).1
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver that listens on an address of this machine, until the runtime of the test ends.
pub struct Receiver {
    pub port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<Mutex<usize>>,
}

impl Receiver {
    pub async fn start(authority: &Authority, name: &str, answer: Answer) -> Receiver {
        let listener = TcpListener::bind((ALLOWED, 0)).await.unwrap();
        Receiver::listen(listener, authority, name, answer)
    }

    /// The same on another address, and the port of this one.
    pub async fn beside(&self, address: &str, authority: &Authority, name: &str) -> Receiver {
        let listener = TcpListener::bind((address, self.port)).await.unwrap();
        Receiver::listen(listener, authority, name, Answer::Status(200))
    }

    fn listen(listener: TcpListener, authority: &Authority, name: &str, answer: Answer) -> Receiver {
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(authority.server(name));
        let (requests, connections) = (Arc::default(), Arc::default());
        let receiver =
            Receiver { port, requests: Arc::clone(&requests), connections: Arc::clone(&connections) };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *connections.lock().unwrap() += 1;
                let (acceptor, requests) = (acceptor.clone(), Arc::clone(&requests));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let _ = serve(stream, answer, port, &requests).await; // the other end may close first
                });
            }
        });
        receiver
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    pub fn url(&self, name: &str) -> String {
        format!("https://{name}:{}/hook?key=not-for-logs", self.port)
    }

    pub fn endpoint(&self, name: &str) -> Endpoint {
        let url = EndpointUrl::parse(&self.url(name)).unwrap();
        Endpoint::new(SiteKey::new("shop").unwrap(), url, Event::ALL.to_vec()).unwrap()
    }
}

async fn serve(
    mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin,
    answer: Answer,
    port: u16,
    requests: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let request = read(&mut stream).await?;
    requests.lock().unwrap().push(request);
    match answer {
        Answer::Status(status) => {
            let text = format!("HTTP/1.1 {status} Any\r\nContent-Length: 2\r\n\r\nok");
            stream.write_all(text.as_bytes()).await?;
        }
        Answer::Redirect(status) => {
            let to = format!("https://127.0.0.1:{port}/inside");
            let text = format!("HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(text.as_bytes()).await?;
        }
        Answer::EndlessBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
            loop {
                stream.write_all(b"5\r\nagain\r\n").await?;
            }
        }
        Answer::EndlessHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            loop {
                stream.write_all(b"X-More: and more\r\n").await?;
            }
        }
        Answer::Nothing => std::future::pending().await,
    }
    stream.flush().await?;
    stream.shutdown().await
}

async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> std::io::Result<Request> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let request = Request { head: head.to_owned(), body: body.to_owned() };
        if body.len() == request.header("content-length").parse::<usize>().unwrap() {
            return Ok(request);
        }
    }
}
