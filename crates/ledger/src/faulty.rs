//! A store of which one write fails, for tests: lost before it was done, or done and then not answered for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, Report};
use consentry::model::receipt::{NoticeHash, Receipt, ReceiptId, Subject, Time};

use crate::day::Day;
use crate::erasure::{Erase, ErasedBy, Erasure};
use crate::event::{Delivery, Listener, Waiting};
use crate::hold::Hold;
use crate::log::{Hash, TileId};
use crate::notice::{KeptNotice, ListedNotice, NewNotice};
use crate::retention::{EndedReceipts, RetentionRun};
use crate::sums::DaySums;
use crate::{
    Appended, Ledger, LogState, Pending, Queue, ReceiptRange, SealedLog, SitePage, StoredObservation,
    StoredReceipt, StoredToken, SubjectPage, unavailable,
};

/// How a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was done.
    Lost,
    /// It was done, and its answer did not come.
    Kept,
}

/// A store of which one write fails.
pub struct FaultyLedger {
    store: Arc<dyn Ledger>,
    fault: Fault,
    /// How many writes are done before the one that fails.
    before: AtomicI64,
}

impl FaultyLedger {
    /// Passes everything on, but fails the write with this number, counted from 0.
    pub fn new(store: Box<dyn Ledger>, fault: Fault, write: u32) -> FaultyLedger {
        FaultyLedger { store: store.into(), fault, before: AtomicI64::new(i64::from(write)) }
    }

    /// Whether the fault has happened.
    pub fn has_failed(&self) -> bool {
        self.before.load(Ordering::Relaxed) < 0
    }

    fn write<T: Send + 'static>(&self, write: impl FnOnce(&dyn Ledger) -> Pending<T>) -> Pending<T> {
        match (self.before.fetch_sub(1, Ordering::Relaxed), self.fault) {
            (0, Fault::Lost) => Box::pin(async { Err(unavailable("this write was lost")) }),
            (0, Fault::Kept) => {
                let kept = write(self.store.as_ref());
                Box::pin(async {
                    kept.await?;
                    Err(unavailable("this answer was lost"))
                })
            }
            _ => write(self.store.as_ref()),
        }
    }
}

impl Ledger for FaultyLedger {
    fn append(&self, receipts: Vec<Receipt>, received: Time) -> Pending<Vec<Appended>> {
        self.write(|store| store.append(receipts, received))
    }

    fn receipts(&self, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        self.store.receipts(range)
    }

    fn newest_receipts(&self, site: SiteKey, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        self.store.newest_receipts(site, range)
    }

    fn statistics(&self, site: SiteKey, from: Day, to: Day) -> Pending<Vec<DaySums>> {
        self.store.statistics(site, from, to)
    }

    fn receipts_of(&self, site: SiteKey, subject: Subject, page: SubjectPage) -> Pending<Vec<StoredReceipt>> {
        self.store.receipts_of(site, subject, page)
    }

    fn receipts_of_site(&self, site: SiteKey, page: SitePage) -> Pending<Vec<StoredReceipt>> {
        self.store.receipts_of_site(site, page)
    }

    fn receipts_with_id(&self, id: ReceiptId) -> Pending<Vec<StoredReceipt>> {
        self.store.receipts_with_id(id)
    }

    fn log(&self, site: SiteKey) -> Pending<Option<LogState>> {
        self.store.log(site)
    }

    fn tiles(&self, site: SiteKey, tiles: Vec<TileId>) -> Pending<Vec<Vec<u8>>> {
        self.store.tiles(site, tiles)
    }

    fn logs(&self) -> Pending<Vec<(SiteKey, LogState)>> {
        self.store.logs()
    }

    fn claim_root(&self, site: SiteKey, size: u64, root: Hash) -> Pending<bool> {
        self.write(|store| store.claim_root(site, size, root))
    }

    fn save_checkpoint(&self, site: SiteKey, sealed: SealedLog) -> Pending<()> {
        self.write(|store| store.save_checkpoint(site, sealed))
    }

    fn count_observations(&self, report: Report, received: Time) -> Pending<usize> {
        self.write(|store| store.count_observations(report, received))
    }

