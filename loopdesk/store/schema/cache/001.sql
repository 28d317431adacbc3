-- What can be pulled again.
CREATE TABLE cache_item (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    snippet TEXT NOT NULL,
    people TEXT NOT NULL,
    at INTEGER,
    on_day TEXT,
    sort_at INTEGER NOT NULL,   -- `at`, or the day's start in UTC
    ends_at INTEGER NOT NULL,   -- of a meeting; else `sort_at`
    version TEXT NOT NULL,
    pulse TEXT NOT NULL,        -- changes when "done" should no longer hold
    places TEXT NOT NULL,
    unread INTEGER NOT NULL,
    starred INTEGER NOT NULL,
    wanted INTEGER NOT NULL,    -- whether its service has it where the pane's items are
    folded INTEGER NOT NULL DEFAULT 0,  -- all it does is announce what is here
    pane INTEGER NOT NULL,      -- wanted and not folded: in the pane, time and marks aside
    answer TEXT NOT NULL,       -- of a meeting, else 'none'
    actions TEXT NOT NULL,
    url TEXT NOT NULL,
    meeting TEXT,
    task TEXT,
    file TEXT,
    holder TEXT NOT NULL,       -- key of its calendar, list or folder, else ''
    parent TEXT NOT NULL,       -- id of the task that it is a step of, else ''
    due_at INTEGER,             -- of an open task that is due some time
    mine_last INTEGER NOT NULL DEFAULT 0,
    features TEXT NOT NULL DEFAULT '',
    base REAL NOT NULL DEFAULT 0,
    person TEXT NOT NULL DEFAULT '',    -- key of whose treatment counts
    judged INTEGER NOT NULL DEFAULT 0   -- whether features and base are up to date
);
CREATE INDEX cache_item_unjudged ON cache_item (sort_at DESC) WHERE judged = 0;
CREATE INDEX cache_item_person ON cache_item (person) WHERE pane = 1;
CREATE INDEX cache_item_account ON cache_item (account, id);
CREATE INDEX cache_item_base ON cache_item (base DESC, id) WHERE pane = 1 AND kind <> 'meeting';
CREATE INDEX cache_item_kind_base ON cache_item (kind, base DESC, id) WHERE pane = 1;
CREATE INDEX cache_item_newest ON cache_item (sort_at DESC, id) WHERE pane = 1 AND kind <> 'meeting';
CREATE INDEX cache_item_kind_newest ON cache_item (kind, sort_at DESC, id);
CREATE INDEX cache_item_ends ON cache_item (kind, ends_at);
CREATE INDEX cache_item_unanswered ON cache_item (ends_at)
    WHERE answer = 'pending' AND pane = 1;
