-- What acted on a site's pages though nobody declared it. `name` holds no id: what could be one is `*`. `first` and
-- `last` are days (UTC), `reports` how often a page told of it. Nothing else is recorded.
CREATE TABLE observations (
    site TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (site, kind, name)
) STRICT, WITHOUT ROWID;
