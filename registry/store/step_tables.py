"""Tables as the newest steps made them; they stay so however the schema goes on."""

from typing import Final

PARTIES_11: Final = """CREATE TABLE parties (
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
) STRICT"""
MEMBERS_11: Final = """CREATE TABLE members (
    party TEXT NOT NULL REFERENCES parties (id),
    account TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'reader', 'agent')),
    label TEXT NOT NULL DEFAULT '',
    since INTEGER NOT NULL,
    PRIMARY KEY (party, account)
) STRICT, WITHOUT ROWID"""
INVITATIONS_11: Final = """CREATE TABLE invitations (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    party TEXT NOT NULL REFERENCES parties (id),
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'reader', 'agent', 'principal')),
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT"""
FORMER_NAMES_11: Final = """CREATE TABLE former_names (
    party TEXT NOT NULL REFERENCES parties (id),
    until INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (party, until)
) STRICT, WITHOUT ROWID"""
LETTERS_11: Final = """CREATE TABLE letters (
    position INTEGER PRIMARY KEY,
    declaration TEXT NOT NULL,
    party TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    created INTEGER NOT NULL,
    address TEXT,
    account TEXT
) STRICT"""
EVENTS_13: Final = (
    """CREATE TABLE event_streams (
    party TEXT PRIMARY KEY REFERENCES parties (id),
    last INTEGER NOT NULL,
    feed BLOB UNIQUE CHECK (length(feed) = 32)
) STRICT""",
    """CREATE TABLE events (
    party TEXT NOT NULL REFERENCES parties (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    kind TEXT NOT NULL,
    time INTEGER NOT NULL,
    body BLOB NOT NULL CHECK (length(body) <= 4096),
    PRIMARY KEY (party, sequence)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX events_by_age ON events (time)",
    """CREATE TABLE webhooks (
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
) STRICT""",
    "CREATE INDEX webhooks_of_party ON webhooks (party)",
    "CREATE INDEX webhooks_that_send ON webhooks (next_try) WHERE state = 'active'",
    """CREATE TABLE webhook_deliveries (
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    time INTEGER NOT NULL,
    status INTEGER,
    problem TEXT NOT NULL,
    PRIMARY KEY (webhook, number)
) STRICT, WITHOUT ROWID""",
)
ACCESS_14: Final = (
    """CREATE TABLE second_addresses (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    email TEXT NOT NULL UNIQUE,
    since INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE address_changes (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    email TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    asked INTEGER NOT NULL,
    effective INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE passkeys (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    credential BLOB NOT NULL UNIQUE CHECK (length(credential) <= 1023),
    account TEXT NOT NULL REFERENCES accounts (id),
    key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER
) STRICT""",
    "CREATE INDEX address_changes_that_are_due ON address_changes (effective)",
    "CREATE INDEX passkeys_of_account ON passkeys (account)",
)
CO_OWNERS_16: Final = (
    """CREATE TABLE co_owners (
    declaration TEXT NOT NULL REFERENCES declarations (id),
    party TEXT NOT NULL REFERENCES parties (id),
    asked INTEGER NOT NULL,
    leaf INTEGER REFERENCES leaves (position),
    licensing INTEGER NOT NULL DEFAULT 0 CHECK (licensing IN (0, 1)),
    agreed INTEGER,
    PRIMARY KEY (declaration, party)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX co_owners_by_party ON co_owners (party, asked)",
)
SOUGHT_17: Final = (
    """CREATE TABLE sought (
    place INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('work', 'party')),
    id TEXT NOT NULL UNIQUE,
    folded TEXT NOT NULL
) STRICT""",
    """CREATE VIRTUAL TABLE sought_terms USING
    fts5(terms, content='', columnsize=0, detail='none', tokenize='ascii')""",
)
