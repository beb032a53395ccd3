//! How much a network may ask for in a minute. Knows no route and no site. What it counts by is a truncated address in memory,
//! forgotten within a minute or two of its last request.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::network::Network;

/// How many networks are told apart at a time: some 3 MB.
const MOST_NETWORKS: usize = 65_536;
/// How often those are forgotten that may ask for as much as a new one.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60);

type Limiter = RateLimiter<
    Network,
    HashMapStateStore<Network>,
    MonotonicClock,
    NoOpMiddleware<<MonotonicClock as Clock>::Instant>,
>;

/// A limit for each network: as much at once as a minute allows, and then what comes back evenly over a minute.
pub struct RateLimit(Option<Counted>);

struct Counted {
    most: NonZeroU32,
    now: Mutex<Counts>,
}

struct Counts {
    limiter: Limiter,
    pruned: Instant,
}

impl RateLimit {
    /// So much a minute; 0 is no limit.
    pub fn a_minute(most: u32) -> RateLimit {
        RateLimit(NonZeroU32::new(most).map(|most| {
            let now = Counts { limiter: new_limiter(most), pruned: Instant::now() };
            Counted { most, now: Mutex::new(now) }
        }))
    }

    /// Counts so much for a network: all of it or, where it is too much, nothing. What is more than a whole minute's is counted
    /// as that, so that there is nothing which never passes.
    ///
    /// # Errors
    /// How long to wait before it passes.
    pub fn check(&self, network: Network, amount: usize) -> Result<(), Duration> {
        let Some(Counted { most, now }) = &self.0 else { return Ok(()) };
        let amount = u32::try_from(amount).unwrap_or(u32::MAX).min(most.get());
        let Some(amount) = NonZeroU32::new(amount) else { return Ok(()) };
        let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.pruned.elapsed() >= PRUNE_INTERVAL || now.limiter.len() >= MOST_NETWORKS {
            now.prune(*most);
        }
        match now.limiter.check_key_n(&network, amount) {
            Ok(Err(until)) => Err(until.wait_time_from(MonotonicClock.now())),
            // No amount is above the limit.
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }
}

impl Counts {
    /// Forgets the networks that have their whole limit again. Where too many others are left, forgets all: whoever has so
    /// many networks cannot be held back by counting them, and no visitor waits for that.
    fn prune(&mut self, most: NonZeroU32) {
        self.pruned = Instant::now();
        self.limiter.retain_recent();
        if self.limiter.len() > MOST_NETWORKS / 2 {
            self.limiter = new_limiter(most);
        }
        self.limiter.shrink_to_fit();
    }
}

fn new_limiter(most: NonZeroU32) -> Limiter {
    RateLimiter::hashmap_with_clock(Quota::per_minute(most), MonotonicClock)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The network with this number.
    fn network(number: u64) -> Network {
        Network::of((u128::from(number) << 64).to_be_bytes().into())
    }

    fn networks(limit: &RateLimit) -> usize {
        limit.0.as_ref().unwrap().now.lock().unwrap().limiter.len()
    }

    #[test]
    fn what_is_over_a_minutes_limit_waits_and_others_do_not() {
        let limit = RateLimit::a_minute(5);
        assert!((0..5).all(|_| limit.check(network(1), 1).is_ok()));
        let wait = limit.check(network(1), 1).unwrap_err();
        assert!(wait > Duration::from_secs(11) && wait <= Duration::from_secs(12), "{wait:?}");
        assert!(limit.check(network(2), 1).is_ok());
        assert!(limit.check(network(2), 5).is_err(), "all or nothing");
        assert!(limit.check(network(2), 4).is_ok());
        assert!(limit.check(network(3), 100).is_ok(), "a whole minute's");
        assert!(limit.check(network(3), 1).is_err());
        assert!(limit.check(network(3), 0).is_ok());
        let none = RateLimit::a_minute(0);
        assert!((0..10_000).all(|_| none.check(network(1), 100).is_ok()));
    }

    #[test]
    fn a_million_networks_take_no_more_room_than_some() {
        let limit = RateLimit::a_minute(1);
        for number in 0..1_000_000 {
            assert!(limit.check(network(number), 1).is_ok());
            assert!(number % 10_000 > 0 || networks(&limit) <= MOST_NETWORKS);
        }
        assert!(networks(&limit) <= MOST_NETWORKS);
        assert!(limit.check(network(999_999), 1).is_err(), "the newest are counted");
    }

    #[test]
    fn networks_that_have_their_whole_limit_again_are_forgotten() {
        let limit = RateLimit::a_minute(60_000);
        for number in 0..1000 {
            assert!(limit.check(network(number), 1).is_ok());
        }
        std::thread::sleep(Duration::from_millis(20));
        limit.0.as_ref().unwrap().now.lock().unwrap().pruned -= PRUNE_INTERVAL;
        assert!(limit.check(network(1), 1).is_ok());
        assert_eq!(networks(&limit), 1);
    }
}
