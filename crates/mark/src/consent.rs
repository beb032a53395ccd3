//! The visitor's choice as the mirror cookie tells a server. Reads nothing else of the visitor, and keeps
//! nothing.

use consentry::classify::rules::Rules;
use consentry::model::config::Config;
use consentry::model::receipt::Scope;
use consentry_policy::grants::Grants;

/// The cookie's name.
pub const COOKIE: &str = "consentry";

/// A choice. The default is none: nothing granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    pub granted: Vec<Scope>,
    pub denied: Vec<Scope>,
}

impl Consent {
    /// The choice in a `Cookie` header: `consentry=v=1&revision=…&granted=analytics,service:yt&denied=…`,
    /// URL-encoded as form data (URL standard, section 5). No choice where the cookie is not there, cannot
    /// be read whole, is of another form or of another revision of the configuration. Of several, which a
    /// browser sends where there is one for the host and one for its domain, the newest counts (`time`, ISO
    /// 8601 in UTC, which sorts as text); where two differ and one of them tells no time, nobody can tell
    /// which is in force, and there is none. The cookie ends with the choice, so its age is the browser's
    /// to keep.
    pub fn from_cookie_header(header: &str, config: &Config) -> Consent {
        let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        let mut values: Vec<_> =
            pairs.filter(|(name, _)| name.trim() == COOKIE).map(|(_, value)| value.trim()).collect();
        values.dedup();
        let choices: Vec<_> = values.iter().filter_map(|value| Consent::read(value, config)).collect();
        let is_alone = values.len() == 1;
        let newest = choices.into_iter().max_by(|(one, _), (other, _)| one.cmp(other));
        newest.filter(|(time, _)| is_alone || !time.is_empty()).map(|(_, choice)| choice).unwrap_or_default()
    }

    /// The choice with its time, which is empty where the cookie tells none.
    fn read(value: &str, config: &Config) -> Option<(String, Consent)> {
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        let value = match value.contains('=') {
            true => value.to_owned(),
            // A server's library may have encoded the value once more.
            false => form_urlencoded::parse(format!("v={value}").as_bytes()).next()?.1.into_owned(),
        };
        let pairs: Vec<_> = form_urlencoded::parse(value.as_bytes()).collect();
        let only_value = |name: &str| {
            let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_ref());
            values.next().filter(|_| values.next().is_none())
        };
        let scopes = |name: &str| Consent::scopes(only_value(name)?);
        if only_value("v")? != "1" || only_value("revision")? != config.revision.as_str() {
            return None;
        }
        let time = only_value("time").unwrap_or_default().to_owned();
        Some((time, Consent { granted: scopes("granted")?, denied: scopes("denied")? }))
    }

    /// Reads `analytics,service:yt`; the empty list too. `None` where a name is none.
    pub fn scopes(list: &str) -> Option<Vec<Scope>> {
        list.split(',').filter(|_| !list.is_empty()).map(Scope::parse).collect()
    }

    /// What this choice grants on a site with these rules.
    pub fn grants(&self, rules: &Rules) -> Grants {
        rules.grants(&self.granted, &self.denied)
    }
}
