-- The tables of a ledger in PostgreSQL. Each statement stands alone, outside of a transaction, and does nothing where its table is
-- there: an engine with many machines does not change tables within transactions. No sequence, trigger or extension; each key
-- that must be unique has the site in it, where rows are of a site.

-- What was decided and shown, without who and when: few among many receipts. `decision` is JSON in one form, `hash` its SHA-256.
CREATE TABLE IF NOT EXISTS decisions (
    hash bytea NOT NULL PRIMARY KEY,
    decision text NOT NULL
);

-- The receipts. `id`, `subject` and `previous` are the 16 bytes of their digits; `time` is the visitor's clock and `received`
-- the server's, in milliseconds since 1970. `salt` hides the receipt in its leaf. While it waits for a leaf, `entry` is what will
-- stand there and `turn` says when it is its turn, by the database's own clock; then both become null, and `position` and `leaf`
-- are given. Nothing else of a row ever changes. Nothing else is recorded.
CREATE TABLE IF NOT EXISTS receipts (
    site text NOT NULL,
    id bytea NOT NULL,
    subject bytea NOT NULL,
    time bigint NOT NULL,
    received bigint NOT NULL,
    decision bytea NOT NULL,
    previous bytea,
    salt bytea NOT NULL,
    entry bytea,
    turn bigint,
    position bigint,
    leaf bigint,
    PRIMARY KEY (id, site)
);

CREATE INDEX IF NOT EXISTS receipts_by_subject ON receipts (subject, site);

-- Also finds what has no position yet.
CREATE INDEX IF NOT EXISTS receipts_by_position ON receipts (position);

-- Each site's log. `size`: how many leaves it has. `checkpoint` is the newest signed one, over `sealed` leaves. Before it was
-- signed, its size and root were `claimed`. `holder` may add leaves until `lease_until`.
CREATE TABLE IF NOT EXISTS logs (
    site text NOT NULL PRIMARY KEY,
    size bigint NOT NULL,
    sealed bigint NOT NULL,
    checkpoint text,
    claimed bigint NOT NULL,
    claimed_root bytea,
    holder text NOT NULL,
    lease_until timestamptz NOT NULL
);

-- The trees of the logs: hashes of 32 bytes one behind the other, at most 256. Level 0 has the leaves' entries, level n the
-- nodes 8 × n above the leaves.
CREATE TABLE IF NOT EXISTS tiles (
    site text NOT NULL,
    level bigint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (site, level, number)
);

-- `position`: how many positions were given. `confirmed`: written where a commit must wait for the standby though it adds
-- nothing.
CREATE TABLE IF NOT EXISTS counters (
    name text NOT NULL PRIMARY KEY,
    value bigint NOT NULL
);

INSERT INTO counters (name, value) VALUES ('position', 0), ('confirmed', 0) ON CONFLICT DO NOTHING;

-- What acted on a site's pages though nobody declared it. `name` holds no id: what could be one is `*`. `first` and
-- `last` are days (UTC), `reports` how often a page told of it. Nothing else is recorded.
CREATE TABLE IF NOT EXISTS observations (
    site text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    first text NOT NULL,
    last text NOT NULL,
    reports bigint NOT NULL,
    PRIMARY KEY (site, kind, name)
);

CREATE INDEX IF NOT EXISTS observations_by_rarity ON observations (site, reports, last);

-- A row for each site with observations, which is locked while they are counted.
CREATE TABLE IF NOT EXISTS observed_sites (
    site text NOT NULL PRIMARY KEY
);

-- Documents by the SHA-256 hash over their bytes: notices (what was said to visitors), and appearances (how it looked).
CREATE TABLE IF NOT EXISTS documents (
    hash bytea NOT NULL PRIMARY KEY,
    document text NOT NULL
);

-- Which notices a site had, with which appearance (empty where it is not known), and since when: milliseconds since 1970.
CREATE TABLE IF NOT EXISTS notices (
    site text NOT NULL,
    notice bytea NOT NULL,
    appearance bytea NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (site, notice, appearance)
);

-- Who may do what is not public. `hash` is of the secret, which is nowhere kept; `made` is a day (UTC). When and by whom a
-- token was used is not recorded.
CREATE TABLE IF NOT EXISTS tokens (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    scopes text NOT NULL,
    hash text NOT NULL,
    made text NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS tokens_by_name ON tokens (name);
