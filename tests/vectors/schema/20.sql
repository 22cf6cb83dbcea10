-- One instance's database. Times are unix seconds (UTC); ids are 26 base32 characters; digests are raw bytes.
-- `registry.store.database` sets application_id and user_version when it loads this file.

-- The log. Leaves are never changed; what they commit to stands apart, so that it can be erased.

CREATE TABLE leaves (
    position INTEGER PRIMARY KEY CHECK (position >= 0),
    declaration TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN (
        'declare', 'amend', 'prove', 'lapse', 'dispute', 'hold', 'resolve', 'notice', 'cancel', 'withdraw', 'expire',
        'erase', 'grant', 'carry', 'consent', 'revoke'
    )),
    time INTEGER NOT NULL,
    entry BLOB NOT NULL CHECK (length(entry) <= 2048)
) STRICT;
CREATE INDEX leaves_of_declaration ON leaves (declaration, position);
CREATE INDEX leaves_by_time ON leaves (time);
CREATE INDEX leaves_that_carry ON leaves (position) WHERE type = 'carry';
CREATE INDEX leaves_that_grant ON leaves (position) WHERE type = 'grant';

CREATE TRIGGER leaves_are_dense BEFORE INSERT ON leaves
WHEN NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM leaves)
BEGIN SELECT RAISE(ABORT, 'a leaf takes the next position of the log'); END;
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

-- Who did what to what. `actor` is an account id, 'link', 'registry', or 'operator' and the accounts of this machine that
-- acted; nothing of those who declare is written here.

CREATE TABLE audit (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_target ON audit (target);
CREATE INDEX audit_of_actor ON audit (actor);
CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- Accounts: who may sign in, and for whom they act. Of everything secret only the SHA-256 is kept.

-- `closes` is when an account is erased whose owner asked for that; `language` that of its pages, if it chose one.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    closes INTEGER,
    language TEXT
) STRICT;
CREATE INDEX accounts_that_close ON accounts (closes) WHERE closes IS NOT NULL;

-- The second address of an account, which signs in as the first does, and a change of the first that was announced.
-- An address belongs to one account at most, as its first or its second. `digest` is of the link that stops a change.

CREATE TABLE second_addresses (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    email TEXT NOT NULL UNIQUE,
    since INTEGER NOT NULL
) STRICT;

CREATE TABLE address_changes (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    email TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    asked INTEGER NOT NULL,
    effective INTEGER NOT NULL
) STRICT;
CREATE INDEX address_changes_that_are_due ON address_changes (effective);

-- Passkeys (WebAuthn): `credential` is what the authenticator calls it, `key` its public key (COSE), `counter` how often
-- the authenticator says that it signed, `used` when it last did so here.

CREATE TABLE passkeys (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    credential BLOB NOT NULL UNIQUE CHECK (length(credential) <= 1023),
    account TEXT NOT NULL REFERENCES accounts (id),
    key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER
) STRICT;
CREATE INDEX passkeys_of_account ON passkeys (account);

-- What a letter holds that only its reader has: a link and a code, or for other purposes than signing in a code alone.
-- `code` is the SHA-256 of the code together with what the asking browser keeps, so that a copy of this table opens nothing.

CREATE TABLE sign_in_links (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 32),
    email TEXT NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER,
    code BLOB NOT NULL CHECK (length(code) = 32),
    purpose TEXT NOT NULL CHECK (purpose IN ('sign-in', 'delete-account', 'add-address')),
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires);
CREATE INDEX sign_in_links_of_browser ON sign_in_links (nonce, purpose);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_use ON sessions (seen);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'declare')),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX api_tokens_of_account ON api_tokens (account);

-- `confirmed` is when whom an agent acts for confirmed it, `closed` when a party ceased to declare.

