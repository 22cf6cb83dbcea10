# ruff: noqa: RUF001  # Japanese has its own parentheses and colons
"""The words of the letters about a declaration, in English and Japanese in one letter.

A letter is promised in the transaction of what it tells about and sent after it, again and again until the mail
server takes it.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from sqlite_utils import Database

from registry.model.declaration import Declaration, PendingChange
from registry.model.durations import DAY
from registry.store.queued_mail import insert_letter

_JAPAN: Final = timezone(timedelta(hours=9))
_ANNOUNCED: Final = (
    "A change to declaration {id} was announced / 宣言 {id} の変更予告",
    """A change that lets more be used was announced for your declaration {id}:
{page}

It takes effect on {time} UTC. If this was not you, or you have changed your mind, stop it:
{stop}

宣言 {id} について、利用を広げる変更（取り下げを含む）が予告されました。
発効日時：{in_japan}（日本時間）。お心当たりがない場合や取りやめる場合は、上のリンクから停止してください。
""",
)
_MISSING: Final = (
    "A proof for {target} was not found / {target} の確認ができませんでした",
    """We looked again for your proof of control of {target} and did not find it.
What you reserved stays reserved. What you allowed no longer counts after seven days without the proof. If it
stays away, your declarations that rest on it will be marked as lapsed. Please put it back, or prove control anew:
{page}

{target} の管理者であることの確認情報が見つかりませんでした。留保した権利は引き続き有効です。
許可した内容は、確認できない状態が7日続くと無効になります。見つからない状態が続くと「確認失効」と表示されます。確認情報を元に戻すか、改めて確認を行ってください。
""",
)
_LAPSED: Final = (
    "The proof for declaration {id} has lapsed / 宣言 {id} の確認が失効しました",
    """The proof of control that declaration {id} rests on was not found for a long time:
{page}

What it reserves stays reserved for {days} days, marked as lapsed; what it allows no longer counts.
Prove control anew to keep it.

宣言 {id} の根拠となる確認情報が長期間見つかりませんでした。
留保した内容は {days} 日間は「確認失効」として有効ですが、許可した内容は無効になります。
改めて確認を行ってください。
""",
)
_ENDED: Final = (
    "Declaration {id} has changed / 宣言 {id} の変更",
    """Scopes of declaration {id} whose proof had lapsed no longer count, because the time to renew the proof is
over or because another party has proved control:
{page}

宣言 {id} のうち確認が失効していた範囲は、期限の経過または第三者による確認により無効になりました。
""",
)


def queue_change_notice(
    database: Database, declaration: Declaration, change: PendingChange, secret: str, public_url: str
) -> None:
    """Promise the letter that tells of a looser change and holds the link that stops it."""
    stop = f"{public_url}/stop/{secret}"
    time = datetime.fromtimestamp(change.effective, UTC).strftime("%Y-%m-%d %H:%M")
    japan = datetime.fromtimestamp(change.effective, _JAPAN)
    in_japan = f"{japan.year}年{japan.month}月{japan.day}日 {japan:%H:%M}"
    _queue(
        database, _ANNOUNCED, declaration, change.effective, public_url, stop=stop, time=time, in_japan=in_japan
    )


def queue_lapse_notice(
    database: Database, declaration: Declaration, now: int, public_url: str, grace: int
) -> None:
    """Promise the letter that tells that a proof is gone. `grace` is in seconds."""
    _queue(database, _LAPSED, declaration, now, public_url, days=grace // DAY)


def queue_end_notice(database: Database, declaration: Declaration, now: int, public_url: str) -> None:
    """Promise the letter that tells that lapsed scopes count no more."""
    _queue(database, _ENDED, declaration, now, public_url)


def queue_missing_notice(
    database: Database, declaration: Declaration, target: str, now: int, public_url: str
) -> None:
    """Promise the letter that warns that a proof was not found."""
    _queue(database, _MISSING, declaration, now, public_url, target=target)


def _queue(
    database: Database, words: tuple[str, str], declaration: Declaration, now: int, public_url: str, **rest: object
) -> None:
    page = f"{public_url}/d/{declaration.id}"
    subject, text = (part.format(id=declaration.id, page=page, **rest) for part in words)
    insert_letter(database, declaration.id, declaration.party, subject, text, now)
