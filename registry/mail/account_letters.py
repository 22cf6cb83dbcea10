# ruff: noqa: RUF001  # Japanese has its own parentheses and colons
"""The words of the letters about an account, in English and Japanese."""

from registry.mail.language import filled
from registry.mail.notices import moment

_CLOSING = (
    "{host}: your account will be deleted / アカウント削除の予告",
    """You asked to delete your account at {host}. On {time} UTC it is erased for good, with everything you
declared. Crawlers then no longer leave out what it covers.

If this was not you, or you have changed your mind, sign in before then and press "Keep my account":
{url}/account
\f
{host} のアカウントを削除する手続きが行われました。
{time}（日本時間）に、宣言を含むすべての情報が完全に消去され、クローラーは対象を除外しなくなります。

お心当たりがない場合や取りやめる場合は、それまでに次のページにサインインし、「アカウントを残す」を押してください。
{url}/account
""",
)
_CLOSED = (
    "{host}: your account is deleted / アカウントを削除しました",
    """Your account at {host} and everything you entered there is being erased now. We keep neither your address
nor this letter. The public log keeps numbers and digests, from which nobody can read what you declared.
\f
{host} のアカウントと、登録されたすべての情報を消去しています。メールアドレスもこのメールも保存しません。
公開ログには番号とハッシュ値だけが残り、そこから宣言の内容を読み取ることはできません。
""",
)


def closing_letter(public_url: str, closes: int) -> tuple[str, str]:
    """Return subject and text of the letter that an account will be erased at `closes`, in unix seconds."""
    return filled(_CLOSING, public_url, url=public_url, time=moment(closes))


def closed_letter(public_url: str) -> tuple[str, str]:
    """Return subject and text of the last letter of an account."""
    return filled(_CLOSED, public_url)
