//! What the ledger promises, whatever keeps it. Holds no rule about who may call.
//!
//! ```text
//! place (which store) ─> sqlite, postgres (the stores) ─> decision (what receipts have in common), sums (what they add up to) ─> day; rows
//!                                                      ├> log (the Merkle tree of each site) <─ sealer (signs it) <─ proof, verify
//!                                                      ├> erasure (what is recorded of one), hold <─ retention (what is over)
//!                                                      └> event (what others have to be told)
//! walk (all receipts of a site or a visitor, page by page)
//! backup (copies one that is served) ─> sqlite, sealer
//! ```

pub mod backup;
pub mod day;
mod decision;
pub mod erasure;
pub mod event;
#[cfg(feature = "faulty")]
pub mod faulty;
pub mod hold;
pub mod log;
pub mod notice;
pub mod place;
#[cfg(feature = "postgres")]
pub mod postgres;
mod private_files;
pub mod proof;
pub mod retention;
mod rows;
pub mod sealer;
pub mod sqlite;
pub mod sums;
pub mod verify;
pub mod walk;

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use consentry::model::config::SiteKey;
use consentry::model::observation::{Observation, ObservationKind, Report};
use consentry::model::receipt::{NoticeHash, Receipt, ReceiptId, Subject, Time};

use crate::day::Day;
use crate::erasure::{Erase, ErasedBy, Erasure};
use crate::event::{Delivery, Listener, Waiting};
use crate::hold::Hold;
use crate::log::{Hash, Salt, TileId};
use crate::notice::{KeptNotice, ListedNotice, NewNotice};
use crate::retention::{EndedReceipts, RetentionRun};
use crate::sums::DaySums;

/// An answer that a store gives later.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, LedgerError>> + Send>>;

/// An append-only ledger of receipts, and beside it what was observed on the sites.
///
/// Every implementation keeps these promises, and its tests show it:
/// - **Durable.** `append` answers `Ok` only once all its receipts would survive a crash of the process
///   and of the machine, in a place from which they can be read again.
/// - **Whole.** Of one `append` all receipts are there or none is.
/// - **Idempotent.** A receipt's id is unique within its site. The same receipt again is
///   [`Appended::Known`] and changes nothing, not even the time when it came first; another receipt under
///   a known id is [`LedgerError::Conflict`] and changes nothing.
/// - **Append-only.** Nothing here edits a receipt, and `erase` alone takes one away. Each is a leaf of its site's log ([`log`]), and has a position in the ledger
///   that is larger than those of the leaves before it. A store for one machine gives both when it stores the receipt. One for
///   several gives them a moment later, within about two seconds though a machine dies: until then the receipt is read by its id
///   and by its subject, without a leaf and at [`UNPLACED`], and `receipts` leaves it out. An entry that is there stays the
///   same for ever.
/// - **Silent.** A receipt, the time when it came, its salt and its place in the log are all that is ever kept. Of an observation these are
///   its site, kind and name, the first and the last day that it was seen, and how many reports named it. Of all receipts of a
///   day together there are sums ([`sums`]). Of a token
///   there is what [`StoredToken`] has: a hash of its secret, never the secret, and nothing of who used it.
/// - **Forgetting.** What was erased is gone with its salt, and answered for as what never was; its leaf stays, and says nothing
///   any more. That it was erased is a leaf of its own ([`erasure`]). Which leaves are whose is nowhere kept. Only where somebody
///   else has to be told of it is the subject kept, until that is done or given up.
/// - **Passed on.** What `append` and `erase` do that a listener has to be told of waits for it from the same moment on: both or
///   neither ([`event`]). It is told once at least.
/// - **Immutable.** A notice is kept under the hash over its bytes, and is never changed or taken away. A receipt whose notice is
///   not known is stored all the same.
/// - **Repeatable.** What failed may have been done, and may be done again: the end is the same. An exception is
///   `count_observations`, which may then count a report twice.
/// - **Bounded.** A site has at most [`MAX_OBSERVATIONS`] observations. What is new beyond them takes the place of the
///   longest unseen that was reported once, so that many names at once do not push out what is met often; else it is dropped,
///   and the answer says how many; what is known is still counted.
pub trait Ledger: Send + Sync {
    /// Adds receipts that came together at `received`. The answers are in the receipts' order.
    fn append(&self, receipts: Vec<Receipt>, received: Time) -> Pending<Vec<Appended>>;

