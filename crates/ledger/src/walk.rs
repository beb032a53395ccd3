//! Reads all receipts of a site or of a visitor, page by page, so that no reader is ever in the store for long and nothing
//! grows with how many there are. What comes while it walks is left to the next one.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};

use crate::{Ledger, LedgerError, ReceiptRange, SitePage, StoredReceipt, SubjectPage, UNPLACED};

/// How many receipts a page has at most: some milliseconds' work.
const PAGE: u32 = 500;
/// Through how many positions one page looks for receipts of a site: as long, where all are of others.
const SPAN: u64 = 20_000;

/// A walk through receipts, the oldest first.
pub struct Walk {
    of: Of,
    /// The last position that was looked at.
    after: u64,
    /// The last position to look at.
    until: u64,
    is_done: bool,
}

enum Of {
    Subject(SiteKey, Subject),
    /// A site, from which time on and until when.
    Site(SiteKey, Time, Option<Time>),
}

impl Walk {
    /// All receipts of a visitor on a site.
    pub fn of_subject(site: SiteKey, subject: Subject) -> Walk {
        Walk { of: Of::Subject(site, subject), after: 0, until: UNPLACED, is_done: false }
    }

    /// The receipts of a site that came from one time on and before another, and are there now.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn of_site(
        ledger: &dyn Ledger,
        site: SiteKey,
        from: Time,
        to: Option<Time>,
    ) -> Result<Walk, LedgerError> {
        let newest = ledger.receipts(ReceiptRange { before: None, limit: 1 }).await?;
        let until = newest.first().map_or(0, |newest| newest.position);
        Ok(Walk { of: Of::Site(site, from, to), after: 0, until, is_done: until == 0 })
    }

    /// The next page; nothing at the end. A page of a site may be empty and not be the last.
    ///
    /// # Errors
    /// The ledger cannot be read. The same page comes when it is asked for again.
    pub async fn next_page(
        &mut self,
        ledger: &dyn Ledger,
    ) -> Result<Option<Vec<StoredReceipt>>, LedgerError> {
        if self.is_done {
            return Ok(None);
        }
        let end = match &self.of {
            Of::Subject(..) => self.until,
            Of::Site(..) => self.until.min(self.after.saturating_add(SPAN)),
        };
        let page = match &self.of {
            Of::Subject(site, subject) => {
                let page = SubjectPage { after: self.after, limit: PAGE };
                ledger.receipts_of(site.clone(), subject.clone(), page).await?
            }
            Of::Site(site, from, to) => {
                let page = SitePage { after: self.after, until: end, from: *from, to: *to, limit: PAGE };
                ledger.receipts_of_site(site.clone(), page).await?
            }
        };
        let is_full = page.len() >= PAGE as usize;
        self.after = page.last().filter(|_| is_full).map_or(end, |last| last.position);
        self.is_done = self.after >= self.until;
        Ok(Some(page))
    }

    /// How far it is: the last position that was looked at, of so many.
    pub fn progress(&self) -> (u64, u64) {
        (self.after, self.until)
    }
}
