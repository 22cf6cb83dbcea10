# ruff: noqa: RUF001  # Japanese has its own parentheses and colons
"""The words of the letters about addresses and passkeys of an account, in English and Japanese.

They warn of what somebody else may have done, so each goes to every address of the account.
"""

from typing import Final

from registry.mail import language
from registry.mail.notices import moment

ADDED: Final = (
    "{host}: a second address was added / 2つ目のメールアドレスが追加されました",
    """{address} was added to your account at {host}. Letters that sign you in can now go there, too.

If this was not you, sign in, remove it, and end the sessions that you do not know:
{url}/account/access
\f
{host} のアカウントに {address} が追加され、このアドレスでもサインインできるようになりました。
{url}/account/access

お心当たりがない場合は、サインインしてこのアドレスを削除し、見覚えのないセッションを終了してください。
""",
)
REMOVED: Final = (
    "{host}: the second address was removed / 2つ目のメールアドレスが削除されました",
    """{address} was removed from your account at {host}. Nobody can sign in to it from there any more.

If this was not you, sign in by your first address, and end the sessions that you do not know:
{url}/account/access
\f
{host} のアカウントから {address} が削除され、このアドレスではサインインできなくなりました。
{url}/account/access

お心当たりがない場合は、1つ目のアドレスでサインインし、見覚えのないセッションを終了してください。
""",
)
ANNOUNCED: Final = (
    "{host}: your address will be changed / メールアドレス変更の予告",
    """Somebody who is signed in to your account at {host} asked to change its address to {address}.
This happens on {time} UTC. All sessions, tokens and passkeys end then, and {old} no longer signs in.

If this was not you, or you have changed your mind, stop it before then. No sign-in is needed:
{stop}
\f
{host} のアカウントのメールアドレスを {address} に変更する手続きが行われました。
{time}（日本時間）に変更され、すべてのセッション、トークン、パスキーが無効になります。
その後、{old} ではサインインできません。

お心当たりがない場合や取りやめる場合は、それまでに次のリンクから停止してください。サインインは不要です。
{stop}
""",
)
STOPPED: Final = (
    "{host}: your address stays as it is / メールアドレスは変更されません",
    """The change of the address of your account at {host} to {address} was stopped. Every session has ended.
If the change was asked for by somebody else, sign in and look at your addresses and passkeys:
{url}/account/access
\f
{host} のアカウントのメールアドレスを {address} に変更する手続きは停止され、すべてのセッションが終了しました。
{url}/account/access

第三者による手続きだった場合は、サインインしてメールアドレスとパスキーを確認してください。
""",
)
CHANGED: Final = (
    "{host}: your address was changed / メールアドレスが変更されました",
    """The address of your account at {host} is now {address}. {old} no longer signs in. Every session, token and
passkey of the account has ended.
\f
{host} のアカウントのメールアドレスは {address} に変更されました。{old} ではサインインできません。
すべてのセッション、トークン、パスキーは無効になりました。
""",
)
TAKEN: Final = (
    "{host}: your address could not be changed / メールアドレスを変更できませんでした",
    """The address of your account at {host} was to become {address}, which belongs to another account by now.
Nothing was changed. Delete that account, or choose another address:
{url}/account/access
\f
{host} のアカウントのメールアドレスを {address} に変更する予定でしたが、
このアドレスは別のアカウントで使われているため、変更は行われませんでした。
{url}/account/access

そのアカウントを削除するか、別のアドレスを指定してください。
""",
)
PASSKEY_ADDED: Final = (
    "{host}: a passkey was added / パスキーが追加されました",
    """The passkey “{label}” was added to your account at {host}. Whoever has it can sign in.

If this was not you, sign in, remove it, and end the sessions that you do not know:
{url}/account/access
\f
{host} のアカウントにパスキー「{label}」が追加され、このパスキーでサインインできるようになりました。
{url}/account/access

お心当たりがない場合は、サインインしてこのパスキーを削除し、見覚えのないセッションを終了してください。
""",
)
PASSKEY_REMOVED: Final = (
    "{host}: a passkey was removed / パスキーが削除されました",
    """The passkey “{label}” was removed from your account at {host}. It no longer signs in.

If this was not you, sign in, and end the sessions that you do not know:
{url}/account/access
\f
{host} のアカウントからパスキー「{label}」が削除され、このパスキーではサインインできなくなりました。
{url}/account/access

お心当たりがない場合は、サインインして、見覚えのないセッションを終了してください。
""",
)


def filled(words: tuple[str, str], public_url: str, **values: str | language.Both) -> tuple[str, str]:
    """Return subject and text of one of these letters."""
    return language.filled(words, public_url, url=public_url, **values)


def announced_letter(public_url: str, address: str, old: str, effective: int, secret: str) -> tuple[str, str]:
    """Return subject and text of the letter that tells of a change to come and holds the link that stops it."""
    stop = f"{public_url}/keep-address/{secret}"
    return filled(ANNOUNCED, public_url, address=address, old=old, time=moment(effective), stop=stop)
