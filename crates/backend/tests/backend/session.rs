//! Somebody in a browser who logs in and sends the forms of the owner's pages.

use crate::client::{Answer, ask, raw_from, request};
use crate::server::Running;

/// What a browser keeps of a session, and what its pages carry.
pub struct Session {
    /// As the header `Cookie`.
    pub cookie: String,
    pub form_key: String,
}

impl Session {
    /// Logs in with a token or a password, which has to be right.
    pub fn begin(server: &Running, secret: &str) -> Session {
        let answer = log_in(server, secret);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/admin")), "{answer:?}");
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let page = ask(server.address, "GET", "/admin", &[("Cookie", &cookie)], b"").text();
        let (_, rest) = page.split_once("name=\"form-key\" value=\"").unwrap_or_else(|| panic!("{page}"));
        let form_key = rest.split('"').next().unwrap().to_owned();
        Session { cookie, form_key }
    }

    /// Asks for a page.
    pub fn get(&self, server: &Running, path: &str) -> Answer {
        ask(server.address, "GET", path, &[("Cookie", &self.cookie), ("Accept", "text/html")], b"")
    }

    /// Sends a form with the session's key in it.
    pub fn post(&self, server: &Running, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let form = format!("{form}{}form-key={}", if form.is_empty() { "" } else { "&" }, self.form_key);
        self.post_as_it_is(server, path, headers, &form)
    }

    /// The same without the key, but where the form has it.
    pub fn post_as_it_is(
        &self,
        server: &Running,
        path: &str,
        headers: &[(&str, &str)],
        form: &str,
    ) -> Answer {
        let own = [("Cookie", self.cookie.as_str()), ("Content-Type", FORM)];
        ask(server.address, "POST", path, &[headers, &own].concat(), form.as_bytes())
    }
}

pub const FORM: &str = "application/x-www-form-urlencoded";

/// Sends the form of the log-in.
pub fn log_in(server: &Running, secret: &str) -> Answer {
    log_in_from("127.0.0.1", server, secret)
}

/// The same from another address of this machine.
pub fn log_in_from(source: &str, server: &Running, secret: &str) -> Answer {
    let headers = [("Origin", origin(server)), ("Content-Type", FORM.to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let form = format!("secret={}", secret.replace(' ', "+"));
    let request = request(server.address, "POST", "/admin/log-in", &headers, form.as_bytes());
    raw_from(source, server.address, &request)
}

/// The origin of the server itself, which the owner's pages have.
pub fn origin(server: &Running) -> String {
    format!("http://{}", server.address)
}