    /// Receipts of every site, the newest first.
    fn receipts(&self, range: ReceiptRange) -> Pending<Vec<StoredReceipt>>;

    /// Receipts of one site, the newest first.
    fn newest_receipts(&self, site: SiteKey, range: ReceiptRange) -> Pending<Vec<StoredReceipt>>;

    /// What the receipts of a site add up to on each day from one to another, both included, the oldest first. Days without
    /// receipts are left out. A receipt counts once, on the day when it came, with its leaf: a store for several machines may count
    /// it a moment later, within about two seconds. What was counted stays, though a receipt is erased.
    fn statistics(&self, site: SiteKey, from: Day, to: Day) -> Pending<Vec<DaySums>>;

    /// Receipts of one subject on one site, the oldest first.
    fn receipts_of(&self, site: SiteKey, subject: Subject, page: SubjectPage) -> Pending<Vec<StoredReceipt>>;

    /// Receipts of one site, the oldest first. One that has no position yet is left out, as `receipts` does.
    fn receipts_of_site(&self, site: SiteKey, page: SitePage) -> Pending<Vec<StoredReceipt>>;

    /// The receipts with this id: one at most of each site, the oldest first.
    fn receipts_with_id(&self, id: ReceiptId) -> Pending<Vec<StoredReceipt>>;

    /// How long the log of a site is; nothing where no receipt came yet.
    fn log(&self, site: SiteKey) -> Pending<Option<LogState>>;

    /// Tiles of a site's log, in the order asked for. One that is not there has no hashes; one at the end may have more than
    /// there were when the log's size was asked for.
    fn tiles(&self, site: SiteKey, tiles: Vec<TileId>) -> Pending<Vec<Vec<u8>>>;

    /// The logs of all sites.
    fn logs(&self) -> Pending<Vec<(SiteKey, LogState)>>;

    /// Claims that the first `size` leaves of a site's log have this root, to be called before that is signed: of several
    /// nodes none signs another root than the others did. `false` where a larger log was claimed meanwhile. Durable, as `append`
    /// is. One machine needs no claims.
    fn claim_root(&self, _site: SiteKey, _size: u64, _root: Hash) -> Pending<bool> {
        Box::pin(async { Ok(true) })
    }

    /// Keeps a checkpoint of a site's log in place of the last. One that covers no more leaves than it, or more than there
    /// are, changes nothing.
    fn save_checkpoint(&self, site: SiteKey, sealed: SealedLog) -> Pending<()>;

    /// Counts what a page observed on the day of `received`. Durable and whole, as `append` is. Answers how
    /// many observations were dropped.
    fn count_observations(&self, report: Report, received: Time) -> Pending<usize>;

    /// What was observed on a site, what was reported most often first.
    fn observations(&self, site: SiteKey) -> Pending<Vec<StoredObservation>>;

    /// The hosts among what was observed on a site.
    fn observed_hosts(&self, site: SiteKey) -> Pending<Vec<String>> {
        let observations = self.observations(site);
        Box::pin(async move {
            let all = observations.await?.into_iter().map(|stored| stored.observation);
            let hosts = all.filter(|observation| observation.kind() == ObservationKind::Host);
            Ok(hosts.map(|host| host.name().to_owned()).collect())
        })
    }

    /// Keeps notices of a site, as they are from `since` on; what is there already stays as it is.
    fn keep_notices(&self, site: SiteKey, notices: Vec<NewNotice>, since: Time) -> Pending<()>;

    /// The notice of a site that receipts name by this hash.
    fn notice(&self, site: SiteKey, hash: NoticeHash) -> Pending<Option<KeptNotice>>;

    /// The hashes of all notices of a site.
    fn notice_hashes(&self, site: SiteKey) -> Pending<BTreeSet<NoticeHash>>;

    /// Erases receipts of a site, with their salts, and records it at `received` as a leaf of the site's log; both or neither.
    /// Durable, as `append` is. Answers how many there were; of none, nothing is recorded. What is on hold is refused. Old
    /// bytes may be in the files until `wipe`.
    fn erase(&self, site: SiteKey, what: Erase, by: ErasedBy, received: Time) -> Pending<u64>;

