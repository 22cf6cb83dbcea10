# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letter to whoever proved a place that somebody else claims, in English and Japanese, the site first."""

from typing import Final

from sqlite_utils import Database

from registry.mail.language import filled
from registry.model.declaration import Declaration
from registry.store.queued_mail import insert_letter

_CLAIMED: Final = (
    "{place}: somebody else has declared a page of it / 第三者による宣言のお知らせ",
    """Somebody else has declared an address inside {place}, for which you proved control:
{page}

The claim is flagged, does not count while it is not proved, and shows no licence contact.
If it is wrong, dispute it: open this link and press the button.
{dispute}
If it is right (for example, an artist whose picture you show), you need do nothing.
\f
お客様が管理者であることを確認済みの {place} の中のアドレスについて、第三者が宣言を行いました。
{page}

この宣言には未確認の表示が付き、確認されるまで効力はなく、許諾の連絡先も表示されません。
誤りである場合は、次のリンクを開いてボタンを押すと異議を申し立てられます。
{dispute}
正しい宣言（掲載作品の作者によるものなど）であれば、何もする必要はありません。
""",
)


def queue_claim_notice(
    database: Database, declaration: Declaration, party: str, place: str, secret: str, now: int, public_url: str
) -> None:
    """Promise the letter that tells `party` of a claim inside its `place`, with the link that disputes it."""
    values = {
        "place": place,
        "page": f"{public_url}/d/{declaration.id}",
        "dispute": f"{public_url}/dispute/{secret}",
    }
    insert_letter(database, declaration.id, party, *filled(_CLAIMED, public_url, **values), now)
