# ruff: noqa: RUF001  # Japanese has its own parentheses and colons
"""The words of the letters about an account, in English and Japanese."""

from registry.mail.notices import moment

_CLOSING = (
    "{host}: your account will be deleted / アカウント削除の予告",
    """You asked to delete your account at {host}. On {time} UTC it is erased for good, with everything you
declared. Crawlers then no longer leave out what it covers.

If this was not you, or you have changed your mind, sign in before then and press "Keep my account":
{url}/account
\f
{host} のアカウントの削除が請求されました。
{url}/account

{in_japan}（日本時間）に、宣言を含むすべての情報が完全に消去され、クローラーは対象を除外しなくなります。
お心当たりがない場合や取りやめる場合は、それまでにサインインし、「アカウントを残す」を押してください。
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
    time, in_japan = moment(closes)
    return _filled(_CLOSING, public_url, time=time, in_japan=in_japan)


def closed_letter(public_url: str) -> tuple[str, str]:
    """Return subject and text of the last letter of an account."""
    return _filled(_CLOSED, public_url)


def _filled(words: tuple[str, str], public_url: str, **values: str) -> tuple[str, str]:
    host = public_url.partition("://")[2]
    subject, text = (part.format(url=public_url, host=host, **values) for part in words)
    return subject, text
