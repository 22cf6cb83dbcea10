"""All that the tables keep about one account, as rows that its owner may take away.

Secrets are stored as digests, and those stay here: nobody could use them, and whoever reads the file should learn
nothing that opens something. Everything else that is hers, or that she said, is in one of the walks.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlite_utils import Database

from registry.store.walks import Key, Level, Walk

_PARTIES: Final = "SELECT party FROM members WHERE account = :account AND role = 'owner'"
_ADDRESSES: Final = (
    "SELECT email FROM accounts WHERE id = :account"
    " UNION SELECT email FROM second_addresses WHERE account = :account"
)
_AUDIT: Final = "audit.time, actor, action, target"
_ENQUIRY: Final = (
    "enquiries.id, enquiries.kind, operator, enquiries.party, subject, state, opened, due, closed, permission"
)
_MESSAGE: Final = "enquiry, number, side, standing, time, text, attachments"
_DISPUTE: Final = (
    "disputes.id, disputes.declaration, disputes.party, disputes.email, language, reason, statement, answer,"
    " evidence AS shown, answer_evidence, grounds, priority, disputes.state, opened, due, closed"
)


def _account(table: str, key: str = "rowid", start: int | str = -1, whose: str = "account = :account") -> Level:
    return Level(table, whose, (f"{table}.{key}",), (start,))


def _party(table: str, *key: str, start: Key = (-1,)) -> Level:
    return Level(table, f"{table}.party = :party", tuple(f"{table}.{column}" for column in key), start)


_DECLARATIONS: Final = _party("declarations", "state", "id", start=("", ""))
_WORKS: Final = _party("works", "spellings", "id", start=(-1, ""))
_OPERATORS: Final = _party("operators", "client_id", start=("",))
_WEBHOOKS: Final = _party("webhooks", "rowid")
_ENQUIRIES: Final = _party("enquiries", "opened", "rowid", start=(-1, -1))
_ASKED: Final = Level(
    "enquiries", "enquiries.operator = operators.id", ("enquiries.opened", "enquiries.rowid"), (-1, -1)
)
_MESSAGES: Final = Level("enquiry_messages", "enquiry = enquiries.id", ("number",))
_IMPORTS: Final = Level("imports", "imports.account = :account", ("imports.created", "imports.rowid"), (-1, -1))


def _of_declaration(table: str, key: str, start: int | str = -1) -> Level:
    return Level(table, f"{table}.declaration = declarations.id", (f"{table}.{key}",), (start,))


def _audit(target: str) -> Level:
    return Level("audit", f"audit.target = {target}", ("audit.position",))


_BY_OTHERS: Final = "actor <> :account"
_NOT_OWN: Final = f"NOT IN ({_PARTIES})"

OWN: Final[Mapping[str, tuple[Walk, ...]]] = {
    "account": (Walk("id, email, created, closes, language", _account("accounts", whose="id = :account")),),
    "second_address": (Walk("email, since", _account("second_addresses")),),
    "address_change": (Walk("email AS address, asked, effective", _account("address_changes")),),
    "passkeys": (Walk("id, label, created, used, counter", _account("passkeys")),),
    "sessions": (Walk("id, label, created, seen", _account("sessions")),),
    "tokens": (Walk("id, label, scope, created, expires", _account("api_tokens")),),
    "sign_in_letters": (
        Walk("email, purpose, expires, used, tries", _account("sign_in_links", whose=f"email IN ({_ADDRESSES})")),
    ),
    "parties": (
        Walk(
            "id, name, public, capacity, on_behalf_of, principal_public, territory, statement, created, confirmed,"
            " closed",
            Level("parties", "id = :party", ("rowid",)),
        ),
    ),
    "memberships": (Walk("party, role, label, since", _account("members", "party", "")),),
    "members": (Walk("party, account, role, since", _party("members", "account", start=("",))),),
    "invitations": (
        Walk(
            "id, party, role, created, expires",
            _account("invitations", whose=f"(invited_by = :account OR email IN ({_ADDRESSES}))"),
        ),
    ),
    "former_names": (Walk("party, name, until", _party("former_names", "until")),),
    "declarations": (Walk("id, party, state, record, leaf, created, updated, expires, waiting", _DECLARATIONS),),
    "announced_changes": (
        Walk("declaration, kind, effective, changes.leaf", _DECLARATIONS, _of_declaration("changes", "rowid")),
    ),
    "log": (
        Walk(
            "leaves.declaration, position, type, time,"
            " (SELECT body FROM leaf_bodies WHERE leaf_bodies.leaf = position) AS body",
            _DECLARATIONS,
            _of_declaration("leaves", "position"),
        ),
    ),
    "proofs": (
        Walk(
            "id, declaration, party, method, target, token, created, expires, evidence, last_ok, until, failures,"
            " lapsed",
            _party("proofs", "target", "rowid", start=("", -1)),
        ),
    ),
    "works": (Walk("id, party, kind, content, created", _WORKS),),
    "works_named": (Walk("work, declaration", _DECLARATIONS, _of_declaration("declared_works", "work", "")),),
    "consents": (
        Walk("work, party, leaf", _party("consents", "leaf", "work", start=(-1, ""))),
        Walk(
            "work, consents.party, leaf",
            _WORKS,
            Level("consents", "consents.work = works.id", ("consents.party",), ("",)),
            shown=f"consents.party {_NOT_OWN}",
        ),
    ),
    "co_owners": (
        Walk(
            "declaration, party, asked, leaf, licensing, agreed",
            _party("co_owners", "asked", "declaration", start=(-1, "")),
        ),
        Walk(
            "declaration, co_owners.party, asked, co_owners.leaf, licensing, agreed",
            _DECLARATIONS,
            _of_declaration("co_owners", "party", ""),
            shown=f"co_owners.party {_NOT_OWN}",
        ),
    ),
    "drafts": (Walk("id, content, updated", _account("drafts")),),
    "imports": (Walk("id, party, state, content, failure, created, updated", _IMPORTS),),
    "import_rows": (
        Walk(
            "import, line, field, outcome, kind, value, preferences, title, declaration, why",
            _IMPORTS,
            Level("import_rows", "import = imports.id", ("position",)),
        ),
    ),
    "disputes": (
        Walk(_DISPUTE, _party("disputes", "rowid")),
        Walk(
            _DISPUTE,
            _account("disputes", whose="email = :address"),
            shown=f"coalesce(disputes.party, '') {_NOT_OWN}",
        ),
        Walk(
            _DISPUTE,
            _DECLARATIONS,
            _of_declaration("disputes", "rowid"),
            shown=f"coalesce(disputes.party, '') {_NOT_OWN} AND coalesce(email, '') NOT IN ({_ADDRESSES})",
        ),
    ),
    "letters_waiting": (
        Walk(
            "declaration, party, subject, text, created, address",
            _account(
                "letters", whose=f"(party IN ({_PARTIES}) OR address IN ({_ADDRESSES}) OR account = :account)"
            ),
        ),
    ),
    "role": (Walk("role, granted", _account("roles")),),
    "suspension": (Walk("since, reason", _account("suspensions")),),
    "erasures_asked": (
        Walk("declaration, asked", _account("erasures", whose="asked_by = :account")),
        Walk(
            "declaration, asked",
            _DECLARATIONS,
            _of_declaration("erasures", "rowid"),
            shown="asked_by <> :account",
        ),
    ),
    "operators": (Walk("id, party, client_id, card, created, read, failures, problem", _OPERATORS),),
    "operator_keys": (
        Walk(
            "operator, thumbprint, first_seen, last_seen, until",
            _OPERATORS,
            Level("operator_keys", "operator = operators.id", ("thumbprint",), ("",)),
        ),
    ),
    "grants": (
        Walk(
            "id, party, operator, leaf, created, until, ended", _party("grants", "leaf", "rowid", start=(-1, -1))
        ),
    ),
    "granted_declarations": (
        Walk("declaration, permission", _DECLARATIONS, _of_declaration("granted_declarations", "permission", "")),
    ),
    "enquiries": (
        Walk(_ENQUIRY, _ENQUIRIES),
        Walk(_ENQUIRY, _OPERATORS, _ASKED, shown=f"enquiries.party {_NOT_OWN}"),
    ),
    "enquiry_messages": (
        Walk(_MESSAGE, _ENQUIRIES, _MESSAGES),
        Walk(_MESSAGE, _OPERATORS, _ASKED, _MESSAGES, shown=f"enquiries.party {_NOT_OWN}"),
    ),
    "standing_answers": (Walk("party, answer, text, since", _party("standing_answers", "rowid")),),
    "events": (Walk("party, sequence, body", _party("events", "sequence")),),
    "event_streams": (Walk("party, last, feed IS NOT NULL AS has_feed", _party("event_streams", "rowid")),),
    "webhooks": (
        Walk(
            "id, party, url, kinds, state, created, position, failures, failing_since, next_try, problem",
            _WEBHOOKS,
        ),
    ),
    "webhook_deliveries": (
        Walk(
            "webhook, number, sequence, time, status, webhook_deliveries.problem",
            _WEBHOOKS,
            Level("webhook_deliveries", "webhook = webhooks.id", ("number",)),
        ),
    ),
    "idempotency_keys": (Walk("key, declaration, created", _account("idempotency", "key", "")),),
    "audit": (
        Walk(_AUDIT, _account("audit", "position", whose="actor = :account")),
        Walk(_AUDIT, _account("audit", "position", whose="target = :account"), shown=_BY_OTHERS),
        Walk(_AUDIT, Level("audit", "target = :party", ("position",)), shown=_BY_OTHERS),
        Walk(_AUDIT, _DECLARATIONS, _audit("declarations.id"), shown=_BY_OTHERS),
        Walk(_AUDIT, _WORKS, _audit("works.id"), shown=_BY_OTHERS),
    ),
}
"""File name and walks of all that is about one account. What is hers as a party's is walked for each party."""

