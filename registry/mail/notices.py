# ruff: noqa: RUF001  # Japanese has its own parentheses and colons
"""The words of the letters about a declaration, in English and Japanese, the site first.

A letter is promised in the transaction of what it tells about and sent after it, again and again until the mail
server takes it.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.grant import Grant
from crawler_filter.formats.record import Record
from registry.mail.language import Both, extended, filled
from registry.model.declaration import ChangeKind, Declaration, PendingChange
from registry.model.durations import DAY
from registry.rules.work_count import OF_ONE_FILE, count_works
from registry.store.co_owners import confirmed_co_owners
from registry.store.queued_mail import insert_letter

_MOST_SHOWN: Final = 100
_JAPAN: Final = timezone(timedelta(hours=9))
_WITHDRAWAL: Final = (
    "{what}: the withdrawal of declaration {id} is announced / 宣言の取り下げ予告",
    """The withdrawal of your declaration for {what} is announced (number {id}):
{page}

From {time} UTC, crawlers no longer leave out what it covers. If this was not you, or you have changed your
mind, stop it before then:
{stop}
\f
{what} についての宣言（番号 {id}）の取り下げが予告されました。
{page}

{time}（日本時間）以降、クローラーはこの宣言の対象を除外しなくなります。
お心当たりがない場合や取りやめる場合は、それまでに次のリンクから停止してください。
{stop}
""",
)
_CHANGE: Final = (
    "{what}: a change to declaration {id} is announced / 宣言の変更予告",
    """A change to your declaration for {what} is announced (number {id}). It lets more be used:
{page}

It takes effect on {time} UTC. If this was not you, or you have changed your mind, stop it before then:
{stop}
\f
{what} についての宣言（番号 {id}）を、より広い利用を認める内容に変更する予告がありました。
{page}

発効日時：{time}（日本時間）。
お心当たりがない場合や取りやめる場合は、それまでに次のリンクから停止してください。
{stop}
""",
)
_WITHDRAWN: Final = (
    "{what}: declaration {id} is withdrawn / 宣言は取り下げられました",
    """The withdrawal that was announced is in effect. Your declaration for {what} (number {id}) no longer counts:
{page}

Crawlers no longer leave out what it covered. You can declare it again at any time.
\f
予告された取り下げが発効し、{what} についての宣言（番号 {id}）は効力を失いました。
{page}

クローラーはこの宣言の対象を除外しなくなります。いつでも改めて宣言できます。
""",
)
_CHANGED: Final = (
    "{what}: the change to declaration {id} is in effect / 宣言の変更が発効しました",
    """The change that was announced to your declaration for {what} (number {id}) is in effect:
{page}
\f
予告された、{what} についての宣言（番号 {id}）の変更が発効しました。
{page}
""",
)
_NOT_CHANGED: Final = (
    "{what}: declaration {id} stays as it was / 宣言は変更されませんでした",
    """The change that was announced to your declaration for {what} (number {id}) did not take effect, because a
proof that it needs was not there:
{page}

What you reserved stays reserved. Prove control again, and change it then.
\f
予告された、{what} についての宣言（番号 {id}）の変更は、必要な確認情報が見つからなかったため発効しませんでした。
{page}

留保した権利は引き続き有効です。改めて確認を行ってから変更してください。
""",
)
_NOT_AGREED: Final = (
    "{what}: declaration {id} stays as it was / 宣言は変更されませんでした",
    """The change that was announced to the declaration for {what} (number {id}) did not take effect, because not
every co-owner agreed to it:
{page}

What is reserved stays reserved.
\f
予告された、{what} についての宣言（番号 {id}）の変更は、共同の権利者全員の同意がなかったため発効しませんでした。
{page}

留保した権利は引き続き有効です。
""",
)
_ALL_AGREE: Final = """This declaration has co-owners. The change takes effect only if every one of them agrees
by then:
{page}/co-owners
\f
この宣言には共同の権利者がいます。
{page}/co-owners

期限までに全員が同意した場合にだけ発効します（同意は上のページから）。
"""
_MISSING: Final = (
    "{target}: your proof was not found / 確認情報が見つかりませんでした",
    """We looked again for your proof of control of {target} and did not find it.
What you reserved stays reserved. What you allowed no longer counts after seven days without the proof. If it
stays away, the declarations that rest on it are marked as lapsed. Please put it back, or prove control again:
{page}
\f
{target} の管理者であることの確認情報が見つかりませんでした。
{page}

