//! The stores that there are, each as a place where a new ledger is opened, and the same one again.

use std::time::{Duration, Instant};

use consentry::model::config::SiteKey;
use consentry_ledger::Ledger;
use consentry_ledger::day::Day;
use consentry_ledger::place::Place;
use consentry_ledger::sums::DaySums;
use tempfile::TempDir;

use crate::postgres_server::new_database;

/// A place for a ledger, gone with its last use.
pub struct Home {
    pub place: Place,
    _folder: TempDir,
}

impl Home {
    pub fn sqlite() -> Home {
        let folder = tempfile::tempdir().unwrap();
        Home { place: Place::from(&folder.path().join("made/when/missing")), _folder: folder }
    }

    pub fn postgres() -> Home {
        let mut home = Home::sqlite();
        home.place.database = Some(new_database());
        home
    }

    /// Opens the ledger that is here: a new one at first.
    pub async fn open(&self) -> Box<dyn Ledger> {
        self.place.open().await.unwrap()
    }
}

pub fn site(name: &str) -> SiteKey {
    SiteKey::new(name).unwrap()
}

/// Waits until a site's log has so many leaves: a store for several machines may give them a moment later.
pub async fn wait_for_leaves(ledger: &dyn Ledger, of: &str, leaves: u64) {
    let begun = Instant::now();
    loop {
        let size = ledger.log(site(of)).await.unwrap().map_or(0, |log| log.size);
        assert!(size <= leaves, "found {size} leaves, expected {leaves}");
        if size == leaves {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "found {size} leaves, expected {leaves} by now");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Every day's sums of a site, once so many receipts are counted: a store for several machines may do it a moment later.
pub async fn counted(ledger: &dyn Ledger, of: &str, receipts: u64) -> Vec<DaySums> {
    let begun = Instant::now();
    loop {
        let days = ledger.statistics(site(of), Day::FIRST, Day::FIRST.plus(u32::MAX)).await.unwrap();
        let found: u64 = days.iter().map(|day| day.sums.receipts()).sum();
        assert!(found <= receipts, "found {found} receipts counted, expected {receipts}");
        if found == receipts {
            return days;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "found {found}, expected {receipts} by now");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Makes a test of each function, for each store.
#[macro_export]
macro_rules! tests_of_every_store {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::stores::Home::sqlite()).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::stores::Home::postgres()).await;
            })*
        }
    };
}
