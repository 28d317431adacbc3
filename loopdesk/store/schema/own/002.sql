-- What is done to no item, but at an account.
CREATE INDEX own_action_account ON own_action (account, name, made) WHERE item IS NULL;
