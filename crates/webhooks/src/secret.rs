//! What an endpoint and we share, and the signatures made with it, as Standard Webhooks says
//! (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How a secret begins, so that it is known for one.
const PREFIX: &str = "whsec_";
/// How many bytes one may have.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret of an endpoint. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new one: 32 random bytes.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn random() -> Result<Secret, String> {
        let mut bytes = vec![0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| format!("found no random numbers, expected the system's: {error}"))?;
        Ok(Secret(bytes))
    }

    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// What was expected; not what was found.
    pub fn parse(text: &str) -> Result<Secret, String> {
        let bytes = text.strip_prefix(PREFIX).and_then(|base64| STANDARD.decode(base64).ok());
        bytes.filter(|bytes| LENGTHS.contains(&bytes.len())).map(Secret).ok_or_else(|| {
            format!("found something else, expected {PREFIX} and 24 to 64 bytes behind it in base64")
        })
    }

    /// `whsec_…`, as receivers' libraries take it.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The header `webhook-signature` of a message with this id and body that is sent at this time, in seconds since 1970.
    pub fn signature(&self, id: &str, time: u64, body: &str) -> String {
        // A key may have any length: there is always one.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{time}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_signature_is_the_one_that_the_reference_libraries_make() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(secret.text(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature =
            secret.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_new_each_time_and_nothing_else_is_one() {
        let (one, other) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert!(one != other && Secret::parse(&one.text()).unwrap() == one);
        let short = format!("whsec_{}", "A".repeat(24));
        let long = format!("whsec_{}", "A".repeat(88));
        for text in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%", &short, &long] {
            let refused = Secret::parse(text).map(|_| ()).unwrap_err();
            assert!(refused.contains("expected whsec_"), "{text}: {refused}");
            assert!(text.len() < 20 || !refused.contains(text), "{refused}");
        }
    }
}
