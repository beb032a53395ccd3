//! Adds what several requests brought, in one transaction: all receipts of a request or none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use deadpool_postgres::{Object, Transaction};

use super::bytes::bytes;
use super::decisions::{self, KnownDecisions};
use super::events;
use super::failure::Failure;
use super::new_receipt::{Key, NewReceipt};
use crate::{Appended, LedgerError};

/// What became of a request.
pub type Outcome = Result<Vec<Appended>, LedgerError>;

/// Adds the receipts of requests, in which no site has an id twice. A conflict refuses its own request only.
pub async fn insert(
    client: &mut Object,
    known: &KnownDecisions,
    requests: &[&[NewReceipt]],
) -> Result<Vec<Outcome>, Failure> {
    let mut refused: BTreeMap<usize, LedgerError> = BTreeMap::new();
    loop {
        let taken = || requests.iter().enumerate().filter(|(at, _)| !refused.contains_key(at));
        // In one order: two transactions with the same receipts wait for each other, and not in a circle.
        let mut in_turn: Vec<(usize, &NewReceipt)> =
            taken().flat_map(|(_, request)| *request).enumerate().collect();
        in_turn.sort_unstable_by_key(|(_, new)| (new.id, new.site()));
        let (turns, receipts): (Vec<usize>, Vec<&NewReceipt>) = in_turn.into_iter().unzip();
        let transaction = client.transaction().await?;
        let new_decisions = known.new_among(&receipts);
        decisions::insert(&transaction, &new_decisions).await?;
        let inserted = insert_new(&transaction, &receipts, &turns).await?;
        let rest: Vec<_> = receipts.into_iter().filter(|new| !inserted.contains(&new.key())).collect();
        let there = if rest.is_empty() { HashMap::new() } else { find(&transaction, &rest).await? };
        let answer = |new: &NewReceipt| match there.get(&new.key()) {
            _ if inserted.contains(&new.key()) => Ok(Some(Appended::Stored)),
            Some(stored) => Ok(stored.compare(new)),
            // It was removed between the two statements.
            None => Err(Failure::Again),
        };
        let (mut outcomes, mut undo) = (Vec::with_capacity(requests.len()), BTreeMap::new());
        for (at, request) in requests.iter().enumerate() {
            if let Some(error) = refused.get(&at) {
                outcomes.push(Err(error.clone()));
                continue;
            }
            let answers: Vec<Option<Appended>> = request.iter().map(answer).collect::<Result<_, _>>()?;
            let conflict = answers.iter().position(Option::is_none);
            if let Some(conflict) = conflict {
                let error = LedgerError::Conflict(request[conflict].receipt.id.clone());
                if request.iter().any(|new| inserted.contains(&new.key())) {
                    undo.insert(at, error.clone());
                }
                outcomes.push(Err(error));
            } else {
                outcomes.push(Ok(answers.into_iter().flatten().collect()));
            }
        }
        if !undo.is_empty() {
            transaction.rollback().await?;
            refused.extend(undo);
            continue;
        }
        let added = requests.iter().flat_map(|request| *request).filter(|new| inserted.contains(&new.key()));
        events::queue_withdrawals(&transaction, &added.collect::<Vec<_>>()).await?;
        if inserted.is_empty() {
            wait_for_standby(&transaction).await?;
        }
        transaction.commit().await?;
        known.remember(new_decisions);
        return Ok(outcomes);
    }
}

/// Only the commit of what writes waits for a synchronous standby, and so for all that was written before it. What was found
/// there already may not have reached the standby yet.
async fn wait_for_standby(transaction: &Transaction<'_>) -> Result<(), Failure> {
    let touch =
        transaction.prepare_cached("UPDATE counters SET value = value + 1 WHERE name = 'confirmed'").await?;
    transaction.execute(&touch, &[]).await?;
    Ok(())
}

/// Adds what is not there; the keys of what was added. `turns`: in which order they came.
async fn insert_new(
    transaction: &Transaction<'_>,
    receipts: &[&NewReceipt],
    turns: &[usize],
) -> Result<BTreeSet<Key>, Failure> {
    let sql = "INSERT INTO receipts (site, id, subject, time, received, decision, previous, salt, entry, turn)
        SELECT site, id, subject, time, received, decision, previous, salt, entry,
            (extract(epoch FROM now()) * 1000000)::bigint * 4096 + turn
        FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[], $8::bytea[],
            $9::bytea[], $10::bigint[])
            AS new (site, id, subject, time, received, decision, previous, salt, entry, turn)
        ON CONFLICT DO NOTHING RETURNING site, id";
    let insert = transaction.prepare_cached(sql).await?;
    fn column<'a, T>(receipts: &[&'a NewReceipt], value: impl Fn(&'a NewReceipt) -> T) -> Vec<T> {
        receipts.iter().map(|new| value(new)).collect()
    }
    let sites = column(receipts, NewReceipt::site);
    let ids = column(receipts, |new| &new.id[..]);
    let subjects = column(receipts, |new| &new.subject[..]);
    let times = column(receipts, |new| new.time);
    let received = column(receipts, |new| new.received);
    let decisions = column(receipts, |new| &new.decision_hash[..]);
    let previous = column(receipts, |new| new.previous.as_ref().map(|previous| &previous[..]));
    let salts = column(receipts, |new| &new.salt[..]);
    let entries = column(receipts, |new| &new.entry[..]);
    let turns: Vec<i64> = turns.iter().map(|turn| *turn as i64).collect();
    let rows = transaction
        .query(
            &insert,
            &[&sites, &ids, &subjects, &times, &received, &decisions, &previous, &salts, &entries, &turns],
        )
        .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, bytes(row, 1)?))).collect()
}

/// What is compared of a receipt that is there.
struct Stored {
    subject: Vec<u8>,
    time: i64,
    decision: Vec<u8>,
    previous: Option<Vec<u8>>,
    salt: Vec<u8>,
}

impl Stored {
    /// Whether it is the same receipt, and then whether it came just now: the salt is the one of this very request, where an
    /// earlier try succeeded unnoticed.
    fn compare(&self, new: &NewReceipt) -> Option<Appended> {
        let is_same = self.subject == new.subject
            && self.time == new.time
            && self.decision == new.decision_hash
            && self.previous.as_deref() == new.previous.as_ref().map(|previous| &previous[..]);
        let appended = if self.salt == new.salt { Appended::Stored } else { Appended::Known };
        is_same.then_some(appended)
    }
}

/// What is there of receipts that could not be added.
async fn find(
    transaction: &Transaction<'_>,
    receipts: &[&NewReceipt],
) -> Result<HashMap<Key, Stored>, Failure> {
    let sql = "SELECT receipts.site, receipts.id, subject, time, decision, previous, salt
        FROM unnest($1::text[], $2::bytea[]) AS asked (site, id)
        JOIN receipts ON receipts.id = asked.id AND receipts.site = asked.site";
    let find = transaction.prepare_cached(sql).await?;
    let sites: Vec<_> = receipts.iter().map(|new| new.site()).collect();
    let ids: Vec<_> = receipts.iter().map(|new| &new.id[..]).collect();
    let rows = transaction.query(&find, &[&sites, &ids]).await?;
    let stored = rows.iter().map(|row| {
        let stored = Stored {
            subject: row.try_get(2)?,
            time: row.try_get(3)?,
            decision: row.try_get(4)?,
            previous: row.try_get(5)?,
            salt: row.try_get(6)?,
        };
        Ok(((row.try_get(0)?, bytes(row, 1)?), stored))
    });
    stored.collect()
}
