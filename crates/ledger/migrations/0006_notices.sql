-- Documents by the SHA-256 hash over their bytes: notices (what was said to visitors), and appearances (how it looked).
CREATE TABLE documents (
    hash BLOB PRIMARY KEY,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which notices a site had, with which appearance (null where it is not known), and since when: milliseconds since 1970.
CREATE TABLE notices (
    site TEXT NOT NULL,
    notice BLOB NOT NULL,
    appearance BLOB,
    since INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX notices_once ON notices (site, notice, ifnull(appearance, x''));
