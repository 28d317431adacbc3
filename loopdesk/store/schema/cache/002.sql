-- Conversations, and streams that draw on a quota of their own.
ALTER TABLE cache_item ADD COLUMN chat TEXT;
CREATE INDEX cache_item_chat ON cache_item (account, id) WHERE chat IS NOT NULL;
ALTER TABLE cache_stream ADD COLUMN budget TEXT NOT NULL DEFAULT '';
ALTER TABLE cache_stream ADD COLUMN look_s REAL;   -- how old it may be when something is opened
ALTER TABLE cache_stream ADD COLUMN focus_s REAL;  -- how old when the person comes back
-- Where a service says that an entry is gone, and not which item it was in. Keys differ at their
-- ends, and may be long.
CREATE INDEX cache_entry_end ON cache_entry (substr(key, -10));
