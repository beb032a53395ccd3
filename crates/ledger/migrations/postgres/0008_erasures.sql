-- What was erased of the logs: an entry of its own at `leaf`, hidden behind `salt` as a receipt is. `received` is the server's clock
-- in milliseconds since 1970, `by` who asked, `leaves` the places of the erased receipts: pairs of the first and the last of a run,
-- as JSON. Nothing of a receipt or of whose it was is recorded.
CREATE TABLE IF NOT EXISTS erasures (
    site text NOT NULL,
    leaf bigint NOT NULL,
    received bigint NOT NULL,
    by text NOT NULL,
    leaves text NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (site, leaf)
);

-- What is not erased, of a whole site (`subject` is empty) or of one subject, since a time in milliseconds since 1970.
CREATE TABLE IF NOT EXISTS holds (
    site text NOT NULL,
    subject bytea NOT NULL,
    reason text NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (site, subject)
);

-- What the retention did: when, in milliseconds since 1970, and for each site and class of records how many it erased, as JSON.
-- `id` is random.
CREATE TABLE IF NOT EXISTS retention_runs (
    at bigint NOT NULL,
    id text NOT NULL,
    erased text NOT NULL,
    PRIMARY KEY (at, id)
);
