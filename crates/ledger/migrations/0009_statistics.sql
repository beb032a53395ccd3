-- What the receipts of a site add up to on a day: `day` counts days since 1970 (UTC, by the server's clock), `sums` is JSON.
-- Nothing here leads to a receipt or a visitor.
CREATE TABLE statistics (
    log INTEGER NOT NULL,
    day INTEGER NOT NULL,
    sums TEXT NOT NULL,
    PRIMARY KEY (log, day)
) STRICT, WITHOUT ROWID;

-- Finds the newest receipts of one site among those of all.
CREATE INDEX receipts_by_log ON receipts (log);
