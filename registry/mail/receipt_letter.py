# ruff: noqa: RUF001  # Japanese has its own parentheses
"""The letter that holds the receipt of a declaration, in English and Japanese, the site first."""

from typing import Final

from sqlite_utils import Database

from registry.mail.language import filled
from registry.mail.notices import called
from registry.model.declaration import Declaration
from registry.store.queued_mail import insert_letter

_RECEIPT: Final = (
    "{what}: receipt of declaration {id} / 宣言の受領証",
    """This is the receipt of your declaration for {what} (number {id}):
{page}

It shows what you declared and when. Keep this letter. To verify the receipt without this registry, copy the text
between the two lines into a file: {page_of_verification}
The same as a PDF to print: {page}/certificate.pdf
\f
{what} についての宣言（番号 {id}）の受領証です。
{page}

宣言の内容と日時を示します。このメールを保管してください。
登録簿によらずに検証するには、2本の線の間をファイルに保存してください。検証の方法：{page_of_verification}
印刷用のPDF：{page}/certificate.pdf
\f
--------------------------------------------------------------------------------
{receipt}
--------------------------------------------------------------------------------
""",
)


def queue_receipt(database: Database, declaration: Declaration, receipt: bytes, now: int, public_url: str) -> None:
    """Promise the letter with a receipt, which is the text of a `.tlog-proof` file, to whoever declared."""
    values = {
        "what": called(declaration.record),
        "id": declaration.id,
        "page": f"{public_url}/d/{declaration.id}",
        "page_of_verification": f"{public_url}/verify",
        "receipt": receipt.decode().rstrip("\n"),
    }
    insert_letter(database, declaration.id, declaration.party, *filled(_RECEIPT, public_url, **values), now)