CREATE INDEX cache_item_starred ON cache_item (sort_at DESC, id) WHERE starred = 1;
CREATE INDEX cache_item_unread ON cache_item (kind) WHERE pane = 1 AND unread = 1;
CREATE INDEX cache_item_pane ON cache_item (kind) WHERE pane = 1;
CREATE INDEX cache_item_owed ON cache_item (sort_at DESC, id) WHERE mine_last = 1;
CREATE INDEX cache_item_parent ON cache_item (parent) WHERE parent <> '';
CREATE INDEX cache_item_due ON cache_item (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX cache_item_away ON cache_item (kind, sort_at) WHERE wanted = 0;
CREATE INDEX cache_item_at ON cache_item (sort_at DESC, id);

-- An entry's rowid is (ms since 2000) << 12 plus a counter, so that rowid order is time order.
CREATE TABLE cache_entry (
    id INTEGER PRIMARY KEY,
    item TEXT NOT NULL,
    key TEXT NOT NULL,
    author TEXT NOT NULL,
    recipients TEXT NOT NULL,
    copies TEXT NOT NULL,
    blind TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT,
    html BLOB,
    headers TEXT NOT NULL,
    attachments TEXT NOT NULL,
    places TEXT NOT NULL,
    unread INTEGER NOT NULL,
    starred INTEGER NOT NULL,
    mine INTEGER NOT NULL,
    fast INTEGER NOT NULL,      -- an own answer within the hour
    draft INTEGER NOT NULL,
    version TEXT NOT NULL,
    more TEXT                   -- what few entries have, as JSON
);
CREATE UNIQUE INDEX cache_entry_key ON cache_entry (item, key);
CREATE INDEX cache_entry_item ON cache_entry (item, id);
CREATE INDEX cache_entry_mine ON cache_entry (id DESC, item) WHERE mine = 1 AND draft = 0;
CREATE INDEX cache_entry_draft ON cache_entry (item) WHERE draft = 1;

CREATE VIRTUAL TABLE cache_text USING fts5 (
    title, author, recipients, body,
    content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE cache_member (
    account TEXT NOT NULL,
    stream TEXT NOT NULL,
    item TEXT NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (account, stream, item)
) WITHOUT ROWID;
CREATE INDEX cache_member_item ON cache_member (item);

CREATE TABLE cache_stream (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    rank INTEGER NOT NULL,
    poll_s REAL NOT NULL,
    idle_poll_s REAL NOT NULL,
    feature TEXT NOT NULL,
    cursor TEXT,
    generation INTEGER NOT NULL DEFAULT 0,
    began_at INTEGER NOT NULL DEFAULT 0,    -- of the pull that goes on now
    shown_from INTEGER NOT NULL DEFAULT 0,  -- start of the last pull that was applied whole
    PRIMARY KEY (account, key)
) WITHOUT ROWID;

-- Streams among which the person chooses. Those of them that are pulled are in cache_stream too.
CREATE TABLE cache_offer (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    feature TEXT NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;

CREATE TABLE cache_account (
    account TEXT PRIMARY KEY, state TEXT NOT NULL, code TEXT NOT NULL, checked_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE cache_place (
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    facts TEXT NOT NULL,        -- the whole of it, as JSON
    PRIMARY KEY (account, kind, key)
) WITHOUT ROWID;

CREATE TABLE cache_me (
    account TEXT NOT NULL, address TEXT NOT NULL, name TEXT NOT NULL,
    signature TEXT,             -- of an address that may be sent from, else NULL
    standard INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, address)
) WITHOUT ROWID;

-- How the person and another have written to each other, at one account. `received`, `sent` and
-- `fast` are sums over the entries that are here.
CREATE TABLE cache_person (
    key TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    received INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    fast INTEGER NOT NULL,
    read INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (key, account)
) WITHOUT ROWID;
CREATE INDEX cache_person_account ON cache_person (account);
CREATE INDEX cache_person_name ON cache_person (name COLLATE NOCASE);
CREATE INDEX cache_person_address ON cache_person (address);

-- What an item is (entry 0), and what an entry names (1) or only announces (2). Equal text means
-- the same thing.
CREATE TABLE cache_ref (
    ref TEXT NOT NULL,
    relation INTEGER NOT NULL,
    item TEXT NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (ref, relation, item, entry)
) WITHOUT ROWID;
CREATE INDEX cache_ref_item ON cache_ref (item, entry);

CREATE TABLE cache_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE cache_skip (
    account TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (account, place)
) WITHOUT ROWID;

-- Bytes that a service holds and that are kept here too: attachments, files, pictures of a mail.
-- Small ones lie here, larger ones in a file.
CREATE TABLE cache_blob (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    item TEXT NOT NULL,
    entry TEXT NOT NULL,
    part TEXT NOT NULL,
    version TEXT NOT NULL,      -- of a file: the revision whose bytes these are
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    secret BLOB NOT NULL,
    used_at INTEGER NOT NULL,
    bytes BLOB,
    UNIQUE (item, entry, part, account)
);
CREATE INDEX cache_blob_account ON cache_blob (account);
CREATE INDEX cache_blob_used ON cache_blob (used_at, item, size);
