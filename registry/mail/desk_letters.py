# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letters about what the desk did, in English and Japanese, the site first."""

from typing import Final

from sqlite_utils import Database

from registry.mail.language import Both, filled
from registry.mail.notices import called
from registry.model.declaration import Declaration
from registry.store.queued_mail import insert_letter

FLAGGED: Final = (
    "{what}: your declaration {id} is marked as disputed / 宣言に「異議あり」の表示を付けました",
    """The people who run this registry have marked your declaration for {what} (number {id}) as disputed:
{page}

It keeps counting as before until this is decided. You will get a letter then.
\f
お客様の {what} についての宣言（番号 {id}）に「異議あり」の表示を付けました。
{page}

決定までの間、宣言はこれまでどおり有効です。決定しましたら改めてお知らせします。
""",
)
REMOVED: Final = (
    "{what}: what was disputed of declaration {id} no longer counts / 異議のあった部分は効力を失いました",
    """It was decided that what was disputed of your declaration for {what} (number {id}) no longer counts:
{page}

Write to us if you think this is wrong.
\f
お客様の {what} についての宣言（番号 {id}）のうち、異議のあった部分は効力を失いました。
{page}

誤りと思われる場合はご連絡ください。
""",
)
STANDS: Final = (
    "{what}: declaration {id} stands / 宣言は引き続き有効です",
    """It was decided that your declaration for {what} (number {id}) stands. The mark is gone:
{page}
\f
お客様の {what} についての宣言（番号 {id}）は引き続き有効です。
{page}

「異議あり」の表示を外しました。
""",
)
HELD: Final = (
    "{what}: declaration {id} is under review / 宣言を確認しています",
    """Your declaration for {what} (number {id}) is under review:
{page}

While it is, what you have not proved does not count. Prove control of the place, and it counts again.
Write to us if you think this is wrong.
\f
お客様の {what} についての宣言（番号 {id}）の内容を確認しています。
{page}

確認が終わるまで、管理者であることが確認されていない部分は効力を持ちません。
確認の手続きをしていただくと、その部分は再び有効になります。誤りと思われる場合はご連絡ください。
""",
)
RELEASED: Final = (
    "{what}: the review of declaration {id} is over / 宣言の確認が終わりました",
    """The review of your declaration for {what} (number {id}) is over. It counts as before:
{page}
\f
お客様の {what} についての宣言（番号 {id}）の確認が終わりました。
{page}

宣言はこれまでどおり有効です。
""",
)
_ERASED: Final = (
    "Declaration {id} was erased / 宣言を消去しました",
    """The people who run this registry have erased your declaration with the number {id}.
The public log keeps that it existed, and nothing of what it said. Write to us if you think this is wrong.
\f
お客様の宣言（番号 {id}）を消去しました。公開ログには、存在した事実だけが残ります。
誤りと思われる場合はご連絡ください。
""",
)
_SUSPENDED: Final = (
    "{host}: your account is suspended / アカウントを停止しました",
    """The people who run this registry have suspended your account. This is why:
{reason}

You can still sign in, read, withdraw what you declared, answer disputes and delete your account. You cannot
declare or change anything. What you declared stays as it is. Write to us if you think this is wrong{contact}.
\f
お客様のアカウントを停止しました。理由は次のとおりです。
{reason}

サインイン、閲覧、宣言の取り下げ、異議への回答、アカウントの削除は引き続き行えます。新しい宣言や変更は行えません。
これまでの宣言はそのままです。誤りと思われる場合はご連絡ください{contact}。
""",
)
_REINSTATED: Final = (
    "{host}: your account is open again / アカウントの停止を解除しました",
    """Your account is no longer suspended. You can declare and change things as before.
\f
お客様のアカウントの停止を解除しました。これまでどおりご利用いただけます。
""",
)


def queue_desk_notice(
    database: Database, words: tuple[str, str], declaration: Declaration, now: int, public_url: str
) -> None:
    """Promise a letter to whoever declared, about what was done with the declaration."""
    values = {
        "what": called(declaration.record),
        "id": declaration.id,
        "page": f"{public_url}/d/{declaration.id}",
    }
    insert_letter(database, declaration.id, declaration.party, *filled(words, public_url, **values), now)


def queue_erasure_notice(database: Database, declaration: str, party: str, now: int, public_url: str) -> None:
    """Promise the letter that a declaration was erased; it holds nothing of what was."""
    insert_letter(database, declaration, party, *filled(_ERASED, public_url, id=declaration), now)


def queue_suspension_notice(
    database: Database, email: str, reason: str | None, now: int, public_url: str, contact: str
) -> None:
    """Promise the letter to an account that was suspended for `reason`, or, without one, that is open again."""
    values = {
        "reason": reason,
        "contact": Both(f": {contact}", f"（{contact}）") if contact else "",
    }
    words = _REINSTATED if reason is None else _SUSPENDED
    insert_letter(database, "", "", *filled(words, public_url, **values), now, email)
