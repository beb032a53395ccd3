-- The ledger. `body` is the receipt in its one form; `site`, `id` and `subject` repeat what stands in it,
-- for looking up. `received` is the server's clock in milliseconds since 1970. Nothing else is recorded.
CREATE TABLE receipts (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    received INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (site, id)
) STRICT;

CREATE INDEX receipts_by_subject ON receipts (subject, position);

CREATE TRIGGER receipts_are_never_edited BEFORE UPDATE ON receipts
BEGIN
    SELECT RAISE(ABORT, 'a receipt is never edited');
END;
