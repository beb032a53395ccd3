//! Tokens as rows of the table `tokens`: added, given another hash, removed and read.

use rusqlite::{Connection, params};

use crate::StoredToken;

/// All tokens, by name.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<StoredToken>> {
    let mut query =
        connection.prepare_cached("SELECT id, name, scopes, hash, made FROM tokens ORDER BY name")?;
    let rows = query.query_map([], |row| {
        let (id, name, scopes, hash, made) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(StoredToken { id, name, scopes, hash, made })
    })?;
    rows.collect()
}

/// Adds a token; whether neither its id nor its name was taken.
pub fn insert(connection: &Connection, token: &StoredToken) -> rusqlite::Result<bool> {
    let StoredToken { id, name, scopes, hash, made } = token;
    let mut insert = connection.prepare_cached(
        "INSERT INTO tokens (id, name, scopes, hash, made) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    Ok(insert.execute(params![id, name, scopes, hash, made])? == 1)
}

/// Gives a token another hash; whether it was there.
pub fn replace_hash(connection: &Connection, id: &str, hash: &str) -> rusqlite::Result<bool> {
    let mut update = connection.prepare_cached("UPDATE tokens SET hash = ?2 WHERE id = ?1")?;
    Ok(update.execute([id, hash])? == 1)
}

/// Removes a token; whether it was there.
pub fn delete(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    let mut delete = connection.prepare_cached("DELETE FROM tokens WHERE id = ?1")?;
    Ok(delete.execute([id])? == 1)
}
