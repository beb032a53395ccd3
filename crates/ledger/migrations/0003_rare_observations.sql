-- Finds what makes room for a new observation: what was reported once, and not for the longest time.
CREATE INDEX observations_by_rarity ON observations (site, reports, last);