    /// Comes true once what was erased before is in no file of the data directory. Where it was not asked, or did not end, it is done
    /// after the ledger is opened again. A database elsewhere keeps files of its own: it is asked to clean up (www/docs/ledger.md).
    fn wipe(&self) -> Pending<()>;

    /// Erasures of a site's log behind a leaf, `limit` at most, in the log's order.
    fn erasures(&self, site: SiteKey, after: Option<u64>, limit: u32) -> Pending<Vec<Erasure>>;

    /// Receipts of every site that were in force no longer before a time ([`retention`]): of a part of the ledger, which begins
    /// behind a position.
    fn ended_receipts(&self, after: u64, before: Time) -> Pending<EndedReceipts>;

    /// What is on hold, by site.
    fn holds(&self) -> Pending<Vec<Hold>>;

    /// Adds a hold. `false`, and nothing changes, where there is one already. Durable, as `append` is; so are the next two.
    fn add_hold(&self, hold: Hold) -> Pending<bool>;

    /// Ends the hold of a site, or of a subject on it. `false` where there is none.
    fn remove_hold(&self, site: SiteKey, subject: Option<Subject>) -> Pending<bool>;

    /// Keeps what a run of the retention did.
    fn add_retention_run(&self, run: RetentionRun) -> Pending<()>;

    /// The last runs of the retention, the newest first.
    fn retention_runs(&self, limit: u32) -> Pending<Vec<RetentionRun>>;

    /// The notices of a site that were new last, the newest first: at most so many.
    fn newest_notices(&self, site: SiteKey, limit: u32) -> Pending<Vec<ListedNotice>>;

    /// Has an endpoint told of what happens on a site from now on; what it is told already stays. Durable, as `append` is.
    fn add_listener(&self, listener: Listener) -> Pending<()>;

    /// Ends it, and forgets what waits for it.
    fn remove_listener(&self, site: SiteKey, endpoint: String) -> Pending<()>;

    /// Who listens, on every site.
    fn listeners(&self) -> Pending<Vec<Listener>>;

    /// What is to be tried by now: of every site, and for each endpoint that listens `each` at most, what is longest due first.
    fn due_deliveries(&self, now: Time, each: u32) -> Pending<Vec<Delivery>>;

    /// Takes a delivery for a try, and has the next one wait until a time. `false`, and nothing changes, where somebody else took
    /// it meanwhile.
    fn begin_delivery(&self, delivery: Delivery, next: Time) -> Pending<bool>;

    /// Forgets a delivery that was told or is given up; whether nothing else of its subject is kept on the site, so that
    /// `wipe` is due.
    fn end_delivery(&self, delivery: Delivery) -> Pending<bool>;

    /// Forgets what happened before a time and was not told; how much it was. `wipe` is due then.
    fn give_up_deliveries(&self, before: Time) -> Pending<u64>;

    /// What waits to be told, by endpoint.
    fn waiting_deliveries(&self) -> Pending<Vec<Waiting>>;

    /// Whether what comes now would be stored: tries it where the last request was not.
    fn check(&self) -> Pending<()>;

    /// How many requests wait to be written, and how many may.
    fn queue(&self) -> Queue;

    /// Forgets observations of a site: those that were declared meanwhile, or that the owner does not want.
    /// What is observed again is new.
    fn forget_observations(&self, site: SiteKey, observations: Vec<Observation>) -> Pending<()>;

    /// Every token, by name, as it is at this moment: what another program added, changed or removed counts at once.
    fn tokens(&self) -> Pending<Vec<StoredToken>>;

    /// Adds a token. `false`, and nothing changes, where another one has its id or its name. Durable, as `append` is; so are the
    /// next two.
    fn add_token(&self, token: StoredToken) -> Pending<bool>;

    /// Gives the token of this id another secret's hash in place of its own. `false` where there is none.
    fn replace_token_hash(&self, id: String, hash: String) -> Pending<bool>;

    /// Removes the token of this id. `false` where there is none.
    fn remove_token(&self, id: String) -> Pending<bool>;
}

/// What waits to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many requests wait.
    pub waiting: usize,
    /// How many may: one more is [`LedgerError::Busy`]. 0 where nothing can be written.
    pub most: usize,
}

