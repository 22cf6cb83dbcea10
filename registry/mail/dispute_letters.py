# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letters about a dispute, in English and Japanese, the site first.

They go to both sides. No letter holds the name or the address of the other side, or what it said.
"""

from typing import Final

from sqlite_utils import Database

from registry.mail.language import Both, filled, in_language
from registry.mail.notices import called, day
from registry.model.declaration import Declaration
from registry.model.dispute import Dispute
from registry.store.queued_mail import insert_letter

RECEIVED: Final = (
    "{what}: your dispute {dispute} has arrived / 異議申立てを受け付けました",
    """We have your dispute about the declaration for {what} (number {id}):
{page}

Its number is {dispute}. We will look at it by {due}. With this link you see how it stands, and can withdraw it:
{link}
\f
{what} についての宣言（番号 {id}）への異議申立てを受け付けました（受付番号 {dispute}）。
{page}

{due}までに内容を確認します。経過の確認と取り下げは次のリンクから行えます。
{link}
""",
)
OPENED: Final = (
    "{what}: your declaration {id} is disputed / 宣言に異議が申し立てられました",
    """Somebody disputes your declaration for {what} (number {id}):
{page}

It keeps counting as before, marked as disputed, until it is decided. You may answer by {due}, on that page.
The dispute has the number {dispute}.
\f
お客様の {what} についての宣言（番号 {id}）に異議が申し立てられました（受付番号 {dispute}）。
{page}

決定までの間、宣言は「異議あり」の表示付きで、これまでどおり有効です。{due}までに、上のページから回答できます。
""",
)
HEARD: Final = (
    "{what}: your dispute {dispute} is open / 異議の審査を始めました",
    """Your dispute {dispute} about the declaration for {what} (number {id}) is open:
{page}

The declaration is now marked as disputed. Whoever declared may answer by {due}. You will get a letter then.
\f
{what} についての宣言（番号 {id}）への異議申立て（受付番号 {dispute}）の審査を始めました。
{page}

宣言には「異議あり」と表示されています。宣言した方は{due}まで回答できます。回答があればお知らせします。
""",
)
ANSWERED: Final = (
    "{what}: dispute {dispute} was answered / 異議への回答がありました",
    """There is an answer in the dispute {dispute} about the declaration for {what} (number {id}):
{page}

Whoever declared reads it on that page. Whoever disputes reads it with the link in our first letter about it. We
decide by {due}, and both sides get a letter.
\f
{what} についての宣言（番号 {id}）への異議申立て（受付番号 {dispute}）に回答がありました。
{page}

宣言した方は上のページで、異議を申し立てた方は最初のメールのリンクから確認できます。
{due}までに決定し、双方にお知らせします。
""",
)
UPHELD: Final = (
    "{what}: dispute {dispute} was upheld / 異議が認められました",
    """The dispute {dispute} about the declaration for {what} (number {id}) was upheld. What was disputed no longer
counts:
{page}

Whoever declared reads why on that page, whoever disputes with the link in our first letter about it.
\f
{what} についての宣言（番号 {id}）への異議（受付番号 {dispute}）が認められました。
{page}

異議のあった部分は効力を失いました。
決定の理由は、宣言した方は上のページで、異議を申し立てた方は最初のメールのリンクから確認できます。
""",
)
DISMISSED: Final = (
    "{what}: dispute {dispute} was dismissed / 異議は認められませんでした",
    """The dispute {dispute} about the declaration for {what} (number {id}) was dismissed. The declaration stands:
{page}

Whoever has something new to show can dispute it again on that page. Whoever declared reads why there, whoever
disputes with the link in our first letter about it.
\f
{what} についての宣言（番号 {id}）への異議（受付番号 {dispute}）は認められませんでした。
{page}

宣言は引き続き有効です。新たな根拠をお持ちの方は、上のページから改めて異議を申し立てることができます。
決定の理由は、宣言した方は上のページで、異議を申し立てた方は最初のメールのリンクから確認できます。
""",
)
WITHDRAWN: Final = (
    "{what}: dispute {dispute} was withdrawn / 異議は取り下げられました",
    """The dispute {dispute} about the declaration for {what} (number {id}) was withdrawn. The declaration stands:
{page}
\f
{what} についての宣言（番号 {id}）への異議（受付番号 {dispute}）は取り下げられました。
{page}

宣言は引き続き有効です。
""",
)


def queue_to_respondent(
    database: Database,
    words: tuple[str, str],
    declaration: Declaration,
    dispute: Dispute,
    now: int,
    public_url: str,
) -> None:
    """Promise a letter to whoever declared."""
    subject, text = _filled(words, declaration, dispute, public_url, "")
    insert_letter(database, declaration.id, declaration.party, subject, text, now)


def queue_to_both(
    database: Database,
    words: tuple[str, str],
    declaration: Declaration,
    dispute: Dispute,
    now: int,
    public_url: str,
) -> None:
    """Promise a letter to both sides."""
    queue_to_respondent(database, words, declaration, dispute, now, public_url)
    queue_to_complainant(database, words, declaration, dispute, now, public_url)


def queue_to_complainant(
    database: Database,
    words: tuple[str, str],
    declaration: Declaration,
    dispute: Dispute,
    now: int,
    public_url: str,
    secret: str = "",
) -> None:
    """Promise a letter to whoever disputes, with or without an account."""
    letter = in_language(*_filled(words, declaration, dispute, public_url, secret), dispute.language)
    insert_letter(database, declaration.id, dispute.party or "", *letter, now, dispute.email)


def _filled(
    words: tuple[str, str], declaration: Declaration, dispute: Dispute, public_url: str, secret: str
) -> tuple[str, str]:
    values = {
        "what": called(declaration.record),
        "id": declaration.id,
        "dispute": dispute.id,
        "page": f"{public_url}/d/{declaration.id}",
        "link": f"{public_url}/dispute/{secret}",
        "due": Both("", "") if dispute.due is None else day(dispute.due),
    }
    return filled(words, public_url, **values)
