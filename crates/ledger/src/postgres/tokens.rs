//! Tokens as rows of the table `tokens`: added, given another hash, removed and read.

use deadpool_postgres::Object;

use super::failure::Failure;
use crate::StoredToken;

/// All tokens, by name.
pub async fn all(client: &Object) -> Result<Vec<StoredToken>, Failure> {
    let query = client.prepare_cached("SELECT id, name, scopes, hash, made FROM tokens").await?;
    let rows = client.query(&query, &[]).await?;
    let tokens = rows.iter().map(|row| {
        Ok(StoredToken {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            scopes: row.try_get(2)?,
            hash: row.try_get(3)?,
            made: row.try_get(4)?,
        })
    });
    let mut tokens = tokens.collect::<Result<Vec<_>, Failure>>()?;
    // Not by the database: its order of texts is a matter of its locale.
    tokens.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(tokens)
}

/// Adds a token; whether neither its id nor its name was taken. `again`: an earlier try may have succeeded unnoticed.
pub async fn insert(client: &Object, token: &StoredToken, again: bool) -> Result<bool, Failure> {
    let StoredToken { id, name, scopes, hash, made } = token;
    let sql = "INSERT INTO tokens (id, name, scopes, hash, made) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let insert = client.prepare_cached(sql).await?;
    if client.execute(&insert, &[id, name, scopes, hash, made]).await? == 1 {
        return Ok(true);
    }
    if !again {
        return Ok(false);
    }
    // Then this very token is there, with the hash of its secret.
    let find =
        client.prepare_cached("SELECT id FROM tokens WHERE id = $1 AND name = $2 AND hash = $3").await?;
    Ok(client.query_opt(&find, &[id, name, hash]).await?.is_some())
}

/// Gives a token another hash; whether it was there.
pub async fn replace_hash(client: &Object, id: &str, hash: &str) -> Result<bool, Failure> {
    let update = client.prepare_cached("UPDATE tokens SET hash = $2 WHERE id = $1").await?;
    Ok(client.execute(&update, &[&id, &hash]).await? == 1)
}

/// Removes a token; whether it was there.
pub async fn delete(client: &Object, id: &str) -> Result<bool, Failure> {
    let delete = client.prepare_cached("DELETE FROM tokens WHERE id = $1").await?;
    Ok(client.execute(&delete, &[&id]).await? == 1)
}
