# ruff: noqa: RUF001  # Japanese has its own parentheses
"""Everything the registry keeps about one account, in one ZIP file for its owner.

Each kind of thing is a file of JSON Lines, one row a line, so that a million declarations need no memory. Times
are unix seconds. Nothing in it opens anything: sessions and tokens are kept as digests, and those are left out.
"""

import json
import zipfile
from io import TextIOWrapper
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


def write_export(database: Database, account: str, host: str, file: IO[bytes]) -> None:
    """Write the ZIP file of an account."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README.format(host=host))
        for name in OWN:
            with archive.open(f"{name}.jsonl", "w") as raw, TextIOWrapper(raw, "utf-8", newline="\n") as lines:
                for row in own_rows(database, name, account):
                    lines.write(json.dumps(row, ensure_ascii=False) + "\n")