impl Queue {
    fn of<T>(sender: Option<&tokio::sync::mpsc::Sender<T>>) -> Queue {
        sender.map_or(Queue::default(), |sender| Queue {
            waiting: sender.max_capacity() - sender.capacity(),
            most: sender.max_capacity(),
        })
    }
}

/// How many observations a site may have.
pub const MAX_OBSERVATIONS: usize = 2000;

/// An observation in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredObservation {
    pub observation: Observation,
    /// The first day, `YYYY-MM-DD` in UTC.
    pub first: String,
    /// The last day.
    pub last: String,
    /// How many reports named it.
    pub reports: u64,
}

/// A token that opens what is not public, as whoever made it wrote it. The store judges none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// What stands in the token itself. No secret.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it lets its bearer do, as words with commas between.
    pub scopes: String,
    /// The hash of its secret.
    pub hash: String,
    /// The day when it was made, `YYYY-MM-DD` in UTC.
    pub made: String,
}

/// What `append` did with a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It was new and is stored now.
    Stored,
    /// The very same receipt was there already.
    Known,
}

impl Appended {
    /// The word in responses.
    pub fn name(self) -> &'static str {
        match self {
            Appended::Stored => "stored",
            Appended::Known => "known",
        }
    }
}

/// A receipt in the ledger.
#[derive(Clone, Debug)]
pub struct StoredReceipt {
    /// Its position in the ledger: later receipts have larger ones.
    pub position: u64,
    /// Its place in the log of its site, counted from 0; nothing while it has none.
    pub leaf: Option<u64>,
    /// When it came, by the server's clock.
    pub received: Time,
    /// What hides it in its leaf.
    pub salt: Salt,
    pub receipt: Receipt,
}

/// The position of receipts that have none yet: after all others. No page begins behind it.
pub const UNPLACED: u64 = (1 << 53) - 1; // the largest that JavaScript counts

/// How long a site's log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// How many leaves it has.
    pub size: u64,
    /// Its newest checkpoint.
    pub sealed: Option<SealedLog>,
}

/// A checkpoint of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedLog {
    /// How many leaves it covers.
    pub size: u64,
    /// The signed note.
    pub checkpoint: String,
}

/// Which receipts of the ledger to read.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptRange {
    /// Only receipts before this position.
    pub before: Option<u64>,
    /// At most so many receipts.
    pub limit: u32,
}

/// Which receipts of a subject to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubjectPage {
    /// Only receipts after this position.
    pub after: u64,
    /// At most so many receipts.
    pub limit: u32,
}

/// Which receipts of a site to read.
#[derive(Clone, Copy, Debug)]
pub struct SitePage {
    /// Only receipts after this position,
    pub after: u64,
    /// up to this one. Those of other sites between them are passed over, which takes time as well.
    pub until: u64,
    /// Only receipts that came at this time or later,
    pub from: Time,
    /// and before this one, if there is one.
    pub to: Option<Time>,
    /// At most so many receipts.
    pub limit: u32,
}

/// Why a store did not do what it was asked.
#[derive(Clone, Debug)]
pub enum LedgerError {
    /// Another receipt has this id.
    Conflict(ReceiptId),
    /// It is on hold on this site, and not erased.
    Held(SiteKey),
    /// As many requests are queued as may be.
    Busy,
    /// The disk, the file or the database failed; the text is for the operator.
    Unavailable(String),
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LedgerError::Conflict(id) => write!(f, "found another receipt under {id}, expected the same one"),
            LedgerError::Held(site) => {
                write!(f, "found a legal hold on {site}, expected none: nothing was erased")
            }
            LedgerError::Busy => f.write_str("found a full queue, expected room in it"),
            LedgerError::Unavailable(reason) => write!(f, "the ledger cannot be written or read: {reason}"),
        }
    }
}

impl std::error::Error for LedgerError {}

/// Fills bytes with randomness of the system.
fn fill_random(bytes: &mut [u8]) -> Result<(), LedgerError> {
    getrandom::fill(bytes).map_err(|error| unavailable(format!("the system gave no randomness: {error}")))
}

fn unavailable(reason: impl ToString) -> LedgerError {
    LedgerError::Unavailable(reason.to_string())
}
