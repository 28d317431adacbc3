-- Copies of files that other programs may write over: what comes of them becomes new versions.
CREATE TABLE own_copy (
    path TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    item TEXT NOT NULL,
    base TEXT NOT NULL,    -- the version that it was made of, or that the last new one went over
    digest TEXT NOT NULL,  -- of the bytes that are no news
    action TEXT            -- the last new version of it
) WITHOUT ROWID;
CREATE INDEX own_copy_account ON own_copy (account);
