# Japanese has its own punctuation
"""The statements of authority that declaring parties accept, by version, as the registry's page shows them.

A record has the version; the text that belongs to it is kept here for good, so that a court file can carry it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

STATEMENTS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "2026-11": {
        "en": (
            "Whoever declares works in this registry states that:",
            "you hold the rights in these works, or act for somebody who does and have the power to;",
            "what you have entered is true to the best of your knowledge;",
            "the declaration and its history may be published, copied and kept as evidence.",
        ),
        "ja": (
            "本登録簿で作品について宣言する方は、次のことを表明します。",
            "これらの作品の権利を保有しているか、権利者から正当な権限を与えられた代理人であること",
            "入力した内容が、知る限りにおいて真実であること",
            "宣言とその履歴が公開・複製され、証拠として保存されることがあると了承していること",
        ),
    },
}
"""The first line says who states, the others what. By version, then by language."""


def statement_lines(version: str) -> Iterator[str]:
    """Yield the text of a version in every language; one line that says so where this version of ours has none."""
    if version not in STATEMENTS:
        yield f"The text of version {version} is not known to this program / この版の本文は収録されていません"
    for head, *points in STATEMENTS.get(version, {}).values():
        yield head
        yield from (f"- {point}" for point in points)
