# Japanese has its own parentheses and colons
"""The words of the letters about who acts for a party, in English and Japanese."""

from registry.mail.language import Both, filled
from registry.model.membership import Invited
from registry.model.party import Party

_AS = {
    Invited.OWNER: Both("an owner", "オーナー"),
    Invited.EDITOR: Both("an editor", "編集者"),
    Invited.AGENT: Both("an agent", "代理人"),
    Invited.READER: Both("a reader", "閲覧者"),
    Invited.PRINCIPAL: Both("the rights holder it acts for", "代理を依頼した権利者"),
}
_INVITATION = (
    "{host}: you are invited / ご招待のお知らせ",
    """“{name}” invites you, as {role}, to its entry at {host}, a registry in which rights holders reserve
their works from AI training. We have not checked this name.

To accept or decline, open this link within seven days and sign in with this address:
{url}

If you do not know them, do nothing.
\f
「{name}」から、{host} の宣言者に「{role}」として参加するご招待が届いています。
{url}

{host} は、権利者がAI学習への利用を留保するための登録簿です。この名称は確認されていません。
7日以内に上のリンクを開き、このメールアドレスでサインインして、参加または辞退を選んでください。
お心当たりがない場合は、何もする必要はありません。
""",
)
_JOINED = (
    "{host}: somebody joined “{name}” / メンバーが参加しました",
    """{email} has accepted the invitation to “{name}” as {role}:
{url}/parties/{party}

If you do not expect this, remove that member there.
\f
{email} さんが「{name}」に「{role}」として参加しました。
{url}/parties/{party}

お心当たりがない場合は、上のページから削除してください。
""",
)
_REMOVED = (
    "{host}: you no longer act for “{name}” / メンバーから外れました",
    """One of the owners of “{name}” at {host} has ended your role there. What you declared for it stays.
\f
{host} の「{name}」のオーナーが、お客様をメンバーから外しました。これまでの宣言はそのまま残ります。
""",
)


def invitation_letter(public_url: str, url: str, party: Party, invited: Invited) -> tuple[str, str]:
    """Return subject and text of an invitation; `url` opens it."""
    return _filled(_INVITATION, public_url, party, invited, url=url)


def joined_letter(public_url: str, party: Party, email: str, invited: Invited) -> tuple[str, str]:
    """Return subject and text for the owners, when somebody accepts."""
    return _filled(_JOINED, public_url, party, invited, url=public_url, email=email)


def removed_letter(public_url: str, party: Party) -> tuple[str, str]:
    """Return subject and text for whoever was removed."""
    return _filled(_REMOVED, public_url, party, Invited.READER, url=public_url)


def _filled(
    words: tuple[str, str], public_url: str, party: Party, invited: Invited, **values: str
) -> tuple[str, str]:
    return filled(words, public_url, name=party.name, party=party.id, role=_AS[invited], **values)
