//! Refuses what is over a limit. Counts by a truncated address, and tells nobody which.

use std::net::IpAddr;
use std::sync::Once;

use super::Client;
use super::response::{self, Refusal};
use crate::network::Network;
use crate::rate_limit::RateLimit;
use crate::sites::{ServedSite, ServedSites};

/// Counts so much for a client.
///
/// # Errors
/// It is too much for now: 429, with the seconds to wait.
pub fn check(limit: &RateLimit, Client(address): Client, amount: usize) -> Result<(), Refusal> {
    limit.check(Network::of(address), amount).map_err(|wait| {
        warn_of_a_proxy(address);
        Box::new(response::too_many(wait))
    })
}

/// What was read from a body; where it is refused, counts that as one, for a site of the origin: whoever sends what cannot be read is
/// held back like anybody else.
///
/// # Errors
/// The refusal, or that there were too many.
pub fn count_refused<T>(
    read: Result<T, Refusal>,
    sites: &ServedSites,
    origin: &str,
    client: Client,
    limit: impl FnOnce(&ServedSite) -> &RateLimit,
) -> Result<T, Refusal> {
    read.or_else(|refusal| {
        if let Some(served) = sites.values().find(|served| served.site.has_origin(origin)) {
            check(limit(served), client, 1)?;
        }
        Err(refusal)
    })
}

/// Tells the operator, once, that what may be a proxy is counted as one visitor.
fn warn_of_a_proxy(address: IpAddr) {
    static ONCE: Once = Once::new();
    let is_near = match address.to_canonical() {
        IpAddr::V4(four) => four.is_loopback() || four.is_private(),
        IpAddr::V6(six) => six.is_loopback() || six.is_unique_local(),
    };
    if is_near {
        ONCE.call_once(|| {
            tracing::warn!(
                "requests from this machine or a private network were more than the limit of a site: if they come through a \
                 proxy, name it with --trusted-proxy, so that each visitor is counted alone"
            );
        });
    }
}