留保した権利は引き続き有効です。
許可した内容は、確認できない状態が7日続くと無効になります。見つからない状態が続くと「確認失効」と表示されます。確認情報を元に戻すか、改めて確認を行ってください。
""",
)
_LAPSED: Final = (
    "{what}: the proof for declaration {id} has lapsed / 確認が失効しました",
    """The proof that your declaration for {what} (number {id}) rests on was not found for a long time:
{page}

What it reserves stays reserved for {days} days, marked as lapsed. What it allows no longer counts.
To keep the declaration, prove control again.
\f
{what} についての宣言（番号 {id}）の根拠となる確認情報が、長期間見つかりませんでした。
{page}

留保した内容は {days} 日間は「確認失効」として有効ですが、許可した内容は無効になります。
改めて確認を行ってください。
""",
)
_ENDED: Final = (
    "{what}: a part of declaration {id} no longer counts / 宣言の一部が無効になりました",
    """A part of your declaration for {what} (number {id}) no longer counts. Its proof had lapsed, and the time to
renew it is over, or somebody else has proved control:
{page}

To reserve it again, prove control and declare it again.
\f
{what} についての宣言（番号 {id}）のうち、確認が失効していた部分は、
期限の経過または第三者による確認により無効になりました。
{page}

引き続き留保する場合は、改めて確認を行い、宣言してください。
""",
)


def queue_change_notice(
    database: Database, declaration: Declaration, change: PendingChange, secret: str, public_url: str
) -> None:
    """Promise the letter that tells of a looser change and holds the link that stops it."""
    stop = f"{public_url}/stop/{secret}"
    words = _WITHDRAWAL if change.kind is ChangeKind.WITHDRAW else _CHANGE
    values = {"stop": stop, "time": moment(change.effective)}
    _queue(database, words, declaration, change.effective, public_url, to_all=True, **values)


def queue_effect_notice(
    database: Database, before: Declaration, after: Declaration, now: int, public_url: str, *, agreed: bool
) -> None:
    """Promise the letter that tells how an announced change ended whose time has come."""
    if not agreed:
        _queue(database, _NOT_AGREED, after, now, public_url)
    elif not after.state.in_force:
        _queue(database, _WITHDRAWN, before, now, public_url)
    elif after.record.revision == before.record.revision and before.state.in_force:
        _queue(database, _NOT_CHANGED, after, now, public_url)
    else:
        _queue(database, _CHANGED, after, now, public_url)


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
    database: Database,
    words: tuple[str, str],
    declaration: Declaration,
    now: int,
    public_url: str,
    *,
    to_all: bool = False,
    **rest: object,
) -> None:
    page = f"{public_url}/d/{declaration.id}"
    what = called(declaration.record)
    owners = confirmed_co_owners(database, declaration.id)
    subject, text = words
    if owners and "stop" in rest:
        text = extended(text, _ALL_AGREE)
    letter = filled((subject, text), public_url, id=declaration.id, what=what, page=page, **rest)
    for party in (declaration.party, *(each.party for each in owners)):
        insert_letter(database, declaration.id, party, *letter, now, to_all=to_all)


def moment(unix: int) -> Both:
    """Return a time as a letter writes it: in English that of UTC, in Japanese that of Japan."""
    japan = datetime.fromtimestamp(unix, _JAPAN)
    in_japan = f"{japan.year}年{japan.month}月{japan.day}日 {japan:%H:%M}"
    return Both(datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d %H:%M"), in_japan)


def day(unix: int) -> Both:
    """Return a day as a letter writes it."""
    japan = datetime.fromtimestamp(unix, _JAPAN)
    english = datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d")
    return Both(english, f"{japan.year}年{japan.month}月{japan.day}日")


def called(record: Record | Grant) -> Both:
    """Return what people call a declaration or a grant: its first place, number or files, and what is more."""
    if not record.scopes:
        return Both(record.id, record.id)
    first, kinds = record.scopes[0], [scope.kind for scope in record.scopes]
    files = [kind for kind in kinds if kind in OF_ONE_FILE]
    if first.kind in OF_ONE_FILE:
        count = count_works(files)
        return _with_more(
            Both(f"{count} file{'s' if count > 1 else ''}", f"ファイル{count}点"), len(kinds) - len(files)
        )
    name = first.value[:_MOST_SHOWN] if first.kind.is_location else f"{first.kind.value.upper()} {first.value}"
    return _with_more(Both(name, name), count_works(kinds) - 1)


def _with_more(first: Both, more: int) -> Both:
    return Both(f"{first.english} and {more} more", f"{first.japanese}ほか{more}件") if more else first
