-- What is done to no item, but at an account.
CREATE INDEX own_action_account ON own_action (account, name, made) WHERE item IS NULL;
-- Where its service shows what an action did: keys of streams, as JSON.
ALTER TABLE own_action ADD COLUMN streams TEXT NOT NULL DEFAULT '[]';
