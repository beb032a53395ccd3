//! The ledger in a PostgreSQL database, which any number of nodes share: how it is opened, and how it is read. A node keeps
//! nothing of it. Receipts are queued for `writer`; `sequencer` gives them their leaves afterwards.
//!
//! Asks for no more than what other engines with PostgreSQL's protocol have too (www/docs/cluster.md).

mod bytes;
mod database;
mod decisions;
mod erasures;
mod events;
mod failure;
mod holds;
mod insert;
mod logs;
mod migrations;
mod new_receipt;
mod notices;
mod observations;
mod receipts;
mod retention;
mod sequencer;
mod statistics;
mod tokens;
mod vacuum;
mod writer;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, Report};
use consentry::model::receipt::{NoticeHash, Receipt, ReceiptId, Subject, Time};
use deadpool_postgres::Object;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::AbortHandle;

use self::database::Database;
use self::decisions::KnownDecisions;
use self::erasures::NewErasure;
use self::failure::Failure;
use self::sequencer::Sequencer;
use self::vacuum::Vacuum;
use self::writer::{MAX_QUEUED, Request, WORKERS, Writer, not_queued, without_repetitions};
use crate::day::Day;
use crate::erasure::{Erase, ErasedBy, Erasure};
use crate::event::{Delivery, Listener, Waiting};
use crate::hold::Hold;
use crate::log::{Hash, Salt, TileId};
use crate::notice::{KeptNotice, ListedNotice, NewNotice};
use crate::retention::{EndedReceipts, RetentionRun};
use crate::rows::{column, digits_to_bytes, millis};
use crate::sums::DaySums;
use crate::{
    Appended, Ledger, LedgerError, LogState, Pending, Queue, ReceiptRange, SealedLog, SitePage,
    StoredObservation, StoredReceipt, StoredToken, SubjectPage, UNPLACED, fill_random, unavailable,
};

/// A ledger in a PostgreSQL database.
pub struct PostgresLedger {
    database: Arc<Database>,
    /// Nothing where it was opened to be read. Closed when the store is dropped, which ends the writer.
    queue: Option<mpsc::Sender<Request>>,
    sequencer: Option<AbortHandle>,
    vacuum: Arc<Vacuum>,
    /// Whether the last receipts were stored.
    works: Arc<AtomicBool>,
    /// Why the last receipts got no leaf.
    fault: Arc<std::sync::Mutex<Option<LedgerError>>>,
}

impl PostgresLedger {
    /// Opens the ledger at an address such as `postgres://user:password@host-a,host-b/database`; makes its tables where they are not
    /// there. Of several hosts it uses the one that takes what is written.
    ///
    /// # Errors
    /// A sentence for the operator: the address cannot be used, nobody answers there, or its tables are of a newer program.
    pub async fn open(address: &str) -> Result<PostgresLedger, String> {
        let database = Arc::new(Database::new(address)?);
        migrations::run(&database).await.map_err(|error| error.to_string())?;
        let (queue, requests) = mpsc::channel(MAX_QUEUED);
        let (works, stored) = (Arc::new(AtomicBool::new(true)), Arc::new(Notify::new()));
        let writer = Arc::new(Writer {
            database: Arc::clone(&database),
            requests: Mutex::new(requests),
            decisions: KnownDecisions::default(),
            works: Arc::clone(&works),
            stored: Arc::clone(&stored),
        });
        for _ in 0..WORKERS {
            tokio::spawn(Arc::clone(&writer).run());
        }
        let mut holder = [0; 16];
        fill_random(&mut holder).map_err(|error| error.to_string())?;
        let fault = Arc::default();
        let sequencer = Sequencer {
            database: Arc::clone(&database),
            holder: format!("{:032x}", u128::from_be_bytes(holder)),
            stored,
            fault: Arc::clone(&fault),
        };
        let sequencer = Some(tokio::spawn(sequencer.run()).abort_handle());
        let vacuum = Arc::default();
        Ok(PostgresLedger { database, queue: Some(queue), sequencer, vacuum, works, fault })
    }

    /// Opens the ledger to be read, beside the nodes that serve it. Changes nothing.
    ///
    /// # Errors
    /// A sentence for the operator: there is none, it cannot be read, or it is of another version.
    pub async fn open_to_read(address: &str) -> Result<PostgresLedger, String> {
        let database = Arc::new(Database::new(address)?);
        migrations::check(&database).await.map_err(|error| error.to_string())?;
        let (works, vacuum, fault) = (Arc::new(AtomicBool::new(true)), Arc::default(), Arc::default());
        Ok(PostgresLedger { database, queue: None, sequencer: None, vacuum, works, fault })
    }
}

impl Drop for PostgresLedger {
    fn drop(&mut self) {
        if let Some(sequencer) = &self.sequencer {
            sequencer.abort();
        }
    }
}

