//! How often a network may try to log in. Counts in memory, by truncated address; what has not tried for a while is forgotten.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::network::Network;

/// How many log-ins may fail one after the other.
const AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// How long it takes until one more may.
const PAUSE: Duration = Duration::from_secs(6);
/// How many networks are counted. Where more try at a time, those beyond have to wait.
const MOST_NETWORKS: usize = 1000;

/// Counts tries.
pub struct LogInRate<C: Clock = DefaultClock> {
    tries: RateLimiter<Network, HashMapStateStore<Network>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

impl Default for LogInRate {
    fn default() -> LogInRate {
        LogInRate::by(DefaultClock::default())
    }
}

impl<C: Clock + Clone> LogInRate<C> {
    fn by(clock: C) -> LogInRate<C> {
        let quota = Quota::with_period(PAUSE).unwrap_or(Quota::per_minute(AT_ONCE)).allow_burst(AT_ONCE);
        LogInRate { tries: RateLimiter::hashmap_with_clock(quota, clock.clone()), clock }
    }

    /// Counts one try.
    ///
    /// # Errors
    /// It has to wait so long.
    pub fn count(&self, address: IpAddr) -> Result<(), Duration> {
        if self.tries.len() >= MOST_NETWORKS {
            self.tries.retain_recent();
            if self.tries.len() >= MOST_NETWORKS {
                return Err(PAUSE);
            }
        }
        let counted = self.tries.check_key(&Network::of(address));
        counted.map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv6Addr};
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::{LogInRate, MOST_NETWORKS};

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_waits_after_ten_tries_and_no_other_does() {
        let clock = FakeRelativeClock::default();
        let rate = LogInRate::by(clock.clone());
        let tries: Vec<_> =
            (0..100).map(|last| rate.count(address(&format!("192.0.2.{last}"))).is_ok()).collect();
        assert_eq!(tries.iter().filter(|counted| **counted).count(), 10);
        assert_eq!(rate.count(address("192.0.3.1")), Ok(()));
        let wait = rate.count(address("192.0.2.1")).unwrap_err();
        assert!(wait <= Duration::from_secs(6), "{wait:?}");
        clock.advance(Duration::from_secs(6));
        assert_eq!(rate.count(address("192.0.2.1")), Ok(()));
        assert!(rate.count(address("192.0.2.1")).is_err());
    }

    #[test]
    fn many_networks_take_no_more_room_than_there_is() {
        let clock = FakeRelativeClock::default();
        let rate = LogInRate::by(clock.clone());
        let network = |number: u32| IpAddr::V6(Ipv6Addr::from(u128::from(number) << 64));
        let counted = (0..20_000).filter(|number| rate.count(network(*number)).is_ok()).count();
        assert_eq!((counted, rate.tries.len()), (MOST_NETWORKS, MOST_NETWORKS));
        clock.advance(Duration::from_secs(60));
        assert_eq!(rate.count(network(20_000)), Ok(()));
        assert_eq!(rate.tries.len(), 1, "what has not tried for a minute is forgotten");
    }
}
