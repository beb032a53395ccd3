-- Who is told of what on a site: endpoints by their ids. Where they are and their secrets stand in a file beside the ledger.
CREATE TABLE listeners (
    site TEXT NOT NULL,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    PRIMARY KEY (site, event, endpoint)
) STRICT, WITHOUT ROWID;

-- What waits to be told to an endpoint, until it was told or given up. `id` is a UUID, the same for all endpoints; `time` says when it
-- happened, `due` when it is tried next, by the server's clock in milliseconds since 1970; `tries` counts how often it was.
CREATE TABLE deliveries (
    id BLOB NOT NULL,
    endpoint TEXT NOT NULL,
    site TEXT NOT NULL,
    event TEXT NOT NULL,
    subject BLOB NOT NULL,
    time INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (id, endpoint)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_due ON deliveries (site, endpoint, due, id);
CREATE INDEX deliveries_by_time ON deliveries (time);
