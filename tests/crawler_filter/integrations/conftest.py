"""A synced snapshot on disk, with a rule of every kind that the tools' table meets."""

import time
from pathlib import Path

import pytest

from crawler_filter.sync.update import sync
from tests.simulators.published import URL, PublishedRegistry, scope


@pytest.fixture(scope="package")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `snapshot` that was synced, and its `trust` file."""
    from tests.crawler_filter.integrations.tools import WORK

    folder = tmp_path_factory.mktemp("synced")
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example"), scope("host", "host.example"))
    published.declare(scope("prefix", "pages.example/art/"), scope("url", "one.example/only?q=1"))
    published.declare(scope("domain", "xn--e1yx33d.example"), scope("sha1", WORK.hex()))
    published.publish()
    sync(folder / "snapshot", URL, published.trust, transport=published, now=time.time())
    (folder / "trust").write_bytes(published.trust.encode())
    return folder
