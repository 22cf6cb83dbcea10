# ruff: noqa: S608  # queries are put together from fixed texts alone
"""All that the tables keep about one account, as rows that its owner may take away.

Secrets are stored as digests, and those stay here: nobody could use them, and whoever reads the file should learn
nothing that opens something. Everything else that is hers, or that she said, is in one of the queries.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlite_utils import Database

_PARTIES: Final = "SELECT party FROM members WHERE account = :account AND role = 'owner'"
_OWN: Final = f"party IN ({_PARTIES})"
_DECLARATIONS: Final = f"SELECT id FROM declarations WHERE {_OWN}"
_EACH_DECLARATION: Final = f"(SELECT id AS own FROM declarations WHERE {_OWN}) CROSS JOIN"
"""What many declarations have is read one after another; to list them first would read them all for each part."""
_AUDIT: Final = "SELECT time, actor, action, target FROM"
_ENQUIRIES: Final = f"SELECT id FROM enquiries WHERE {_OWN} OR operator IN (SELECT id FROM operators WHERE {_OWN})"
_ADDRESSES: Final = (
    "SELECT email FROM accounts WHERE id = :account"
    " UNION SELECT email FROM second_addresses WHERE account = :account"
)

OWN: Final[Mapping[str, str]] = {
    "account": "SELECT id, email, created, closes, language FROM accounts WHERE id = :account",
    "second_address": "SELECT email, since FROM second_addresses WHERE account = :account",
    "address_change": "SELECT email AS address, asked, effective FROM address_changes WHERE account = :account",
    "passkeys": "SELECT id, label, created, used, counter FROM passkeys WHERE account = :account ORDER BY created",
    "sessions": "SELECT id, label, created, seen FROM sessions WHERE account = :account ORDER BY created",
    "tokens": "SELECT id, label, scope, created, expires FROM api_tokens WHERE account = :account"
    " ORDER BY created",
    "sign_in_letters": "SELECT email, purpose, expires, used, tries FROM sign_in_links"
    f" WHERE email IN ({_ADDRESSES})",
    "parties": "SELECT id, name, public, capacity, on_behalf_of, principal_public, territory, statement, created,"
    f" confirmed, closed FROM parties WHERE id IN ({_PARTIES}) ORDER BY created",
    "memberships": "SELECT party, role, label, since FROM members WHERE account = :account ORDER BY since",
    "members": f"SELECT party, account, role, since FROM members WHERE {_OWN} ORDER BY party, since",
    "invitations": "SELECT id, party, role, created, expires FROM invitations"
    f" WHERE invited_by = :account OR email IN ({_ADDRESSES})",
    "former_names": f"SELECT party, name, until FROM former_names WHERE {_OWN} ORDER BY until",
    "declarations": "SELECT id, party, state, record, leaf, created, updated, expires, waiting FROM declarations"
    f" WHERE {_OWN}",
    "announced_changes": f"SELECT declaration, kind, effective, leaf FROM {_EACH_DECLARATION} changes"
    " ON declaration = own",
    "log": f"SELECT declaration, position, type, time, body FROM {_EACH_DECLARATION} leaves"
    " ON declaration = own LEFT JOIN leaf_bodies ON leaf = position",
    "proofs": "SELECT id, declaration, party, method, target, token, created, expires, evidence, last_ok, until,"
    f" failures, lapsed FROM proofs WHERE {_OWN}",
    "works": f"SELECT id, party, kind, content, created FROM works WHERE {_OWN}",
    "works_named": f"SELECT work, declaration FROM {_EACH_DECLARATION} declared_works ON declaration = own",
    "consents": f"SELECT work, party, leaf FROM consents WHERE {_OWN}"
    f" OR work IN (SELECT id FROM works WHERE {_OWN})",
    "co_owners": "SELECT declaration, party, asked, leaf, licensing, agreed FROM co_owners"
    f" WHERE {_OWN} OR declaration IN ({_DECLARATIONS}) ORDER BY declaration, party",
    "drafts": "SELECT id, content, updated FROM drafts WHERE account = :account ORDER BY updated",
    "imports": "SELECT id, party, state, content, failure, created, updated FROM imports"
    " WHERE account = :account ORDER BY created",
    "import_rows": "SELECT import, line, field, outcome, kind, value, preferences, title, declaration, why"
    " FROM import_rows WHERE import IN (SELECT id FROM imports WHERE account = :account)"
    " ORDER BY import, position",
    "disputes": "SELECT id, declaration, party, email, language, reason, statement, answer, evidence AS shown,"
    " answer_evidence, priority, state, opened, due, closed FROM disputes"
    f" WHERE {_OWN} OR email IN ({_ADDRESSES})"
    f" OR declaration IN ({_DECLARATIONS}) ORDER BY opened",
    "letters_waiting": "SELECT declaration, party, subject, text, created, address FROM letters"
    f" WHERE {_OWN} OR address IN ({_ADDRESSES}) OR account = :account",
    "role": "SELECT role, granted FROM roles WHERE account = :account",
    "suspension": "SELECT since, reason FROM suspensions WHERE account = :account",
    "erasures_asked": "SELECT declaration, asked FROM erasures"
    f" WHERE declaration IN ({_DECLARATIONS}) OR asked_by = :account",
    "operators": "SELECT id, party, client_id, card, created, read, failures, problem FROM operators"
    f" WHERE {_OWN}",
    "operator_keys": "SELECT operator, thumbprint, first_seen, last_seen, until FROM operator_keys"
    f" WHERE operator IN (SELECT id FROM operators WHERE {_OWN})",
    "grants": f"SELECT id, party, operator, leaf, created, until, ended FROM grants WHERE {_OWN}",
    "granted_declarations": f"SELECT declaration, permission FROM {_EACH_DECLARATION} granted_declarations"
    " ON declaration = own",
    "enquiries": "SELECT id, kind, operator, party, subject, state, opened, due, closed, permission FROM enquiries"
    f" WHERE id IN ({_ENQUIRIES}) ORDER BY opened",
    "enquiry_messages": "SELECT enquiry, number, side, standing, time, text, attachments FROM enquiry_messages"
    f" WHERE enquiry IN ({_ENQUIRIES}) ORDER BY enquiry, number",
    "standing_answers": f"SELECT party, answer, text, since FROM standing_answers WHERE {_OWN}",
    "events": f"SELECT party, sequence, body FROM events WHERE {_OWN} ORDER BY party, sequence",
    "event_streams": f"SELECT party, last, feed IS NOT NULL AS has_feed FROM event_streams WHERE {_OWN}",
    "webhooks": "SELECT id, party, url, kinds, state, created, position, failures, failing_since, next_try,"
    f" problem FROM webhooks WHERE {_OWN} ORDER BY created",
    "webhook_deliveries": "SELECT webhook, number, sequence, time, status, problem FROM webhook_deliveries"
    f" WHERE webhook IN (SELECT id FROM webhooks WHERE {_OWN}) ORDER BY webhook, number",
    "idempotency_keys": "SELECT key, declaration, created FROM idempotency WHERE account = :account",
    "audit": f"{_AUDIT} audit WHERE actor = :account"
    f" UNION ALL {_AUDIT} audit WHERE target = :account AND actor <> :account"
    f" UNION ALL {_AUDIT} audit WHERE target IN ({_PARTIES}) AND actor <> :account"
    f" UNION ALL {_AUDIT} {_EACH_DECLARATION} audit ON target = own AND actor <> :account"
    f" UNION ALL {_AUDIT} (SELECT id AS own FROM works WHERE {_OWN}) CROSS JOIN audit ON target = own"
    " AND actor <> :account",
}
"""File name and query of everything that is about one account.

What may be very many rows comes in the order of an index: sorting it would read all of it for each part.
"""

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


def own_rows(database: Database, name: str, account: str, skip: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the rows of one of `OWN`, without the first `skip`.

    Who disputes a declaration of hers stays unnamed: that address is another person's.
    """
    cursor = database.execute(f"{OWN[name]} LIMIT -1 OFFSET :skip", {"account": account, "skip": skip})
    columns = [column[0] for column in cursor.description]
    mine = {email for (email,) in database.execute(_ADDRESSES, {"account": account}).fetchall()}
    for row in cursor:
        yield {
            column: _read(column, value)
            for column, value in zip(columns, row, strict=True)
            if column not in _THEIRS or value in mine
        }


def _read(column: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return json.loads(value) if column in _JSON and value is not None else value