CREATE TABLE parties (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    public INTEGER NOT NULL CHECK (public IN (0, 1)),
    capacity TEXT NOT NULL CHECK (capacity IN ('author', 'rights-holder', 'exclusive-licensee', 'agent')),
    on_behalf_of TEXT CHECK ((on_behalf_of IS NULL) = (capacity <> 'agent')),
    territory TEXT,
    statement TEXT NOT NULL,
    created INTEGER NOT NULL,
    principal_public INTEGER NOT NULL DEFAULT 0 CHECK (principal_public IN (0, 1)),
    skeleton TEXT NOT NULL DEFAULT '',
    confirmed INTEGER,
    closed INTEGER
) STRICT;
CREATE INDEX parties_that_look_alike ON parties (skeleton) WHERE public = 1;

-- Who acts for a party, and what each may do. `label` is that account's own word for the party, which nobody else sees.

CREATE TABLE members (
    party TEXT NOT NULL REFERENCES parties (id),
    account TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'reader', 'agent')),
    label TEXT NOT NULL DEFAULT '',
    since INTEGER NOT NULL,
    PRIMARY KEY (party, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_of_account ON members (account);

-- Invitations that were mailed. `principal` asks whom an agent acts for to become the owner, and so to confirm the agent.

CREATE TABLE invitations (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    party TEXT NOT NULL REFERENCES parties (id),
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'reader', 'agent', 'principal')),
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_of_party ON invitations (party);
CREATE INDEX invitations_that_expire ON invitations (expires);

-- Names that public parties had, and until when.

CREATE TABLE former_names (
    party TEXT NOT NULL REFERENCES parties (id),
    until INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (party, until)
) STRICT, WITHOUT ROWID;

-- What was published. A log never has two roots of one size; a replaced key may sign the same root again.

CREATE TABLE checkpoints (
    position INTEGER PRIMARY KEY,
    log TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL
) STRICT;
CREATE INDEX checkpoints_of_log ON checkpoints (log, size);
CREATE TRIGGER checkpoints_do_not_fork BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE log = NEW.log AND size = NEW.size AND root <> NEW.root)
BEGIN SELECT RAISE(ABORT, 'a log has one root of each size'); END;
CREATE TRIGGER checkpoints_only_grow BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE log = NEW.log AND size > NEW.size)
BEGIN SELECT RAISE(ABORT, 'a log does not shrink'); END;
CREATE TRIGGER checkpoints_are_not_updated BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_are_not_deleted BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

-- Manifests signed lately; older ones are deleted with the segments that only they named.

CREATE TABLE manifests (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    issued INTEGER NOT NULL,
    note BLOB NOT NULL
) STRICT;
CREATE TRIGGER manifests_are_not_updated BEFORE UPDATE ON manifests
BEGIN SELECT RAISE(ABORT, 'a sequence number names one manifest'); END;
CREATE TRIGGER manifests_progress BEFORE INSERT ON manifests
WHEN EXISTS (SELECT 1 FROM manifests WHERE sequence >= NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'a manifest has a higher number than those before it'); END;
CREATE TRIGGER the_newest_manifest_stays BEFORE DELETE ON manifests
WHEN OLD.sequence = (SELECT max(sequence) FROM manifests)
BEGIN SELECT RAISE(ABORT, 'the newest manifest is kept, so that its number is not given again'); END;

-- Which leaves may concern an asset, for lookups into the past. Erased with the body of the leaf.

CREATE TABLE scope_keys (
    key BLOB NOT NULL CHECK (length(key) = 16),
    leaf INTEGER NOT NULL REFERENCES leaf_bodies (leaf) ON DELETE CASCADE,
    PRIMARY KEY (key, leaf)
) STRICT, WITHOUT ROWID;
CREATE INDEX scope_keys_of_leaf ON scope_keys (leaf);

-- Declarations. What one says is the body of `leaf`, the last that stated it; one that never was in force has its
-- record here. An erased one has neither. `waiting` (JSON) holds scopes that are not proved yet, beside those in force.