_JSON: Final = frozenset(
    {
        "record",
        "body",
        "waiting",
        "content",
        "evidence",
        "card",
        "failure",
        "why",
        "subject",
        "attachments",
        "kinds",
    }
)
"""Columns whose text is JSON, and is read as such."""
_THEIRS: Final = frozenset({"email"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of one of `OWN`: the number of the walk, for which party or address, if for one, and the row's key."""

    walk: int
    whose: str
    key: Key


class OwnRow(NamedTuple):
    """A row that was walked to, None where it is not one of the account's; and how many others were passed by."""

    mark: Mark
    row: dict[str, Any] | None
    passed: int


def own_rows(database: Database, name: str, account: str, after: Mark | None = None) -> Iterator[OwnRow]:
    """Yield the rows of one of `OWN`, those behind a mark. It is not read what is before it.

    Who disputes a declaration of hers stays unnamed: that address is another person's.
    """
    addresses = sorted(email for (email,) in database.execute(_ADDRESSES, {"account": account}))
    for number, walk in enumerate(OWN[name]):
        for whose, names in _holders(database, walk, account, addresses):
            if after is None or (after.walk, after.whose) <= (number, whose):
                is_there = after is not None and (after.walk, after.whose) == (number, whose)
                for key, row, passed in walk.steps(database, names, after.key if after and is_there else None):
                    read = None if row is None else _read_all(row, addresses)
                    yield OwnRow(Mark(number, whose, key), read, passed)


def _holders(
    database: Database, walk: Walk, account: str, addresses: Sequence[str]
) -> Iterable[tuple[str, dict[str, str]]]:
    """Return whose rows are walked, one party or address after another, with the parameters that say so."""
    own = {"account": account}
    if walk.takes("party"):
        parties = database.execute(f"{_PARTIES} ORDER BY party", own).fetchall()
        return [(party, own | {"party": party}) for (party,) in parties]
    return [(each, own | {"address": each}) for each in addresses] if walk.takes("address") else [("", own)]


def can_be_mark(name: str, mark: Mark) -> bool:
    """Tell whether a mark could be one of the rows of one of `OWN`."""
    return mark.walk in range(len(OWN[name])) and OWN[name][mark.walk].accepts(mark.key)


def _read_all(row: Mapping[str, Any], mine: Container[str]) -> dict[str, Any]:
    return {
        column: _read(column, value) for column, value in row.items() if column not in _THEIRS or value in mine
    }


def _read(column: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return json.loads(value) if column in _JSON and value is not None else value
