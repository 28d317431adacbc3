-- What is the person's own. Never lost by a re-sync, a reset cache or an upgrade.
CREATE TABLE own_seq (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL);
INSERT INTO own_seq VALUES (1, 0);

CREATE TABLE own_account (
    id TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    scopes TEXT NOT NULL,
    features TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    UNIQUE (service, subject)
) WITHOUT ROWID;

-- The outbox. Rows stay while the account is connected: the activity is a view of them.
CREATE TABLE own_action (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    made INTEGER NOT NULL,       -- the `seq` it was written with: the order of making
    here INTEGER NOT NULL,      -- kept on this computer: no service hears of it
    account TEXT NOT NULL,
    item TEXT,
    name TEXT NOT NULL,
    arguments TEXT NOT NULL,
    target TEXT NOT NULL,
    inverse TEXT,
    undoes TEXT,
    written_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    not_before_at INTEGER NOT NULL,
    intent_at INTEGER,
    settled_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    undo_wanted INTEGER NOT NULL DEFAULT 0,
    steps BLOB,
    done REAL NOT NULL DEFAULT 0,   -- how much of a long transfer is through
    error TEXT,
    receipt TEXT
);
CREATE INDEX own_action_seq ON own_action (seq);
CREATE INDEX own_action_made ON own_action (made);
CREATE INDEX own_action_open ON own_action (account, not_before_at, made)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX own_action_refused ON own_action (made) WHERE state = 'refused';
CREATE INDEX own_action_sent ON own_action (settled_at DESC) WHERE state = 'sent' AND here = 0;
CREATE INDEX own_action_item ON own_action (item, made);
CREATE INDEX own_action_undoes ON own_action (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX own_action_finished ON own_action (made DESC)
    WHERE name IN ('done', 'archive', 'complete') AND state <> 'undone' AND item IS NOT NULL;
CREATE INDEX own_action_draft ON own_action (json_extract(arguments, '$.draft'))
    WHERE json_extract(arguments, '$.draft') <> '';
CREATE INDEX own_action_held ON own_action (account)
    WHERE state IN ('waiting', 'sending') AND error IS NOT NULL;

CREATE TABLE own_errand (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    facts TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT,
    asked_at INTEGER NOT NULL
);
CREATE INDEX own_errand_seq ON own_errand (seq);
CREATE INDEX own_errand_open ON own_errand (asked_at) WHERE state IN ('asked', 'taken');

CREATE TABLE own_mark (
    item TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    seen_at INTEGER,
    snoozed_until INTEGER,
    pinned INTEGER NOT NULL DEFAULT 0,
    muted INTEGER NOT NULL DEFAULT 0,
    saved INTEGER NOT NULL DEFAULT 0,
    done_pulse TEXT,
    liking INTEGER NOT NULL DEFAULT 0,
    offline INTEGER NOT NULL DEFAULT 0  -- its content is to be read without a network
) WITHOUT ROWID;
CREATE INDEX own_mark_snoozed ON own_mark (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX own_mark_account ON own_mark (account);
CREATE INDEX own_mark_hidden ON own_mark (item)
    WHERE snoozed_until IS NOT NULL OR muted = 1 OR done_pulse IS NOT NULL;
CREATE INDEX own_mark_offline ON own_mark (item) WHERE offline = 1;
CREATE INDEX own_mark_seen ON own_mark (seen_at) WHERE seen_at IS NOT NULL;
CREATE INDEX own_mark_pinned ON own_mark (item) WHERE pinned = 1;

-- Letters in the making, each with what its service knows of it.
CREATE TABLE own_draft (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    item TEXT,                  -- the thread it answers
    letter TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    ended_at INTEGER,           -- sent or given up: known for a day longer
    key TEXT NOT NULL,          -- of the service's copy, "" while there is none
    version TEXT NOT NULL,
    saved_at INTEGER NOT NULL,  -- which of our changes the service's copy has
    told_at INTEGER NOT NULL    -- when the service took it
) WITHOUT ROWID;
CREATE INDEX own_draft_account ON own_draft (account);
CREATE INDEX own_draft_item ON own_draft (item) WHERE item IS NOT NULL;

-- What the person attached: copied in when it was. Small bytes lie here, larger ones in a file.
CREATE TABLE own_blob (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    secret BLOB NOT NULL,
    bytes BLOB,
    made_at INTEGER NOT NULL
);
CREATE INDEX own_blob_account ON own_blob (account);

-- What became of things made or moved here: the service's keys of each, the newest last.
CREATE TABLE own_alias (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    item TEXT NOT NULL,
    UNIQUE (account, kind, key)
);
CREATE INDEX own_alias_item ON own_alias (item);

-- Which places the person wants to see, where that differs from their service.
CREATE TABLE own_choice (
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    chosen INTEGER NOT NULL,
    PRIMARY KEY (account, kind, key)
) WITHOUT ROWID;

CREATE TABLE own_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every host that this profile's engine ever spoke to.
CREATE TABLE own_host (
    host TEXT NOT NULL,
    once INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    protocol TEXT NOT NULL,
    cipher TEXT NOT NULL,
    PRIMARY KEY (host, once)
) WITHOUT ROWID;
