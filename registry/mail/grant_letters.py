# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letters about grants, to both sides, in English and Japanese in one letter."""

from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.grant import GrantEnd
from registry.model.grant import StoredGrant
from registry.model.operator import Operator
from registry.store.queued_mail import insert_letter

_GIVEN: Final = (
    "{client}: a use was granted, number {id} / 利用を許諾しました",
    """This registry has logged a grant to {client} (number {id}, usage: {usages}):
{page}

Filters of this operator alone take it into account. If this was not you, or you have changed your mind, revoke it
at any time; that acts at once.

{client} への許諾（番号 {id}、利用：{usages}）を記録しました。
この事業者のフィルターだけに効力があります。お心当たりがない場合や取りやめる場合は、いつでも撤回でき、
撤回は直ちに効力を生じます。
""",
)
_RECEIVED: Final = (
    "You were granted a use, number {id} / 利用が許諾されました",
    """You were granted a use (number {id}, usage: {usages}) as {client}:
{page}

Sync your filters, and open them with your key.

{client} に利用が許諾されました（番号 {id}、利用：{usages}）。
フィルターを同期し、鍵を指定して開いてください。
""",
)
_ENDED: Final = (
    "{client}: grant {id} has ended / 許諾が終了しました",
    """The grant to {client} (number {id}, usage: {usages}) has ended: {why}.
{page}

From now on filters of this operator exclude what it covered, as all others do.

{client} への許諾（番号 {id}、利用：{usages}）が終了しました（理由：{why_ja}）。
今後はこの事業者のフィルターも、他と同じく対象を除外します。
""",
)
_WHY: Final = {
    GrantEnd.REVOKED: ("it was revoked", "撤回"),
    GrantEnd.EXPIRED: ("its time is over", "期間の満了"),
    GrantEnd.NO_KEY: ("the operator no longer shows a key that it names", "対象の鍵の公開終了"),
}


def queue_grant_notice(
    database: Database, stored: StoredGrant, operator: Operator, now: int, public_url: str
) -> None:
    """Promise the letters that tell both sides of a new grant."""
    _queue(database, _GIVEN, stored, stored.grant.party, now, public_url)
    _queue(database, _RECEIVED, stored, operator.party, now, public_url)


def queue_grant_end_notice(
    database: Database, stored: StoredGrant, operator: Operator, now: int, public_url: str
) -> None:
    """Promise the letters that tell both sides that a grant has ended."""
    for party in dict.fromkeys((stored.grant.party, operator.party)):
        _queue(database, _ENDED, stored, party, now, public_url)


def _queue(
    database: Database, words: tuple[str, str], stored: StoredGrant, party: str, now: int, public_url: str
) -> None:
    grant = stored.grant
    why, why_ja = _WHY[grant.end] if grant.end is not None else ("", "")
    said = {
        "client": grant.client_id, "id": grant.id, "usages": ", ".join(grant.usages), "why": why, "why_ja": why_ja,
        "page": f"{public_url}/grants/{grant.id}",
    }  # fmt: skip
    subject, text = (each.format(**said) for each in words)
    insert_letter(database, grant.id, party, subject, text, now)
