# ruff: noqa: RUF001  # Japanese has its own parentheses
"""Everything the registry keeps about one account, in a ZIP file for its owner; very much comes in several.

Each kind of thing is a file of JSON Lines, one row a line, so that a million declarations need no memory. Times
are unix seconds. Nothing in it opens anything: sessions and tokens are kept as digests, and those are left out.
"""

import json
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import IO, Final

from sqlite_utils import Database

from registry.store.own_rows import OWN, Mark, OwnRow, can_be_mark, own_rows

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
_STEP_BYTES: Final = 150
"""Bytes that a row counts as that was walked over and is not hers."""
_MOST: Final = 1 << 62
MAX_PLACE: Final = 2_000
"""Letters of a place that are read."""


@dataclass(frozen=True, slots=True)
class Place:
    """The beginning of a part: of which kind of things, counted from 0, and behind which of its rows."""

    part: int = 1
    kind: int = 0
    after: Mark | None = None

    def encode(self) -> str:
        """Return it as a text that a browser keeps."""
        mark = self.after and [self.after.walk, self.after.whose, *self.after.key]
        return urlsafe_b64encode(json.dumps([self.part, self.kind, mark]).encode()).decode()

    @classmethod
    def decode(cls, text: str) -> "Place | None":
        """Read such a text; None where it is none."""
        try:
            place = cls._of(*json.loads(urlsafe_b64decode(text[:MAX_PLACE].encode("ascii"))))
        except (ValueError, TypeError, RecursionError):
            return None
        is_one = 0 < place.part < _MOST and 0 <= place.kind < len(OWN)
        return place if is_one and (place.after is None or can_be_mark([*OWN][place.kind], place.after)) else None

    @classmethod
    def _of(cls, part: object, kind: object, mark: list[object] | None) -> "Place":
        if mark is None:
            return cls(_number(part), _number(kind))
        walk, whose, *key = mark
        return cls(_number(part), _number(kind), Mark(_number(walk), _text(whose), tuple(map(_key, key))))


def _key(value: object) -> int | str:
    return _text(value) if isinstance(value, str) else _number(value)


def _number(value: object) -> int:
    """Return a number that the database can take. Raises ValueError."""
    if type(value) is not int or not -1 <= value < _MOST:
        raise ValueError(f"{value!r} is no number of a row")
    return value


def _text(value: object) -> str:
    """Return a text that the database can take. Raises ValueError."""
    return str(value).encode("utf-8").decode() if isinstance(value, str) else ""


WHOLE: Final = Place()
"""The place of the first part."""


def write_export(database: Database, account: str, host: str, file: IO[bytes], start: Place) -> Place | None:
    """Write the ZIP file of a part of an account; return where the next part begins, None after the last."""
    room, following = PART_BYTES, None
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, name in islice(enumerate(OWN), start.kind, None):
            mark = start.after if kind == start.kind else None
            with archive.open(f"{name}.jsonl", "w") as raw, TextIOWrapper(raw, "utf-8", newline="\n") as lines:
                for found in own_rows(database, name, account, mark):
                    if room <= 0:
                        following = Place(start.part + 1, kind, mark)
                        break
                    room, mark = room - _write(lines, found), found.mark
            if following is not None:
                break
        archive.writestr(
            "README.txt", _README.format(host=host) + (_MORE.format(part=start.part) if following else "")
        )
    return following


def _write(lines: IO[str], found: OwnRow) -> int:
    """Write a row, if it is one of the account's; return the bytes that it counts as, with those passed by."""
    passed = found.passed * _STEP_BYTES
    if found.row is None:
        return passed
    return passed + _ROW_BYTES + lines.write(json.dumps(found.row, ensure_ascii=False) + "\n")
