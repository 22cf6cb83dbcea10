# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letters among co-owners of one declaration, in English and Japanese, the site first."""

from typing import Final

from sqlite_utils import Database

from registry.mail.notices import called, moment
from registry.model.declaration import Declaration
from registry.store.queued_mail import insert_letter

_QUESTION: Final = (
    "{what}: you are asked to confirm declaration {id} / 共同の宣言の確認のお願い",
    """Somebody has declared {what} in this registry and says that you hold rights in it too (number {id}). If that
is so, you can confirm it here; if not, decline:
{page}

Until you confirm, nothing says publicly that you stand behind it. If you do nothing, that stays so.
\f
{what} についての宣言（番号 {id}）で、共同の権利者として確認を求められています。
{page}

正しければ上のページで確認し、そうでなければお断りください。
確認されるまで、共同の権利者として公開されることはありません。何もしなければそのままです。
""",
)
_CONFIRMED: Final = (
    "{what}: a co-owner has confirmed declaration {id} / 共同の権利者が確認しました",
    """Party {party} has confirmed that your declaration for {what} (number {id}) is theirs too:
{page}

From now on, a change that lets more be used takes effect only if they agree.
\f
{what} についての宣言（番号 {id}）を、権利者 {party} が共同の権利者として確認しました。
{page}

今後、より広い利用を認める変更は、全員の同意がある場合にだけ発効します。
""",
)
_LEFT: Final = (
    "{what}: a co-owner left declaration {id} / 共同の権利者が外れました",
    """Party {party} no longer stands behind the declaration for {what} (number {id}):
{page}

What it reserves stays reserved.
\f
{what} についての宣言（番号 {id}）から、権利者 {party} が共同の権利者としての確認を取り下げました。
{page}

留保した権利は引き続き有効です。
""",
)

_CLOSING: Final = (
    "{what}: declaration {id} is about to be erased / 共同の宣言が消去されます",
    """Whoever declared {what} is closing the account, and what it declared is erased with it on {time} UTC. You
are a co-owner of that declaration (number {id}):
{page}

If it shall stay reserved, make a declaration of your own before then.
\f
{what} についての宣言（番号 {id}）を行ったアカウントが閉鎖され、{in_japan}（日本時間）に宣言も消去されます。
{page}

お客様はこの宣言の共同の権利者です。引き続き留保する場合は、それまでにご自身で宣言してください。
""",
)


def queue_question(database: Database, declaration: Declaration, party: str, now: int, public_url: str) -> None:
    """Promise the letter that asks a party to confirm a declaration."""
    _queue(database, _QUESTION, declaration, party, party, now, public_url)


def queue_answer(
    database: Database, declaration: Declaration, party: str, now: int, public_url: str, *, stays: bool
) -> None:
    """Promise the letter that tells the declaring party that a co-owner confirmed, or left."""
    words = _CONFIRMED if stays else _LEFT
    _queue(database, words, declaration, declaration.party, party, now, public_url)


def queue_closing(
    database: Database, declaration: Declaration, party: str, now: int, public_url: str, closes: int
) -> None:
    """Promise the letter that tells a co-owner when the declaring party is erased."""
    time, in_japan = moment(closes)
    _queue(database, _CLOSING, declaration, party, party, now, public_url, time=time, in_japan=in_japan)


def _queue(
    database: Database,
    words: tuple[str, str],
    declaration: Declaration,
    reader: str,
    party: str,
    now: int,
    public_url: str,
    **more: str,
) -> None:
    values = more | {
        "what": called(declaration.record),
        "id": declaration.id,
        "party": party,
        "page": f"{public_url}/d/{declaration.id}/co-owners",
    }
    subject, text = (part.format(**values) for part in words)
    insert_letter(database, declaration.id, reader, subject, text, now)
