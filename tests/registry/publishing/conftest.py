"""An instance that publishes what was declared in it."""

from pathlib import Path

import pytest

from tests.registry.publishing.instance import make_instance, opened


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    make_instance(tmp_path)
    return tmp_path


@pytest.fixture
def instance(directory: Path):
    with opened(directory) as made:
        yield made
