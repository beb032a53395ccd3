-- What the receipts of a site add up to on a day: `day` counts days since 1970 (UTC, by the server's clock), `sums` is JSON.
-- Nothing here leads to a receipt or a visitor.
CREATE TABLE IF NOT EXISTS statistics (
    site text NOT NULL,
    day bigint NOT NULL,
    sums text NOT NULL,
    PRIMARY KEY (site, day)
);

-- Finds the newest receipts of one site among those of all.
CREATE INDEX IF NOT EXISTS receipts_by_site ON receipts (site, position);

-- `counted`: up to which position the receipts are in `statistics`.
INSERT INTO counters (name, value) VALUES ('counted', 0) ON CONFLICT DO NOTHING;
