# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letters about grants, to both sides, in English and Japanese, the site first."""

from typing import Final
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler_filter.formats.grant import GrantEnd
from crawler_filter.preference import Usage
from registry.mail.language import Both, filled
from registry.mail.notices import called
from registry.model.grant import StoredGrant
from registry.model.operator import Operator
from registry.store.queued_mail import insert_letter

_GIVEN: Final = (
    "{what}: a use was granted to {who}, number {id} / 利用を許可しました",
    """This registry has logged that {client} may use {what} (for: {uses}; number of the grant: {id}):
{page}

Filters of this AI operator alone take it into account. If this was not you, or you have changed your mind, end it
at any time; that acts at once.
\f
{what} について、{client} への利用の許可（利用：{uses}、番号：{id}）を記録しました。
{page}

このAI事業者のフィルターだけに効力があります。お心当たりがない場合や取りやめる場合は、いつでも終了でき、
許可は直ちに効力を失います。
""",
)
_RECEIVED: Final = (
    "{what}: you were granted a use, number {id} / 利用が許可されました",
    """As {client} you may use {what} (for: {uses}; number of the grant: {id}):
{page}

Sync your filters, and open them with your key.
\f
{client} に {what} の利用が許可されました（利用：{uses}、番号：{id}）。
{page}

フィルターを同期し、鍵を指定して開いてください。
""",
)
_ENDED: Final = (
    "{what}: grant {id} to {who} has ended / 利用の許可が終了しました",
    """{client} may no longer use {what} (for: {uses}; number of the grant: {id}): {why}.
{page}

From now on filters of this AI operator leave out what it covered, as all others do.
\f
{what} についての {client} への利用の許可（利用：{uses}、番号：{id}）が終了しました（理由：{why}）。
{page}

今後はこのAI事業者のフィルターも、ほかと同じく対象を除外します。
""",
)
_WHY: Final = {
    GrantEnd.REVOKED: Both("it was revoked", "撤回"),
    GrantEnd.EXPIRED: Both("its time is over", "期間の満了"),
    GrantEnd.NO_KEY: Both("the AI operator no longer shows a key that it names", "対象の鍵の公開終了"),
}


_USES: Final = {
    Usage.TRAIN_AI: Both("AI training", "AI学習"),
    Usage.AI_USE: Both("use as AI input", "AIへの入力"),
    Usage.SEARCH: Both("search", "検索"),
    Usage.TDM: Both("text and data mining", "テキスト・データマイニング"),
}
"""The usages as letters call them, in English and Japanese."""


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
    said = {
        "what": called(grant), "client": grant.client_id,
        "who": urlsplit(grant.client_id).hostname, "id": grant.id,
        "uses": Both(
            ", ".join(_USES[usage].english for usage in grant.usages),
            "、".join(_USES[usage].japanese for usage in grant.usages),
        ),
        "why": "" if grant.end is None else _WHY[grant.end],
        "page": f"{public_url}/grants/{grant.id}",
    }  # fmt: skip
    insert_letter(database, grant.id, party, *filled(words, public_url, **said), now)
