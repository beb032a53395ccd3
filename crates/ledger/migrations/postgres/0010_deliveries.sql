-- Who is told of what on a site: endpoints by their ids. Where they are and their secrets stand in a file beside the ledger.
CREATE TABLE IF NOT EXISTS listeners (
    site text NOT NULL,
    event text NOT NULL,
    endpoint text NOT NULL,
    PRIMARY KEY (site, event, endpoint)
);

-- What waits to be told to an endpoint, until it was told or given up. `id` is a UUID, the same for all endpoints; `time` says when it
-- happened, `due` when it is tried next, by the nodes' clocks in milliseconds since 1970; `tries` counts how often it was.
CREATE TABLE IF NOT EXISTS deliveries (
    id bytea NOT NULL,
    endpoint text NOT NULL,
    site text NOT NULL,
    event text NOT NULL,
    subject bytea NOT NULL,
    time bigint NOT NULL,
    tries bigint NOT NULL,
    due bigint NOT NULL,
    PRIMARY KEY (site, id, endpoint)
);

CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (site, endpoint, due, id);
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (time);
