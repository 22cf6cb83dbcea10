# ruff: noqa: RUF001  # Japanese has its own punctuation
"""The court file for people, in two languages: what was declared, by which statement, and what was granted."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from crawler_filter.errors import MissingExtraError
from crawler_filter.evidence.gathering import Gathered
from crawler_filter.evidence.statements import statement_lines
from crawler_filter.formats.grant import Grant
from crawler_filter.formats.receipt import MAX_SHOWN
from crawler_filter.formats.record import Record, rfc3339

_FONT: Final = "HeiseiKakuGo-W5"
_NOTE_EN: Final = (
    "This sheet repeats what the receipts in this folder prove; they count, not this sheet. To verify them, get"
    " the trust file from the registry's operators by a way that you believe, and run:"
    " python verify.py . TRUST-FILE"
)
_NOTE_JA: Final = (
    "この書面は、同じフォルダー内の受領証が証明する内容をまとめたものです。根拠となるのは受領証であり、"
    "この書面ではありません。検証するには、信頼できる経路で登録簿の運営者から信頼ファイルを入手し、"
    "python verify.py . 信頼ファイル を実行してください。"
)


def lines(gathered: Gathered) -> Iterator[str]:
    """Yield the sheet's lines, an empty one between its parts."""
    verified, shown = gathered.verified, gathered.shown
    yield f"Evidence of declaration {verified.leaf.id} / 宣言 {verified.leaf.id} に関する証拠"
    yield ""
    yield f"Log / ログ: {verified.checkpoint.origin}, {verified.checkpoint.size} entries / 件"
    yield f"Logged / 記録日時: {verified.leaf.time} (entry / 番号 {verified.index}, {verified.leaf.type})"
    yield f"Entries of its history, each proved / 証明付きの履歴: {gathered.leaves}"
    yield f"State now / 現在の状態: {shown.get('state')}"
    record = verified.record
    if record is None:
        yield "What it said was erased, or it states nothing / 内容は消去されたか、何も表明していません"
    else:
        yield f"Party / 宣言者: {record.party_name or record.party} ({record.capacity}){_checked(record, shown)}"
        yield f"Authority statement accepted / 同意した権限表明の版: {record.statement}"
        yield from statement_lines(record.statement)
        yield ""
        yield "Scopes / 対象:"
        for scope in record.scopes:
            said = ", ".join(f"{usage} {preference}" for usage, preference in scope.preferences.items())
            value = scope.value if len(scope.value) <= MAX_SHOWN else f"{scope.value[:MAX_SHOWN]}…"
            yield f"- {scope.kind} {value}: {said} ({scope.assurance})"
    yield ""
    yield from _proofs(shown)
    yield ""
    yield "Grants / 許諾:"
    yield from map(_granted, gathered.grants)
    if not gathered.grants:
        yield "- none / なし"
    yield ""
    yield _NOTE_EN
    yield _NOTE_JA


def _granted(grant: Grant) -> str:
    last = grant.until if grant.ended is None else grant.ended
    end = "-" if last is None else rfc3339(last)
    return f"- {grant.id}: {grant.client_id}, {', '.join(grant.usages)}, {rfc3339(grant.start)} – {end}"


def _checked(record: Record, shown: Mapping[str, Any]) -> str:
    """Return what was checked of the party beside its name, which is what somebody typed."""
    if record.party_name is None:
        return ""
    places = ", ".join(shown.get("party_controls", ()))
    return f"; controls / 管理を確認済み: {places}" if places else "; name not checked / 名称は未確認"


def _proofs(shown: Mapping[str, Any]) -> Iterator[str]:
    """Yield how control was proved, as the registry shows it now; what it saw is named by its digest."""
    yield "Proofs of control, as the registry shows them now / 管理の証明（登録簿の現在の表示）:"
    for proof in shown.get("proofs", ()):
        said = {name: proof.get(name) for name in ("target", "method", "asked", "seen", "digest", "address")}
        yield "- {target}: {method}, asked / 依頼 {asked}, last seen / 最終確認 {seen}".format(**said)
        yield "  SHA-256 {digest}, from / 取得元 {address}".format(**said)
    if not shown.get("proofs"):
        yield "- none shown / 表示なし"


def pdf(text: list[str]) -> bytes:
    """Return the sheet as a PDF; the same lines give the same bytes. Raises MissingExtraError."""
    try:
        from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - an optional dependency
        from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
        from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
        from reportlab.platypus import Paragraph, SimpleDocTemplate  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("a PDF needs the extra evidence: pip install training-optout[evidence]") from error
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    style = ParagraphStyle("text", fontName=_FONT, fontSize=9.5, leading=15, wordWrap="CJK")
    sink = BytesIO()
    document = SimpleDocTemplate(sink, pagesize=A4, title=text[0], lang="ja", invariant=1)
    document.build([Paragraph(escape(line) or "&nbsp;", style) for line in text])
    return sink.getvalue()