/// Does with a connection what may be done twice, until it succeeds.
macro_rules! ask {
    ($ledger:expr, |$client:ident| $work:expr) => {{
        let database = Arc::clone(&$ledger.database);
        Box::pin(async move {
            let attempt = || async {
                let $client = &mut database.client().await?;
                $work.await
            };
            database.retried(attempt).await
        })
    }};
}

impl Ledger for PostgresLedger {
    fn append(&self, receipts: Vec<Receipt>, received: Time) -> Pending<Vec<Appended>> {
        let mut salts: Vec<Salt> = vec![Salt::default(); receipts.len()];
        let prepared = fill_random(salts.as_flattened_mut())
            .and_then(|()| without_repetitions(receipts, received, salts));
        let (receipts, places) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        let (reply, answer) = oneshot::channel();
        let sent = match &self.queue {
            Some(queue) => queue.try_send(Request { receipts, reply }).map_err(|error| not_queued(&error)),
            None => Err(unavailable("it was opened to be read")),
        };
        Box::pin(async move {
            sent?;
            let stored = answer.await.unwrap_or_else(|_| Err(unavailable("it was not written")))?;
            Ok(places.answers(&stored))
        })
    }

    fn receipts(&self, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        let (before, limit) = (range.before.map_or(i64::MAX, column), i64::from(range.limit));
        ask!(self, |client| receipts::query(client, receipts::BEFORE, &[&before, &limit]))
    }

    fn newest_receipts(&self, site: SiteKey, range: ReceiptRange) -> Pending<Vec<StoredReceipt>> {
        let (before, limit) = (range.before.map_or(i64::MAX, column), i64::from(range.limit));
        ask!(self, |client| receipts::query(
            client,
            receipts::NEWEST_OF_SITE,
            &[&site.as_str(), &before, &limit]
        ))
    }

    fn statistics(&self, site: SiteKey, from: Day, to: Day) -> Pending<Vec<DaySums>> {
        ask!(self, |client| statistics::of_site(client, &site, from, to))
    }

    fn receipts_of(&self, site: SiteKey, subject: Subject, page: SubjectPage) -> Pending<Vec<StoredReceipt>> {
        let (subject, after) = (digits_to_bytes(subject.as_str()), column(page.after));
        let (unplaced, limit) = (column(UNPLACED), i64::from(page.limit));
        ask!(self, |client| receipts::query(
            client,
            receipts::OF_SUBJECT,
            &[&&subject[..], &site.as_str(), &after, &unplaced, &limit]
        ))
    }

    fn receipts_of_site(&self, site: SiteKey, page: SitePage) -> Pending<Vec<StoredReceipt>> {
        let (after, until, limit) = (column(page.after), column(page.until), i64::from(page.limit));
        let (from, to) = (millis(page.from), page.to.map_or(i64::MAX, millis));
        ask!(self, |client| receipts::query(
            client,
            receipts::OF_SITE,
            &[&site.as_str(), &after, &until, &from, &to, &limit]
        ))
    }

    fn receipts_with_id(&self, id: ReceiptId) -> Pending<Vec<StoredReceipt>> {
        let id = digits_to_bytes(id.as_str());
        ask!(self, |client| receipts::query(client, receipts::WITH_ID, &[&&id[..]]))
    }

    fn log(&self, site: SiteKey) -> Pending<Option<LogState>> {
        ask!(self, |client| logs::state(client, &site))
    }

    fn tiles(&self, site: SiteKey, tiles: Vec<TileId>) -> Pending<Vec<Vec<u8>>> {
        ask!(self, |client| logs::tiles(client, site.as_str(), &tiles))
    }

    fn logs(&self) -> Pending<Vec<(SiteKey, LogState)>> {
        ask!(self, |client| logs::all(client))
    }

    fn claim_root(&self, site: SiteKey, size: u64, root: Hash) -> Pending<bool> {
        ask!(self, |client| logs::claim_root(client, &site, size, &root))
    }

    fn save_checkpoint(&self, site: SiteKey, sealed: SealedLog) -> Pending<()> {
        ask!(self, |client| logs::save_checkpoint(client, &site, &sealed))
    }

    fn count_observations(&self, report: Report, received: Time) -> Pending<usize> {
        let (database, day) = (Arc::clone(&self.database), received.day());
        // Whether a lost connection lost the report too is not known: it is not counted twice.
        Box::pin(async move {
            let work = async { observations::count(&mut database.client().await?, &report, &day).await };
            database.once(work).await
        })
    }

    fn observations(&self, site: SiteKey) -> Pending<Vec<StoredObservation>> {
        ask!(self, |client| observations::of_site(client, &site))
    }

    fn forget_observations(&self, site: SiteKey, observations: Vec<Observation>) -> Pending<()> {
        ask!(self, |client| observations::forget(client, &site, &observations))
    }

    fn tokens(&self) -> Pending<Vec<StoredToken>> {
        ask!(self, |client| tokens::all(client))
    }

    fn add_token(&self, token: StoredToken) -> Pending<bool> {
        let tried = AtomicBool::new(false);
        ask!(self, |client| tokens::insert(client, &token, tried.swap(true, Ordering::Relaxed)))
    }