    fn observations(&self, site: SiteKey) -> Pending<Vec<StoredObservation>> {
        self.store.observations(site)
    }

    fn keep_notices(&self, site: SiteKey, notices: Vec<NewNotice>, since: Time) -> Pending<()> {
        self.write(|store| store.keep_notices(site, notices, since))
    }

    fn notice(&self, site: SiteKey, hash: NoticeHash) -> Pending<Option<KeptNotice>> {
        self.store.notice(site, hash)
    }

    fn notice_hashes(&self, site: SiteKey) -> Pending<BTreeSet<NoticeHash>> {
        self.store.notice_hashes(site)
    }

    fn erase(&self, site: SiteKey, what: Erase, by: ErasedBy, received: Time) -> Pending<u64> {
        self.write(|store| store.erase(site, what, by, received))
    }

    fn wipe(&self) -> Pending<()> {
        self.write(|store| store.wipe())
    }

    fn erasures(&self, site: SiteKey, after: Option<u64>, limit: u32) -> Pending<Vec<Erasure>> {
        self.store.erasures(site, after, limit)
    }

    fn ended_receipts(&self, after: u64, before: Time) -> Pending<EndedReceipts> {
        self.store.ended_receipts(after, before)
    }

    fn holds(&self) -> Pending<Vec<Hold>> {
        self.store.holds()
    }

    fn add_hold(&self, hold: Hold) -> Pending<bool> {
        self.write(|store| store.add_hold(hold))
    }

    fn remove_hold(&self, site: SiteKey, subject: Option<Subject>) -> Pending<bool> {
        self.write(|store| store.remove_hold(site, subject))
    }

    fn add_retention_run(&self, run: RetentionRun) -> Pending<()> {
        self.write(|store| store.add_retention_run(run))
    }

    fn retention_runs(&self, limit: u32) -> Pending<Vec<RetentionRun>> {
        self.store.retention_runs(limit)
    }

    fn add_listener(&self, listener: Listener) -> Pending<()> {
        self.write(|store| store.add_listener(listener))
    }

    fn remove_listener(&self, site: SiteKey, endpoint: String) -> Pending<()> {
        self.write(|store| store.remove_listener(site, endpoint))
    }

    fn listeners(&self) -> Pending<Vec<Listener>> {
        self.store.listeners()
    }

    fn due_deliveries(&self, now: Time, each: u32) -> Pending<Vec<Delivery>> {
        self.store.due_deliveries(now, each)
    }

    fn begin_delivery(&self, delivery: Delivery, next: Time) -> Pending<bool> {
        self.write(|store| store.begin_delivery(delivery, next))
    }

    fn end_delivery(&self, delivery: Delivery) -> Pending<bool> {
        self.write(|store| store.end_delivery(delivery))
    }

    fn give_up_deliveries(&self, before: Time) -> Pending<u64> {
        self.write(|store| store.give_up_deliveries(before))
    }

    fn waiting_deliveries(&self) -> Pending<Vec<Waiting>> {
        self.store.waiting_deliveries()
    }

    fn newest_notices(&self, site: SiteKey, limit: u32) -> Pending<Vec<ListedNotice>> {
        self.store.newest_notices(site, limit)
    }

    fn queue(&self) -> Queue {
        self.store.queue()
    }

    fn check(&self) -> Pending<()> {
        self.store.check()
    }

    fn forget_observations(&self, site: SiteKey, observations: Vec<Observation>) -> Pending<()> {
        self.write(|store| store.forget_observations(site, observations))
    }

    fn tokens(&self) -> Pending<Vec<StoredToken>> {
        self.store.tokens()
    }

    fn add_token(&self, token: StoredToken) -> Pending<bool> {
        self.write(|store| store.add_token(token))
    }

    fn replace_token_hash(&self, id: String, hash: String) -> Pending<bool> {
        self.write(|store| store.replace_token_hash(id, hash))
    }

    fn remove_token(&self, id: String) -> Pending<bool> {
        self.write(|store| store.remove_token(id))
    }
}