CREATE TABLE declarations (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'lapsed', 'withdrawn', 'expired', 'erased')),
    record BLOB,
    leaf INTEGER REFERENCES leaves (position),
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    expires INTEGER,
    waiting TEXT,
    CHECK ((record IS NULL) = (leaf IS NOT NULL OR state = 'erased')),
    CHECK ((expires IS NULL) OR state = 'pending'),
    CHECK (leaf IS NOT NULL OR state NOT IN ('active', 'lapsed'))
) STRICT;
CREATE INDEX declarations_of_party ON declarations (party, state, id);
CREATE INDEX declarations_that_expire ON declarations (expires) WHERE expires IS NOT NULL;

-- An index over the scopes of pending, active and lapsed records, those that wait behind the others. `site` is the host
-- with its labels reversed, ending in a dot, so that a domain and all below it is one range; it is NULL for scopes that are not locations.
-- `value` is `sha256:` and the digest of it where it is longer than 2,000 characters, as a book's fingerprints are.

CREATE TABLE scopes (
    declaration TEXT NOT NULL REFERENCES declarations (id),
    position INTEGER NOT NULL,
    party TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN (
        'domain', 'host', 'prefix', 'url', 'sha256', 'sha1', 'md5', 'isbn', 'doi', 'eidr',
        'pdq', 'iscc', 'text', 'video', 'embed'
    )),
    value TEXT NOT NULL CHECK (length(value) <= 2000),
    preferences INTEGER NOT NULL,
    site TEXT,
    lapsed_at INTEGER,
    PRIMARY KEY (declaration, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX scopes_of_party ON scopes (party, value, kind);
CREATE INDEX scopes_by_site ON scopes (party, site) WHERE site IS NOT NULL;
CREATE INDEX lapsed_scopes_by_site ON scopes (site) WHERE lapsed_at IS NOT NULL;
CREATE INDEX urls_by_site ON scopes (site) WHERE kind = 'url';
CREATE INDEX places_by_site ON scopes (site) WHERE kind IN ('domain', 'host', 'prefix');
CREATE INDEX codes_of_models ON scopes (value) WHERE kind = 'embed';

-- Looser changes that were announced and wait. What will be said is the body of `leaf`; a withdrawal has none. `token`
-- is the SHA-256 of the mailed link's secret.

CREATE TABLE changes (
    declaration TEXT PRIMARY KEY REFERENCES declarations (id),
    kind TEXT NOT NULL CHECK (kind IN ('declare', 'amend', 'withdraw')),
    effective INTEGER NOT NULL,
    leaf INTEGER NOT NULL REFERENCES leaves (position),
    token BLOB NOT NULL UNIQUE CHECK (length(token) = 32)
) STRICT;
CREATE INDEX changes_by_effect ON changes (effective);

-- How many declarations of a party are in each state, for its limits.

CREATE TABLE state_counts (
    party TEXT NOT NULL,
    state TEXT NOT NULL,
    declarations INTEGER NOT NULL,
    PRIMARY KEY (party, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER declarations_are_counted AFTER INSERT ON declarations
BEGIN
    INSERT INTO state_counts (party, state, declarations) VALUES (NEW.party, NEW.state, 1)
    ON CONFLICT DO UPDATE SET declarations = declarations + 1;
END;
CREATE TRIGGER declarations_are_counted_anew AFTER UPDATE OF state ON declarations WHEN NEW.state <> OLD.state
BEGIN
    UPDATE state_counts SET declarations = declarations - 1 WHERE party = OLD.party AND state = OLD.state;
    INSERT INTO state_counts (party, state, declarations) VALUES (NEW.party, NEW.state, 1)
    ON CONFLICT DO UPDATE SET declarations = declarations + 1;
END;
CREATE TRIGGER declarations_are_not_counted AFTER DELETE ON declarations
BEGIN
    UPDATE state_counts SET declarations = declarations - 1 WHERE party = OLD.party AND state = OLD.state;
END;

-- New declarations of a party in one UTC day, for its limits.

CREATE TABLE day_counts (
    party TEXT NOT NULL,
    day INTEGER NOT NULL,
    declarations INTEGER NOT NULL,
    PRIMARY KEY (party, day)
) STRICT, WITHOUT ROWID;

-- What a request with an Idempotency-Key led to. `request` is the SHA-256 of its body.

CREATE TABLE idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL CHECK (length(request) = 32),
    declaration TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created);

-- Challenges, and the proofs they become: a row is a proof once `evidence` (JSON) is there. `token` is what the party
-- publishes; it is kept because the proof is looked at again.

CREATE TABLE proofs (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    declaration TEXT REFERENCES declarations (id) ON DELETE SET NULL,
    party TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('dns-txt', 'dns-persist', 'http-file', 'html-meta', 'profile-page')),
    target TEXT NOT NULL,
    token TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    evidence TEXT,
    subtree INTEGER NOT NULL DEFAULT 0 CHECK (subtree IN (0, 1)),
    last_ok INTEGER,
    until INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    first_failure INTEGER,
    last_failure INTEGER,
    lapsed INTEGER NOT NULL DEFAULT 0 CHECK (lapsed IN (0, 1)),
    next_check INTEGER,
    CHECK ((evidence IS NULL) = (last_ok IS NULL))
) STRICT;
CREATE INDEX proofs_of_party ON proofs (party, target);
CREATE INDEX proofs_of_target ON proofs (target) WHERE evidence IS NOT NULL AND lapsed = 0;
CREATE INDEX proofs_to_check ON proofs (next_check) WHERE next_check IS NOT NULL;

-- Works. `content` (JSON) is NULL when the work was erased. `spellings` counts those of its names, for its party's limit.

CREATE TABLE works (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    kind TEXT NOT NULL CHECK (kind IN (
        'anime', 'manga', 'illustration', 'photograph', 'book', 'article', 'music', 'video', 'game', 'other'
    )),
    content TEXT,
    spellings INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX works_of_party ON works (party, spellings, id);

CREATE TABLE declared_works (
    work TEXT NOT NULL REFERENCES works (id),
    declaration TEXT NOT NULL REFERENCES declarations (id),
    PRIMARY KEY (work, declaration)
) STRICT, WITHOUT ROWID;
CREATE INDEX works_of_declaration ON declared_works (declaration);

-- Which parties may name a work in their declarations besides its own. `leaf` is the one that says so.

CREATE TABLE consents (
    work TEXT NOT NULL REFERENCES works (id),
    party TEXT NOT NULL REFERENCES parties (id),
    leaf INTEGER NOT NULL REFERENCES leaves (position),
    PRIMARY KEY (work, party)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_of_party ON consents (party, leaf);

-- Which parties stand behind a declaration besides its own. `leaf` is that with the consent, NULL until it is given;
-- `licensing` lets the declaring party grant permissions for them too; `agreed` is the notice of the change agreed to.

CREATE TABLE co_owners (
    declaration TEXT NOT NULL REFERENCES declarations (id),
    party TEXT NOT NULL REFERENCES parties (id),
    asked INTEGER NOT NULL,
    leaf INTEGER REFERENCES leaves (position),
    licensing INTEGER NOT NULL DEFAULT 0 CHECK (licensing IN (0, 1)),
    agreed INTEGER,
    PRIMARY KEY (declaration, party)
) STRICT, WITHOUT ROWID;
CREATE INDEX co_owners_by_party ON co_owners (party, asked);

-- Forms that are being filled in.

CREATE TABLE drafts (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    account TEXT NOT NULL,
    content TEXT NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE INDEX drafts_of_account ON drafts (account);

-- Mail that was promised in a transaction and not sent yet: to an account, or to an address without one.

CREATE TABLE letters (
    position INTEGER PRIMARY KEY,
    declaration TEXT NOT NULL,
    party TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    created INTEGER NOT NULL,
    address TEXT,
    account TEXT
) STRICT;

-- What somebody says against a declaration. Anybody may know its number, state and times; the words and the address are
-- for both sides and the operator, and go with the declaration's record. `evidence` is web addresses,
-- one a line. `token` is the SHA-256 of the secret that opens
-- it without an account. One that is only `offered` is a link in a letter to whoever proved the place before.

CREATE TABLE disputes (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    declaration TEXT NOT NULL REFERENCES declarations (id),
    party TEXT REFERENCES parties (id),
    email TEXT,
    language TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
    reason TEXT NOT NULL CHECK (reason IN ('mine', 'not-authorised', 'not-a-work', 'false-name', 'other')),
    statement TEXT NOT NULL,
    answer TEXT,
    priority INTEGER NOT NULL CHECK (priority IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('offered', 'received', 'open', 'upheld', 'dismissed', 'withdrawn')),
    opened INTEGER NOT NULL,
    due INTEGER,
    closed INTEGER,
    evidence TEXT NOT NULL DEFAULT '',
    answer_evidence TEXT NOT NULL DEFAULT '',
    grounds TEXT
) STRICT;
CREATE INDEX disputes_of_declaration ON disputes (declaration);
CREATE INDEX disputes_of_party ON disputes (party) WHERE party IS NOT NULL;
CREATE INDEX disputes_of_address ON disputes (email) WHERE email IS NOT NULL;
CREATE INDEX disputes_that_are_due ON disputes (due) WHERE due IS NOT NULL;

-- Who works for this registry, which accounts may not declare for now, and which erasures one person has asked for and
-- another has to carry out.

CREATE TABLE roles (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('moderator', 'operator')),
    granted INTEGER NOT NULL
) STRICT;

CREATE TABLE suspensions (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    since INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE erasures (
    declaration TEXT PRIMARY KEY REFERENCES declarations (id),
    asked_by TEXT NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL,
    asked INTEGER NOT NULL
) STRICT;

-- Operators: who crawls and trains. `card` (JSON) is what its signature agent card said when it was last read; `problem`
-- says what was wrong at the last look, if anything. A key has `until` once the card no longer shows it.

CREATE TABLE operators (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    client_id TEXT NOT NULL,
    card TEXT,
    created INTEGER NOT NULL,
    read INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    next_check INTEGER,
    UNIQUE (party, client_id)
) STRICT;
CREATE INDEX operators_to_check ON operators (next_check) WHERE next_check IS NOT NULL;

CREATE TABLE operator_keys (
    operator TEXT NOT NULL REFERENCES operators (id),
    thumbprint TEXT NOT NULL CHECK (length(thumbprint) = 43),
    key BLOB NOT NULL CHECK (length(key) = 32),
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (operator, thumbprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_keys_by_thumbprint ON operator_keys (thumbprint);
CREATE INDEX operator_keys_that_end ON operator_keys (until) WHERE until IS NOT NULL;

-- Grants. What one says is the body of `leaf`, its last. `until` is when it ends by itself, `ended` when it did end.
-- `granted_declarations` are those whose scopes it names; what the snapshot says of a grant depends on them.

CREATE TABLE grants (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    operator TEXT NOT NULL REFERENCES operators (id),
    leaf INTEGER NOT NULL REFERENCES leaves (position),
    created INTEGER NOT NULL,
    until INTEGER,
    ended INTEGER
) STRICT;
CREATE INDEX grants_of_party ON grants (party, leaf);
CREATE INDEX grants_of_operator ON grants (operator, leaf);
CREATE INDEX grants_that_end ON grants (until) WHERE until IS NOT NULL AND ended IS NULL;

CREATE TABLE granted_declarations (
    declaration TEXT NOT NULL REFERENCES declarations (id),
    permission TEXT NOT NULL REFERENCES grants (id),
    PRIMARY KEY (declaration, permission)
) STRICT, WITHOUT ROWID;
CREATE INDEX declarations_granted ON granted_declarations (permission);
-- Lists of works that were uploaded, and what became of each row. The file lies in the folder `imports` until it was read.
-- `content` (JSON) is what was answered beside it, `failure` (JSON) a sentence, `due` when the registry goes on by itself.

CREATE TABLE imports (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    party TEXT NOT NULL REFERENCES parties (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('sending', 'reading', 'ready', 'declaring', 'done', 'failed')),
    content TEXT NOT NULL,
    failure TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    due INTEGER
) STRICT;
CREATE INDEX imports_of_account ON imports (account, created);
CREATE INDEX imports_of_party ON imports (party);
CREATE INDEX imports_by_use ON imports (updated);
CREATE INDEX imports_that_are_due ON imports (due) WHERE due IS NOT NULL;

CREATE TABLE import_rows (
    import TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN (
        'new', 'known', 'repeated', 'unstated', 'problem', 'declared', 'waiting', 'refused', 'leaving', 'withdrawn'
    )),
    kind TEXT,
    value TEXT NOT NULL,
    preferences INTEGER NOT NULL,
    title TEXT NOT NULL,
    declaration TEXT,
    why TEXT,
    PRIMARY KEY (import, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_by_outcome ON import_rows (import, outcome, position);
CREATE INDEX import_rows_by_declaration ON import_rows (declaration) WHERE declaration IS NOT NULL;

-- Enquiries: an operator asks a party for a use (permission), or a party asks an operator about its data (disclosure).
-- Both sides read them, nobody else. `subject` and `attachments` are JSON; files are named by their digests. `permission`
-- is the grant that answered one. A standing answer is given to every operator that asks its party.

CREATE TABLE enquiries (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    kind TEXT NOT NULL CHECK (kind IN ('permission', 'disclosure')),
    operator TEXT NOT NULL REFERENCES operators (id),
    party TEXT NOT NULL REFERENCES parties (id),
    subject TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'talking', 'granted', 'refused', 'answered', 'withdrawn')),
    opened INTEGER NOT NULL,
    due INTEGER NOT NULL,
    closed INTEGER,
    permission TEXT
) STRICT;
CREATE INDEX enquiries_of_party ON enquiries (party, opened);
CREATE INDEX enquiries_of_operator ON enquiries (operator, opened);

CREATE TABLE enquiry_messages (
    enquiry TEXT NOT NULL REFERENCES enquiries (id),
    number INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('operator', 'party')),
    standing INTEGER NOT NULL CHECK (standing IN (0, 1)),
    time INTEGER NOT NULL,
    text TEXT NOT NULL,
    attachments TEXT NOT NULL,
    PRIMARY KEY (enquiry, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing_answers (
    party TEXT PRIMARY KEY REFERENCES parties (id),
    answer TEXT NOT NULL CHECK (answer IN ('never', 'ask-agent', 'terms')),
    text TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;

-- Events: what a party is told at once. `last` is the number of its last event; `feed` the SHA-256 of the secret in the
-- address of its private feed. `body` is what is sent, and what is read by number. `challenge` is what a webhook answers with.

CREATE TABLE event_streams (
    party TEXT PRIMARY KEY REFERENCES parties (id),
    last INTEGER NOT NULL,
    feed BLOB UNIQUE CHECK (length(feed) = 32)
) STRICT;

CREATE TABLE events (
    party TEXT NOT NULL REFERENCES parties (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    kind TEXT NOT NULL,
    time INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) <= 4096),
    PRIMARY KEY (party, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_age ON events (time);

CREATE TABLE webhooks (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unproved', 'active', 'disabled', 'gone')),
    created INTEGER NOT NULL,
    position INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    next_try INTEGER,
    problem TEXT NOT NULL DEFAULT '',
    challenge TEXT NOT NULL
) STRICT;
CREATE INDEX webhooks_of_party ON webhooks (party);
CREATE INDEX webhooks_that_send ON webhooks (next_try) WHERE state = 'active';

CREATE TABLE webhook_deliveries (
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    time INTEGER NOT NULL,
    status INTEGER,
    problem TEXT NOT NULL,
    PRIMARY KEY (webhook, number)
) STRICT, WITHOUT ROWID;

-- What people seek by its title or its name, folded as names are, and in whose texts each run of one to three characters
-- stands. The index keeps no texts.

CREATE TABLE sought (
    place INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('work', 'party')),
    id TEXT NOT NULL UNIQUE,
    folded TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE sought_terms USING fts5(terms, content='', columnsize=0, detail='none', tokenize='ascii');
