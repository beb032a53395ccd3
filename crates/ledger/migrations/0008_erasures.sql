-- What was erased of the logs: an entry of its own at `leaf`, hidden behind `salt` as a receipt is. `received` is the server's clock
-- in milliseconds since 1970, `by` who asked, `leaves` the places of the erased receipts: pairs of the first and the last of a run,
-- as JSON. Nothing of a receipt or of whose it was is recorded.
CREATE TABLE erasures (
    log INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    received INTEGER NOT NULL,
    by TEXT NOT NULL,
    leaves TEXT NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (log, leaf)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER erasures_are_never_edited BEFORE UPDATE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'an erasure is never edited');
END;

-- What is not erased, of a whole site (`subject` is empty) or of one subject, since a time in milliseconds since 1970.
CREATE TABLE holds (
    site TEXT NOT NULL,
    subject BLOB NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (site, subject)
) STRICT, WITHOUT ROWID;

-- What the retention did: when, in milliseconds since 1970, and for each site and class of records how many it erased, as JSON.
CREATE TABLE retention_runs (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    erased TEXT NOT NULL
) STRICT;

-- One row: how often something was erased, and up to which of these times the file was wiped since. Wiping is due while they differ:
-- the first time for what older programs left in the file.
CREATE TABLE wiping (
    asked INTEGER NOT NULL,
    done INTEGER NOT NULL
) STRICT;

INSERT INTO wiping (asked, done) VALUES (1, 0);
