//! Notices as rows: added and read, never changed.

use std::collections::BTreeSet;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{NoticeHash, Time};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::millis;
use crate::notice::{Document, ListedNotice, NewNotice, NoticeRows, hash_bytes, notice_hash};

/// Adds what is new.
pub fn keep(
    connection: &Connection,
    site: &SiteKey,
    notices: &[NewNotice],
    since: Time,
) -> rusqlite::Result<()> {
    let mut save = connection
        .prepare_cached("INSERT INTO documents (hash, document) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    let mut add = connection.prepare_cached(
        "INSERT INTO notices (site, notice, appearance, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    for NewNotice { notice, appearance } in notices {
        for document in [Some(notice), appearance.as_ref()].into_iter().flatten() {
            save.execute(params![document.hash(), document.text()])?;
        }
        let appearance = appearance.as_ref().map(Document::hash);
        add.execute(params![site.as_str(), notice.hash(), appearance, millis(since)])?;
    }
    Ok(())
}

/// The notice of a site with this hash.
pub fn find(connection: &Connection, site: &SiteKey, hash: &NoticeHash) -> rusqlite::Result<NoticeRows> {
    let hash = hash_bytes(hash);
    let mut find = connection.prepare_cached(
        "SELECT since, appearance, documents.document FROM notices LEFT JOIN documents ON documents.hash = notices.appearance
         WHERE site = ?1 AND notice = ?2 ORDER BY since",
    )?;
    let rows = find.query_map(params![site.as_str(), hash], |row| {
        let since: i64 = row.get(0)?;
        Ok((Time::from_millis(since.unsigned_abs()), row.get(1)?, row.get(2)?))
    })?;
    let appearances = rows.collect::<rusqlite::Result<_>>()?;
    let mut text = connection.prepare_cached("SELECT document FROM documents WHERE hash = ?1")?;
    let text = text.query_row([hash], |row| row.get(0)).optional()?;
    Ok(NoticeRows { hash, text, appearances })
}

/// The hashes of all notices of a site.
pub fn hashes(connection: &Connection, site: &SiteKey) -> rusqlite::Result<BTreeSet<NoticeHash>> {
    let mut find = connection.prepare_cached("SELECT DISTINCT notice FROM notices WHERE site = ?1")?;
    let hashes = find.query_map([site.as_str()], |row| row.get::<_, [u8; 32]>(0))?;
    hashes.filter_map(|hash| hash.map(|hash| notice_hash(&hash)).transpose()).collect()
}

/// The notices of a site that were new last.
pub fn newest(connection: &Connection, site: &SiteKey, limit: u32) -> rusqlite::Result<Vec<ListedNotice>> {
    let mut find = connection.prepare_cached(
        "SELECT notice, first, document FROM
            (SELECT notice, min(since) AS first FROM notices WHERE site = ?1 GROUP BY notice ORDER BY first DESC, notice LIMIT ?2)
            JOIN documents ON documents.hash = notice ORDER BY first DESC, notice",
    )?;
    let rows = find.query_map(params![site.as_str(), limit], |row| {
        let since: i64 = row.get(1)?;
        let (hash, text) = (notice_hash(&row.get(0)?), row.get(2)?);
        Ok(hash.map(|hash| ListedNotice { hash, text, since: Time::from_millis(since.unsigned_abs()) }))
    })?;
    rows.filter_map(Result::transpose).collect()
}
