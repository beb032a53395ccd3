//! Notices as rows: added and read, never changed.

use std::collections::BTreeSet;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{NoticeHash, Time};
use deadpool_postgres::Object;
use tokio_postgres::Row;

use super::bytes::bytes;
use super::failure::Failure;
use crate::notice::{Document, KeptNotice, ListedNotice, NewNotice, NoticeRows, hash_bytes, notice_hash};
use crate::rows::millis;

/// Adds what is new.
pub async fn keep(
    client: &mut Object,
    site: &SiteKey,
    notices: &[NewNotice],
    since: Time,
) -> Result<(), Failure> {
    let transaction = client.transaction().await?;
    let sql = "INSERT INTO documents (hash, document) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let save = transaction.prepare_cached(sql).await?;
    let sql = "INSERT INTO notices (site, notice, appearance, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let add = transaction.prepare_cached(sql).await?;
    // In one order, as two nodes keep the same at their start.
    let mut documents: Vec<&Document> =
        notices.iter().flat_map(|new| [Some(&new.notice), new.appearance.as_ref()]).flatten().collect();
    documents.sort_unstable_by_key(|document| document.hash());
    documents.dedup();
    for document in documents {
        transaction.execute(&save, &[&&document.hash()[..], &document.text()]).await?;
    }
    let pair = |new: &NewNotice| (*new.notice.hash(), new.appearance.as_ref().map(|look| *look.hash()));
    let pairs: BTreeSet<_> = notices.iter().map(pair).collect();
    for (notice, appearance) in pairs {
        let appearance = appearance.as_ref().map_or(&[][..], |hash| &hash[..]);
        transaction.execute(&add, &[&site.as_str(), &&notice[..], &appearance, &millis(since)]).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The notice of a site with this hash.
pub async fn find(client: &Object, site: &SiteKey, hash: &NoticeHash) -> Result<Option<KeptNotice>, Failure> {
    let hash = hash_bytes(hash);
    let sql = "SELECT since, appearance, documents.document FROM notices LEFT JOIN documents ON documents.hash = notices.appearance
        WHERE site = $1 AND notice = $2 ORDER BY since";
    let query = client.prepare_cached(sql).await?;
    let rows = client.query(&query, &[&site.as_str(), &&hash[..]]).await?;
    let read = |row: &Row| {
        let since: i64 = row.try_get(0)?;
        // No bytes stand for none here: the column is a part of the key.
        let appearance: &[u8] = row.try_get(1)?;
        let appearance = if appearance.is_empty() { None } else { Some(bytes(row, 1)?) };
        Ok((Time::from_millis(since.unsigned_abs()), appearance, row.try_get(2)?))
    };
    let appearances = rows.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    let query = client.prepare_cached("SELECT document FROM documents WHERE hash = $1").await?;
    let text = client.query_opt(&query, &[&&hash[..]]).await?.map(|row| row.try_get(0)).transpose()?;
    Ok(NoticeRows { hash, text, appearances }.read()?)
}

/// The hashes of all notices of a site.
pub async fn hashes(client: &Object, site: &SiteKey) -> Result<BTreeSet<NoticeHash>, Failure> {
    let find = client.prepare_cached("SELECT DISTINCT notice FROM notices WHERE site = $1").await?;
    let rows = client.query(&find, &[&site.as_str()]).await?;
    rows.iter().filter_map(|row| bytes(row, 0).map(|hash| notice_hash(&hash)).transpose()).collect()
}

/// The notices of a site that were new last.
pub async fn newest(client: &Object, site: &SiteKey, limit: u32) -> Result<Vec<ListedNotice>, Failure> {
    let sql = "SELECT notice, first, document FROM
            (SELECT notice, min(since) AS first FROM notices WHERE site = $1 GROUP BY notice ORDER BY first DESC, notice LIMIT $2)
            AS newest JOIN documents ON documents.hash = notice ORDER BY first DESC, notice";
    let find = client.prepare_cached(sql).await?;
    let rows = client.query(&find, &[&site.as_str(), &i64::from(limit)]).await?;
    let read = |row: &Row| {
        let (since, text): (i64, String) = (row.try_get(1)?, row.try_get(2)?);
        let hash = notice_hash(&bytes(row, 0)?);
        Ok(hash.map(|hash| ListedNotice { hash, text, since: Time::from_millis(since.unsigned_abs()) }))
    };
    rows.iter().filter_map(|row| read(row).transpose()).collect()
}
