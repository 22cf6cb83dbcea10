# ruff: noqa: RUF001  # Japanese has its own parentheses
"""Everything the registry keeps about one account, in a ZIP file for its owner; very much comes in several.

Each kind of thing is a file of JSON Lines, one row a line, so that a million declarations need no memory. Times
are unix seconds. Nothing in it opens anything: sessions and tokens are kept as digests, and those are left out.
"""

import json
import re
import zipfile
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import IO, Final

from sqlite_utils import Database

from registry.store.own_rows import OWN, own_rows

_README: Final = """Everything {host} keeps about your account.

Each .jsonl file has one thing a line, as JSON. Times are seconds since 1970-01-01 UTC.
"log.jsonl" is what the public log says of your declarations; "audit.jsonl" is what was done, when, and by which
account ("operator" is this registry's operator, "link" whoever opened a mailed link, "registry" is time itself).
Not in here, because it is not kept: passwords, your files, your network address.

{host} がお客様のアカウントについて保存しているすべての情報です。

.jsonl の各行が1件のJSONです。時刻は1970年1月1日（UTC）からの秒数です。
"log.jsonl" は宣言に関する公開ログの記録、"audit.jsonl" は操作の記録です。
パスワード、お客様のファイル、IPアドレスは保存していないため、含まれていません。
"""


_MORE: Final = """
This is part {part}, and there is more: open your account page again, and download the next part.
What you change in between may be in two parts or in none.

これは{part}番目のファイルで、続きがあります。アカウントのページを開き直して、続きをダウンロードしてください。
途中で変更した内容は、重複したり抜けたりすることがあります。
"""
PART_BYTES: Final = 24 << 20
"""Bytes of one file before it is packed, about: a third of a second of work."""

_ROW_BYTES: Final = 300
"""Bytes that a row counts as, beyond its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """The beginning of a part: a row of one of the kinds of things, both counted from 0."""

    part: int = 1
    kind: int = 0
    skip: int = 0

    def encode(self) -> str:
        """Return it as a text that a browser keeps."""
        return f"{self.part}.{self.kind}.{self.skip}"

    @classmethod
    def decode(cls, text: str) -> "Place | None":
        """Read such a text; None where it is none."""
        found = re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,3})\.([0-9]{1,12})", text, re.ASCII)
        return None if found is None else cls(*map(int, found.groups()))


WHOLE: Final = Place()
"""The place of the first part."""


def write_export(database: Database, account: str, host: str, file: IO[bytes], start: Place) -> Place | None:
    """Write the ZIP file of a part of an account; return where the next part begins, None after the last."""
    room, following = PART_BYTES, None
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, name in islice(enumerate(OWN), start.kind, None):
            skip = start.skip if kind == start.kind else 0
            with archive.open(f"{name}.jsonl", "w") as raw, TextIOWrapper(raw, "utf-8", newline="\n") as lines:
                for row in own_rows(database, name, account, skip):
                    if room <= 0:
                        following = Place(start.part + 1, kind, skip)
                        break
                    line = json.dumps(row, ensure_ascii=False) + "\n"
                    room -= len(line) + _ROW_BYTES
                    skip += lines.write(line) > 0
            if following is not None:
                break
        archive.writestr(
            "README.txt", _README.format(host=host) + (_MORE.format(part=start.part) if following else "")
        )
    return following
