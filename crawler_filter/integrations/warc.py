"""The filter for WARC files, read by warcio or fastwarc. Payload digests suffice: bodies are looked at if asked.

    for record, decision in records("crawl.warc.gz", optout): ...
    ArchiveIterator(stream, func_filter=predicate(optout))           # fastwarc

Common Crawl's `WARC-Payload-Digest` is the SHA-1 of the body.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.formats.warc_targets import address_of, is_of_the_crawler
from crawler_filter.integrations.gate import require_checked
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.removed import removed_of_run
from crawler_filter.integrations.summary import Summary

__all__ = ["Judge", "predicate", "records", "rewrite"]

_DIGESTS: Final = ("sha1", "sha256", "md5")
_OF_THE_FILE: Final = ("warcinfo", "arc_header")
"""Records that say how a file was made. Every other one, of kinds to come too, is about what was fetched."""
_OF_ARC: Final = "uri"
"""What warcio calls the address in a record of the older ARC format."""
_ANSWERS: Final = ("response", "revisit")
_BODIES: Final = ("response", "resource")


class Judge:
    """Judges records. With `content` bodies are compared with registered works; that reads them."""

    def __init__(self, optout: Filter, *, content: bool = False) -> None:
        self.summary = Summary.of(optout.policy)
        self._optout = optout
        self._content = content

    def of_warcio(self, record: Any) -> Decision | None:
        """Return the decision for one record of warcio; None for one that is about no address."""
        header, http = record.rec_headers.get_header, record.http_headers
        kind, known = _kind(header) or record.rec_type, {}
        if kind in _OF_THE_FILE:
            return None
        if kind in _ANSWERS and http is not None:
            known = {"headers": http.headers, "status": _status(http.get_statuscode())}
        if self._content and kind in _BODIES:
            known["content"] = _body(record)
        return self._judge(header("WARC-Target-URI") or header(_OF_ARC), header("WARC-Payload-Digest"), known)

    def of_fastwarc(self, record: Any) -> Decision | None:
        """Return the decision for one record of fastwarc; None for one that is about no address."""
        header, http = record.headers.get, record.http_headers
        kind, known = _kind(header), {}
        if kind in _OF_THE_FILE:
            return None
        if kind in _ANSWERS and http is not None:
            known = {"headers": list(http.astuples()), "status": http.status_code}
        if self._content and kind in _BODIES:
            known["content"] = _body_of_fastwarc(record)
        return self._judge(header("WARC-Target-URI"), header("WARC-Payload-Digest"), known)

    def _judge(self, url: str | None, digest: str | None, known: dict[str, Any]) -> Decision | None:
        url = url and address_of(url)
        if url and is_of_the_crawler(url):
            return None
        label, colon, _ = (digest or "").lower().partition(":")
        kind = label if colon else "sha1"  # what Common Crawl's index has without a label
        named: dict[str, Any] = {kind: digest} if digest and kind in _DIGESTS else {}
        return self.summary.add(require_checked(self._optout.check(url, **named, **known)), url)


def records(
    source: str | Path | Iterable[Any], optout: Filter, *, content: bool = False, judge: Judge | None = None
) -> Iterator[tuple[Any, Decision | None]]:
    """Yield each record of a file, or of warcio's iterator, with its decision; None where it has no address.

    Records of an ARC file come as those of WARC.

    With `content` a record's stream can be read once more. Raises NotCheckedError.
    """
    judge = judge or Judge(optout, content=content)
    if isinstance(source, (str, Path)):
        with installed("warc"):
            from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415

        with Path(source).open("rb") as stream:
            for record in ArchiveIterator(stream, arc2warc=True):
                yield record, judge.of_warcio(record)
    else:
        for record in source:
            yield record, judge.of_warcio(record)


def predicate(optout: Filter, *, content: bool = False) -> Callable[[Any], bool]:
    """Return a test for fastwarc's `func_filter`: True for records to keep."""
    judge = Judge(optout, content=content)

    def keeps(record: Any) -> bool:
        decision = judge.of_fastwarc(record)
        return decision is None or decision.keep

    keeps.summary = judge.summary  # type: ignore[attr-defined]
    return keeps


def rewrite(
    source: str | Path,
    target: str | Path,
    optout: Filter,
    *,
    removed_to: str | Path | None = None,
    content: bool = False,
) -> Summary:
    """Write a WARC file anew without what is not kept; return the summary. It is renamed into place when whole.

    `removed_to` names a file of one JSON line for each removed record. Raises FileExistsError where it is there
    already.
    """
    with installed("warc"):
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415

    judge, part = Judge(optout, content=content), Path(f"{target}.part")
    with removed_of_run(removed_to) as removed:
        with part.open("wb") as stream:
            writer = WARCWriter(stream, gzip=str(target).endswith(".gz"))
            for record, decision in records(source, optout, judge=judge):
                if decision is None or decision.keep:
                    writer.write_record(record)
                if decision is not None and not decision.would_keep and removed is not None:
                    removed.write(decision, url=record.rec_headers.get_header("WARC-Target-URI"))
        part.rename(target)
    return judge.summary


def _kind(header: Callable[[str], Any]) -> str:
    """Return what a record says that it is. How fastwarc spells its own word for that depends on its version."""
    return str(header("WARC-Type") or "").strip().lower()


def _status(code: str | None) -> int | None:
    return int(code) if code and code.isdigit() else None


def _body_of_fastwarc(record: Any) -> bytes:
    """Read a record's body, and go back to where it begins: whoever filters by it reads it next."""
    record.freeze()
    body: bytes = record.reader.read()
    record.reader.seek(0)
    return body


def _body(record: Any) -> bytes:
    """Read a record's body, and put it back."""
    from io import BytesIO  # noqa: PLC0415

    body: bytes = record.raw_stream.read()
    record.raw_stream = BytesIO(body)
    return body
