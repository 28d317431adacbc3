-- Conversations, and streams that draw on a quota of their own.
ALTER TABLE cache_item ADD COLUMN chat TEXT;
CREATE INDEX cache_item_chat ON cache_item (account, id) WHERE chat IS NOT NULL;
ALTER TABLE cache_stream ADD COLUMN budget TEXT NOT NULL DEFAULT '';
ALTER TABLE cache_stream ADD COLUMN look_s REAL;   -- how old it may be when something is opened
ALTER TABLE cache_stream ADD COLUMN focus_s REAL;  -- how old when the person comes back
