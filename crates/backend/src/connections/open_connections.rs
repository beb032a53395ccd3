//! The connections that are open, and which of them end when there is no room for another: the longest without a new
//! request, of the network that has most. So one that opens many takes room from itself alone. Those of listed proxies, behind
//! which many visitors are, come last. A network is forgotten with its connections.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use prometheus::IntGauge;
use tokio::task::AbortHandle;

use crate::network::Network;

/// When there is no room, one in this many of the largest network's ends, at least one: looking for them takes time.
const SHARE_THAT_ENDS: usize = 16;

/// Who holds a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Whoever is in this network.
    Network(Network),
    /// A listed proxy, for all the visitors behind it.
    TrustedProxy,
}

struct Connection {
    holder: Holder,
    /// When its latest request came, or it was opened.
    idle_since: Instant,
    /// Ends it; nothing until its task is there.
    task: Option<AbortHandle>,
}

/// All that are open.
pub struct OpenConnections {
    most: usize,
    open: Mutex<(u64, HashMap<u64, Connection>)>,
    /// How many are open, for whoever asks.
    counted: IntGauge,
}

impl OpenConnections {
    /// `most`: how many may be open at a time, at least one. `counted`: gets their number.
    pub fn new(most: usize, counted: IntGauge) -> Arc<OpenConnections> {
        Arc::new(OpenConnections { most: most.max(1), open: Mutex::default(), counted })
    }

    fn lock(&self) -> MutexGuard<'_, (u64, HashMap<u64, Connection>)> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more, and ends others where there is no room for it.
    pub fn open(self: &Arc<OpenConnections>, holder: Holder) -> OpenConnection {
        let mut guard = self.lock();
        let (last, open) = &mut *guard;
        if open.len() >= self.most {
            end_some(open);
        }
        *last += 1;
        open.insert(*last, Connection { holder, idle_since: Instant::now(), task: None });
        self.counted.set(open.len() as i64);
        OpenConnection { number: *last, all: Arc::clone(self) }
    }
}

/// Ends the longest without a request, of the network that has most.
fn end_some(open: &mut HashMap<u64, Connection>) {
    let mut holders: HashMap<Holder, (usize, Instant)> = HashMap::new();
    for connection in open.values() {
        let (size, longest) = holders.entry(connection.holder).or_insert((0, connection.idle_since));
        *size += 1;
        *longest = connection.idle_since.min(*longest);
    }
    // Of networks of one size, the one with the longest idle.
    let most = holders
        .into_iter()
        .max_by_key(|(holder, (size, longest))| (*holder != Holder::TrustedProxy, *size, Reverse(*longest)));
    let Some((largest, (size, _))) = most else { return };
    let mut candidates: Vec<_> = open
        .iter()
        .filter(|(_, connection)| connection.holder == largest)
        .map(|(number, connection)| (connection.idle_since, *number))
        .collect();
    candidates.sort_unstable();
    for (_, number) in candidates.into_iter().take(size.div_ceil(SHARE_THAT_ENDS)) {
        if let Some(task) = open.remove(&number).and_then(|connection| connection.task) {
            task.abort();
        }
    }
}

/// One that is open for as long as this is there.
pub struct OpenConnection {
    number: u64,
    all: Arc<OpenConnections>,
}

impl OpenConnection {
    /// Names the task that runs it, which ends when it has to make room.
    pub fn set_task(&self, task: AbortHandle) {
        match self.all.lock().1.get_mut(&self.number) {
            Some(connection) => connection.task = Some(task),
            None => task.abort(), // it had to go before its task was there
        }
    }

    /// A request has come: others end before it.
    pub fn has_request(&self) {
        if let Some(connection) = self.all.lock().1.get_mut(&self.number) {
            connection.idle_since = Instant::now();
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut guard = self.all.lock();
        guard.1.remove(&self.number);
        self.all.counted.set(guard.1.len() as i64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 32;

    fn open_connections() -> Arc<OpenConnections> {
        OpenConnections::new(LIMIT, IntGauge::new("open", "Those of a test").unwrap())
    }

    fn holder(address: &str) -> Holder {
        Holder::Network(Network::of(address.parse().unwrap()))
    }

    /// Which of these connections are still open.
    fn still_open(connections: &[OpenConnection]) -> Vec<bool> {
        connections.iter().map(|one| one.all.lock().1.contains_key(&one.number)).collect()
    }

    #[test]
    fn the_network_that_has_most_makes_room_and_its_longest_idle_first() {
        let all = open_connections();
        let visitors: Vec<_> = (0..4).map(|at| all.open(holder(&format!("10.0.{at}.1")))).collect();
        let crowd: Vec<_> = (4..LIMIT).map(|at| all.open(holder(&format!("192.0.2.{at}")))).collect();
        crowd[0].has_request();
        let _late = all.open(holder("10.9.9.9"));
        assert_eq!(still_open(&visitors), [true; 4]);
        assert_eq!(still_open(&crowd[..4]), [true, false, false, true]);
    }

    #[test]
    fn among_many_networks_the_longest_idle_makes_room() {
        let all = open_connections();
        let visitors: Vec<_> = (0..LIMIT).map(|at| all.open(holder(&format!("10.0.{at}.1")))).collect();
        visitors[0].has_request();
        let _late = all.open(holder("10.9.9.9"));
        assert_eq!(still_open(&visitors[..3]), [true, false, true]);
    }

    #[test]
    fn what_is_over_leaves_its_place() {
        let all = open_connections();
        for _ in 0..3 * LIMIT {
            drop(all.open(holder("2001:db8::1")));
        }
        let open: Vec<_> = (0..LIMIT).map(|_| all.open(holder("2001:db8::1"))).collect();
        assert_eq!(still_open(&open), [true; LIMIT]);
        assert_eq!(all.counted.get(), LIMIT as i64);
        drop(open);
        assert_eq!(all.counted.get(), 0);
    }

    #[test]
    fn the_visitors_behind_a_listed_proxy_make_room_last() {
        let all = open_connections();
        let proxys: Vec<_> = (2..LIMIT).map(|_| all.open(Holder::TrustedProxy)).collect();
        let strangers: Vec<_> = (0..2).map(|at| all.open(holder(&format!("10.0.{at}.1")))).collect();
        let _late: Vec<_> = (0..2).map(|_| all.open(Holder::TrustedProxy)).collect();
        assert_eq!(still_open(&strangers), [false; 2]);
        assert!(still_open(&proxys).into_iter().all(|is_open| is_open));
        let _later = all.open(Holder::TrustedProxy);
        assert!(!still_open(&proxys)[0], "where there is nobody else");
    }
}
