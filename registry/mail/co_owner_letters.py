# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letters among co-owners of one declaration, in English and Japanese, the site first."""

from typing import Final

from sqlite_utils import Database

from registry.mail.language import Both, filled
from registry.mail.notices import called, moment
from registry.model.declaration import Declaration
from registry.store.parties import find_party
from registry.store.queued_mail import insert_letter

_QUESTION: Final = (
    "{what}: you are asked to confirm declaration {id} / 共同の宣言の確認のお願い",
    """{declarant} has declared {what} in this registry and says that you hold rights in it too (number {id}).
If that is so, you can confirm it here; if not, decline:
{page}

Until you confirm, nothing says publicly that you stand behind it. If you do nothing, that stays so.
\f
{declarant}による{what}についての宣言（番号 {id}）で、共同の権利者として確認を求められています。
{page}

正しければ上のページで確認し、そうでなければお断りください。
確認されるまで、共同の権利者として公開されることはありません。何もしなければそのままです。
""",
)
_CONFIRMED: Final = (
    "{what}: a co-owner has confirmed declaration {id} / 共同の権利者が確認しました",
    """{co_owner} has confirmed that your declaration for {what} (number {id}) is theirs too:
{page}

From now on, a change that lets more be used takes effect only if they agree.
\f
{what}についての宣言（番号 {id}）を、{co_owner}が共同の権利者として確認しました。
{page}

今後、より広い利用を認める変更は、全員の同意がある場合にだけ発効します。
""",
)
_LEFT: Final = (
    "{what}: a co-owner left declaration {id} / 共同の権利者が外れました",
    """{co_owner} no longer stands behind the declaration for {what} (number {id}):
{page}

What it reserves stays reserved.
\f
{what}についての宣言（番号 {id}）から、{co_owner}が外れました。
{page}

留保した権利は引き続き有効です。
""",
)

_CLOSING: Final = (
    "{what}: declaration {id} is about to be erased / 共同の宣言が消去されます",
    """{declarant} is closing the account, and what it declared is erased with it on {time} UTC. You are a co-owner
of its declaration for {what} (number {id}):
{page}

If it shall stay reserved, make a declaration of your own before then.
\f
{declarant}のアカウントが閉鎖され、{time}（日本時間）に{what}についての宣言（番号 {id}）も消去されます。
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
    _queue(database, _CLOSING, declaration, party, party, now, public_url, time=moment(closes))


def _queue(
    database: Database,
    words: tuple[str, str],
    declaration: Declaration,
    reader: str,
    party: str,
    now: int,
    public_url: str,
    **more: Both,
) -> None:
    values = more | {
        "what": called(declaration.record),
        "id": declaration.id,
        "declarant": _named(database, declaration.party),
        "co_owner": _named(database, party),
        "page": f"{public_url}/d/{declaration.id}/co-owners",
    }
    insert_letter(database, declaration.id, reader, *filled(words, public_url, **values), now)


def _named(database: Database, party: str) -> Both:
    """Return the name of a party as it is public, for the beginning of a sentence."""
    found = find_party(database, party)
    name = found.published.party if found else None
    return (
        Both(f"“{name}”", f"「{name}」")
        if name
        else Both("A rights holder whose name is private", "名称非公開の権利者")
    )
