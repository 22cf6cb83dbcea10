"""Steps for datatrove pipelines.

    OptOutFilter(optout, exclusion_writer=JsonlWriter("removed/"))

Put it right behind the reader: it is the cheapest step. It answers as datatrove's filters do: True keeps, and
what is dropped is counted and written with its reason.
"""

from typing import Final

from crawler_filter.errors import DataError
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import require_checked
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.removed import COLUMNS
from crawler_filter.integrations.summary import Summary

with installed("datatrove"):
    from datatrove.data import Document, Media
    from datatrove.pipeline.filters.base_filter import BaseFilter
    from datatrove.pipeline.media.filters.base_filter import BaseMediaContentFilter
    from datatrove.pipeline.writers.disk_base import DiskWriter

    from crawler_filter.integrations.rows import judge

__all__ = ["OptOutFilter", "OptOutMediaFilter"]

_TELLING: Final = [name for name in COLUMNS if name != "optout_reason"]


class OptOutFilter(BaseFilter):  # type: ignore[misc]
    """Drops documents whose address or digest is reserved.

    `url_key` and `digest_keys` (`{"sha1": "digest"}`) name what is in `metadata`. The removed document has the
    columns of removed rows in its metadata. A step whose snapshot is too old raises NotCheckedError: the task
    fails, and is not marked as complete. So does one whose first documents have none of the fields: DataError.
    """

    name = "🚫 Opt-out"
    _requires_dependencies = ("pyarrow",)

    def __init__(
        self,
        optout: Filter,
        *,
        url_key: str = "url",
        digest_keys: dict[str, str] | None = None,
        exclusion_writer: DiskWriter | None = None,
        batch_size: int = 1000,
    ) -> None:
        super().__init__(exclusion_writer, batch_size)
        self.optout = optout
        self.summary = Summary.of(optout.policy)
        self._keys = {"urls": url_key} | (digest_keys or {})
        self._keys_are_there = False

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Judge one document."""
        return self._judge([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Judge documents in bulk. Raises DataError where none of the first ones has a field that is judged."""
        names = self._keys.values()
        self._keys_are_there |= any(name in doc.metadata for doc in batch for name in names)
        if batch and not self._keys_are_there:
            raise DataError(
                f"no document has {' or '.join(names)} in its metadata: name the fields with url_key= or"
                " digest_keys="
            )
        return self._judge(batch)

    def _judge(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        given = {argument: [doc.metadata.get(key) for doc in batch] for argument, key in self._keys.items()}
        judged = judge(self.optout, given, self.summary)
        answers: list[bool | tuple[bool, str]] = list(judged.keep.to_pylist())
        for row in judged.removed.to_pylist():
            place = row["row"]
            if answers[place] is False:
                answers[place] = (False, row["optout_reason"])
            batch[place].metadata |= {name: row[name] for name in _TELLING}
        return answers


class OptOutMediaFilter(BaseMediaContentFilter):  # type: ignore[misc]
    """Empties media whose address, page or bytes are reserved: `media_bytes` is looked at where it is there.

    datatrove hands on a file without its document: `page_key` names the page in the file's own metadata.
    """

    name = "🚫 Opt-out of media"

    def __init__(self, optout: Filter, *, content: bool = True, page_key: str = "page_url") -> None:
        super().__init__()
        self.optout = optout
        self.summary = Summary.of(optout.policy)
        self._content = content
        self._page_key = page_key

    def filter(self, media: Media) -> bool | tuple[bool, str]:
        """Judge one file."""
        body = media.media_bytes if self._content else None
        decision = self.optout.check(media.url, found_on=media.metadata.get(self._page_key), content=body)
        self.summary.add(require_checked(decision), media.url)
        return True if decision.keep else (False, decision.reason.value)
