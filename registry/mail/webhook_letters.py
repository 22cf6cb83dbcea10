# ruff: noqa: RUF001  # Japanese has its own parentheses and colons
"""The letters about a webhook: it was added, or nothing is sent to it any more. In both languages.

Of an address the host alone is named: its path may hold a secret of the receiver's.
"""

from typing import Final
from urllib.parse import urlsplit

from sqlite_utils import Database

from registry.mail.language import Both, filled
from registry.model.webhook import Webhook, WebhookState
from registry.store.queued_mail import insert_letter

_ADDED: Final = (
    "Events are to be sent to {host} / イベントの送信先を追加しました",
    """An address at {host} was added, to which events about your declarations, grants and enquiries are sent:
{page}

If this was not you, remove it on that page.
\f
宣言・許諾・お問い合わせに関するイベントの送信先として、{host} のアドレスを追加しました。
{page}

お心当たりがない場合は、上のページで削除してください。
""",
)
_ENDED: Final = (
    "Events are no longer sent to {host} / イベントの送信を停止しました",
    """Events are no longer sent to your address at {host}: {why}.
{page}

Nothing is lost. The events of the last 90 days are kept. Once the address works again, have it checked on that
page, and sending goes on where it stopped.
\f
{host} へのイベントの送信を停止しました。
{page}

理由：{why}。
過去90日間のイベントは保存されています。受信側を直した後、上のページで確認を行うと、
停止した箇所から送信を再開します。
""",
)
_WHY: Final = {
    WebhookState.DISABLED: Both("it failed for seven days", "7日間続けて失敗したため"),
    WebhookState.GONE: Both("it answered 410 Gone", "410 Gone の応答があったため"),
}


def queue_webhook_notice(database: Database, webhook: Webhook, now: int, public_url: str) -> None:
    """Promise the letter that tells a party of a new address."""
    _queue(database, _ADDED, webhook, now, public_url)


def queue_end_of_sending(database: Database, webhook: Webhook, now: int, public_url: str) -> None:
    """Promise the letter that tells a party that nothing is sent to an address any more."""
    _queue(database, _ENDED, webhook, now, public_url, why=_WHY[webhook.state])


def _queue(
    database: Database, words: tuple[str, str], webhook: Webhook, now: int, public_url: str, **more: Both
) -> None:
    host = urlsplit(webhook.url).hostname or ""
    said = {"host": host, "page": f"{public_url}/webhooks/{webhook.id}", **more}
    insert_letter(database, webhook.id, webhook.party, *filled(words, public_url, **said), now)
