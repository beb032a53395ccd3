-- Who may do what is not public. `hash` is of the secret, which is nowhere kept; `made` is a day (UTC). When and by whom a
-- token was used is not recorded.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    hash TEXT NOT NULL,
    made TEXT NOT NULL
) STRICT, WITHOUT ROWID;