    fn replace_token_hash(&self, id: String, hash: String) -> Pending<bool> {
        ask!(self, |client| tokens::replace_hash(client, &id, &hash))
    }

    fn remove_token(&self, id: String) -> Pending<bool> {
        ask!(self, |client| tokens::delete(client, &id))
    }

    fn keep_notices(&self, site: SiteKey, notices: Vec<NewNotice>, since: Time) -> Pending<()> {
        ask!(self, |client| notices::keep(client, &site, &notices, since))
    }

    fn notice(&self, site: SiteKey, hash: NoticeHash) -> Pending<Option<KeptNotice>> {
        ask!(self, |client| notices::find(client, &site, &hash))
    }

    fn notice_hashes(&self, site: SiteKey) -> Pending<BTreeSet<NoticeHash>> {
        ask!(self, |client| notices::hashes(client, &site))
    }

    fn erase(&self, site: SiteKey, what: Erase, by: ErasedBy, received: Time) -> Pending<u64> {
        let mut salt = Salt::default();
        let prepared = match self.queue {
            Some(_) => fill_random(&mut salt),
            None => Err(unavailable("it was opened to be read")),
        };
        if let Err(error) = prepared {
            return Box::pin(async { Err(error) });
        }
        let (new, tried) = (NewErasure { site, what, by, received, salt }, AtomicBool::new(false));
        ask!(self, |client| erasures::erase(client, &new, tried.swap(true, Ordering::Relaxed)))
    }

    fn wipe(&self) -> Pending<()> {
        Arc::clone(&self.vacuum).run(Arc::clone(&self.database))
    }

    fn erasures(&self, site: SiteKey, after: Option<u64>, limit: u32) -> Pending<Vec<Erasure>> {
        ask!(self, |client| erasures::of_site(client, &site, after, limit))
    }

    fn ended_receipts(&self, after: u64, before: Time) -> Pending<EndedReceipts> {
        ask!(self, |client| retention::ended_receipts(client, after, before))
    }

    fn holds(&self) -> Pending<Vec<Hold>> {
        ask!(self, |client| holds::all(client))
    }

    fn add_hold(&self, hold: Hold) -> Pending<bool> {
        ask!(self, |client| holds::insert(client, &hold))
    }

    fn remove_hold(&self, site: SiteKey, subject: Option<Subject>) -> Pending<bool> {
        ask!(self, |client| holds::delete(client, &site, subject.as_ref()))
    }

    fn add_retention_run(&self, run: RetentionRun) -> Pending<()> {
        let mut id = Salt::default();
        if let Err(error) = fill_random(&mut id) {
            return Box::pin(async { Err(error) });
        }
        ask!(self, |client| retention::insert_run(client, &run, id))
    }

    fn retention_runs(&self, limit: u32) -> Pending<Vec<RetentionRun>> {
        ask!(self, |client| retention::runs(client, limit))
    }

    fn add_listener(&self, listener: Listener) -> Pending<()> {
        ask!(self, |client| events::insert_listener(client, &listener))
    }

    fn remove_listener(&self, site: SiteKey, endpoint: String) -> Pending<()> {
        ask!(self, |client| events::delete_listener(client, &site, &endpoint))
    }

    fn listeners(&self) -> Pending<Vec<Listener>> {
        ask!(self, |client| events::listeners(client))
    }

    fn due_deliveries(&self, now: Time, each: u32) -> Pending<Vec<Delivery>> {
        ask!(self, |client| events::due(client, now, each))
    }

    fn begin_delivery(&self, delivery: Delivery, next: Time) -> Pending<bool> {
        ask!(self, |client| events::begin(client, &delivery, next))
    }

    fn end_delivery(&self, delivery: Delivery) -> Pending<bool> {
        ask!(self, |client| events::end(client, &delivery))
    }

    fn give_up_deliveries(&self, before: Time) -> Pending<u64> {
        ask!(self, |client| events::give_up(client, before))
    }

    fn waiting_deliveries(&self) -> Pending<Vec<Waiting>> {
        ask!(self, |client| events::waiting(client))
    }

    fn newest_notices(&self, site: SiteKey, limit: u32) -> Pending<Vec<ListedNotice>> {
        ask!(self, |client| notices::newest(client, &site, limit))
    }

    fn queue(&self) -> Queue {
        Queue::of(self.queue.as_ref())
    }

    fn check(&self) -> Pending<()> {
        if let Some(fault) = self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Box::pin(async { Err(fault) });
        }
        if self.works.load(Ordering::Relaxed) {
            return Box::pin(async { Ok(()) });
        }
        ask!(self, |client| write_something(client))
    }
}

/// The least that can be written.
async fn write_something(client: &Object) -> Result<(), Failure> {
    client.execute("UPDATE counters SET value = value + 1 WHERE name = 'confirmed'", &[]).await?;
    Ok(())
}
