"""The letters about an enquiry, in English and Japanese, the site first.

A letter says who asks and what about, and leads to the page of the enquiry. What both sides write stands there.
"""

from typing import Final

from sqlite_utils import Database

from registry.mail.language import Both, filled
from registry.mail.notices import day
from registry.model.enquiry import Enquiry
from registry.store.queued_mail import insert_letter

PERMISSION: Final = (
    "{what}: {who} asks for your permission / 利用許可の申込みがありました",
    """{who} asks for permission to use {what}:
{page}

On that page you see what they want, and can grant it, refuse it, or write back. They hope for an answer by {due}.
Nothing happens without you: if you do not answer, nothing is permitted.
\f
{who} から {what} の利用許可の申込みがありました。
{page}

内容は上のページで確認でき、許可・拒否・返信ができます。回答の目安は{due}です。
お返事がない場合、何も許可されません。
""",
)
DISCLOSURE: Final = (
    "{what}: a rights holder asks {who} about its data / 権利者からのお問い合わせ",
    """A rights holder asks {who} a question about {what}:
{page}

Please answer by {due}: in words, or with the record of an audit. Whether questions are answered is shown on the
public page of {who}.
\f
{what} について、権利者から {who} へのお問い合わせがありました。
{page}

{due}までに、文章または監査記録で回答してください。回答の有無は {who} の公開ページに表示されます。
""",
)
MESSAGE: Final = (
    "{what}: there is a new message about it / 新しいメッセージがあります",
    """There is a new message in the enquiry between {who} and the rights holder about {what}:
{page}
\f
{what} に関する {who} と権利者とのやり取りに、新しいメッセージがあります。
{page}
""",
)
GRANTED: Final = (
    "{what}: permission was granted to {who} / 利用が許可されました",
    """The rights holder grants {who} the use of {what} that it asked for:
{page}

The grant counts for that AI operator alone. It is in the public log, and in the next snapshot.
\f
{what} について、権利者が {who} の利用を許可しました。
{page}

この許可は {who} だけに有効で、公開ログに記録されます。
""",
)
REFUSED: Final = (
    "{what}: the enquiry of {who} was answered with no / 申込みは承諾されませんでした",
    """The answer to the enquiry between {who} and the rights holder about {what} is no:
{page}
\f
{what} に関する {who} と権利者との間の申込みまたはお問い合わせは、承諾されませんでした。
{page}
""",
)
ANSWERED: Final = (
    "{what}: {who} has answered / 回答がありました",
    """{who} has answered the question about {what}:
{page}
\f
{what} についてのお問い合わせに {who} が回答しました。
{page}
""",
)
WITHDRAWN: Final = (
    "{what}: the enquiry was withdrawn / 申込みが取り下げられました",
    """The enquiry between {who} and the rights holder about {what} was withdrawn by who asked:
{page}
\f
{what} に関する {who} と権利者との間の申込みまたはお問い合わせは、取り下げられました。
{page}
""",
)


def queue(
    database: Database,
    words: tuple[str, str],
    enquiry: Enquiry,
    to: str,
    *,
    who: str,
    what: Both,
    now: int,
    public_url: str,
) -> None:
    """Promise a letter to the party `to`. `who` is the operator's host, `what` the place or work asked about."""
    values = {
        "what": what,
        "who": who,
        "page": f"{public_url}/enquiries/{enquiry.id}",
        "due": day(enquiry.due),
    }
    insert_letter(database, enquiry.id, to, *filled(words, public_url, **values), now)
