-- One instance's database. Times are unix seconds (UTC); ids are 26 base32 characters; digests are raw bytes.
-- `registry.store.database` sets application_id and user_version when it loads this file.

-- The log. Leaves are never changed; what they commit to stands apart, so that it can be erased.

CREATE TABLE leaves (
    position INTEGER PRIMARY KEY CHECK (position >= 0),
    declaration TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN (
        'declare', 'amend', 'prove', 'lapse', 'dispute', 'resolve', 'notice', 'cancel', 'withdraw', 'expire', 'erase',
        'grant'
    )),
    time INTEGER NOT NULL,
    entry BLOB NOT NULL CHECK (length(entry) <= 2048)
) STRICT;
CREATE INDEX leaves_of_declaration ON leaves (declaration, position);
CREATE INDEX leaves_by_time ON leaves (time);

CREATE TRIGGER leaves_are_dense BEFORE INSERT ON leaves
WHEN NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM leaves)
BEGIN SELECT RAISE(ABORT, 'a leaf takes the next position of the log'); END;
CREATE TRIGGER leaves_keep_time BEFORE INSERT ON leaves
WHEN NEW.time < (SELECT time FROM leaves ORDER BY position DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'a leaf is not older than the one before it'); END;
CREATE TRIGGER leaves_are_not_updated BEFORE UPDATE ON leaves
BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;
CREATE TRIGGER leaves_are_not_deleted BEFORE DELETE ON leaves
BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;

CREATE TABLE leaf_bodies (
    leaf INTEGER PRIMARY KEY REFERENCES leaves (position),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    body BLOB NOT NULL
) STRICT;
CREATE TRIGGER leaf_bodies_are_not_updated BEFORE UPDATE ON leaf_bodies
BEGIN SELECT RAISE(ABORT, 'a leaf''s body is kept or erased, never changed'); END;

-- Who did what to what. `actor` is an account id, 'operator' or 'registry'; nothing personal is written here.

CREATE TABLE audit (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_target ON audit (target);
CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
