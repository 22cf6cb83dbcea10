"""A step whose fields were named by mistake fails, in place of dropping every document."""

from pathlib import Path

import pytest

from crawler_filter.errors import DataError
from tests.crawler_filter.integrations.tools import opened

data = pytest.importorskip("datatrove.data", reason="the datatrove extra is not installed")
steps = pytest.importorskip("crawler_filter.integrations.datatrove", reason="it needs pyarrow, too")


def documents(*metadata: dict[str, str]) -> list[object]:
    return [data.Document(text="x", id=str(place), metadata=each) for place, each in enumerate(metadata)]


def test_documents_without_the_field_fail_the_task(synced: Path) -> None:
    step = steps.OptOutFilter(opened(synced), url_key="source", batch_size=2)
    with pytest.raises(DataError, match="no document has source in its metadata: name the fields with url_key="):
        list(step.run(iter(documents({"url": "https://free.example/"}, {"url": "https://free.example/"}))))


def test_one_document_without_it_among_others_is_not_checked(synced: Path) -> None:
    step = steps.OptOutFilter(opened(synced), batch_size=2)
    given = documents({}, {"url": "https://free.example/"}, {}, {}, {"url": "https://reserved.example/"})
    assert [document.id for document in step.run(iter(given))] == ["1"]
    assert step.summary.reasons == {"unchecked.asset": 3, "registry.domain": 1}


def test_a_digest_alone_is_a_field(synced: Path) -> None:
    step = steps.OptOutFilter(opened(synced), digest_keys={"sha1": "digest"})
    assert [document.id for document in step.run(iter(documents({"digest": "00" * 20})))] == ["0"]
