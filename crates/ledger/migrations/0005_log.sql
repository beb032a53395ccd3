-- What was decided and shown, without who and when: few among many receipts. `decision` is JSON in one form.
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY,
    decision TEXT NOT NULL UNIQUE
) STRICT;

-- Each site's log. `size`: how many leaves it has. `checkpoint` is the newest signed one, over `sealed` leaves.
CREATE TABLE logs (
    number INTEGER PRIMARY KEY,
    site TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    sealed INTEGER NOT NULL,
    checkpoint TEXT
) STRICT;

-- The trees of the logs: hashes of 32 bytes one behind the other, at most 256. Level 0 has the leaves' entries, level n the
-- nodes 8 × n above the leaves.
CREATE TABLE tiles (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, number)
) STRICT, WITHOUT ROWID;

-- The receipts. `id`, `subject` and `previous` are the 16 bytes of their digits; `time` is the visitor's clock and `received`
-- the server's, in milliseconds since 1970. `salt` hides the receipt in its leaf. Nothing else is recorded.
CREATE TABLE receipts (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    log INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    id BLOB NOT NULL,
    subject BLOB NOT NULL,
    time INTEGER NOT NULL,
    received INTEGER NOT NULL,
    decision INTEGER NOT NULL,
    previous BLOB,
    salt BLOB NOT NULL,
    UNIQUE (id, log)
) STRICT;

CREATE INDEX receipts_by_subject ON receipts (subject, position);

CREATE TRIGGER receipts_are_never_edited BEFORE UPDATE ON receipts
BEGIN
    SELECT RAISE(ABORT, 'a receipt is never edited');
END;
