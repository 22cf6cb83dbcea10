"""Names of columns and members as people write them: in wide letters, in upper case, in Japanese."""

import unicodedata
from typing import Final

_IN_JAPANESE: Final = {
    "アドレス": "address", "リンク": "link", "サイト": "value", "ページ": "value", "対象": "value",
    "ドメイン": "domain", "ドメイン名": "domain", "ハッシュ": "hash", "ハッシュ値": "hash",
    "理由": "reason", "備考": "note", "コメント": "comment", "件名": "subject", "種類": "kind", "種別": "kind",
}  # fmt: skip


def plain_name(name: str) -> str:
    """Return the name that a column or member is read by: in narrow small letters, in English."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return _IN_JAPANESE.get(plain, plain)
