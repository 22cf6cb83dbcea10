"""What the registry serves is read after a start; what a disk damaged is served no longer, and made anew."""

import pytest

from crawler_filter.errors import DamagedFileError
from crawler_filter.snapshot.pages import SUFFIX
from tests.registry.publishing.instance import make_instance, opened, verify_published, verify_snapshot


@pytest.fixture
def directory(tmp_path):
    make_instance(tmp_path)
    with opened(tmp_path) as instance:
        instance.declare(*range(40))
        instance.publisher()
    return tmp_path


def segments(directory, folder):
    return list((directory / folder).rglob("*.seg"))


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize("folder", ["public", "merged"])
def test_what_is_damaged_while_it_is_served_is_removed_ends_the_process_and_is_made_anew(directory, folder):
    with opened(directory) as instance:
        publisher = instance.publisher()
        publisher.check_files()
        assert publisher.problem() is None
        (path, *_) = segments(directory, folder)
        whole = path.read_bytes()
        damage(path)
        publisher.check_files()
        assert "are damaged" in publisher.problem()
        assert not path.exists()
    with opened(directory) as instance:
        instance.publisher()
        verify_snapshot(instance)
    assert whole in [each.read_bytes() for each in segments(directory, folder)]


@pytest.mark.parametrize("tables", ["kept", "gone"])
@pytest.mark.parametrize("folders", [("public",), ("merged",), ("public", "merged")])
def test_what_was_damaged_before_a_start_is_mended_by_it_or_by_the_next(directory, folders, tables):
    for folder in folders:
        for path in segments(directory, folder):
            damage(path)
    if tables == "gone":
        for path in directory.rglob(f"*{SUFFIX}"):
            path.unlink()
    with opened(directory) as instance:
        instance.publisher().check_files()
    with opened(directory) as instance:
        publisher = instance.publisher()
        publisher.check_files()
        assert publisher.problem() is None
        verify_snapshot(instance)


@pytest.mark.parametrize("size", [40, 600])
def test_files_of_the_log_that_are_damaged_or_gone_are_made_anew_while_it_is_served(directory, size):
    with opened(directory) as instance:
        publisher = instance.publisher()
        instance.declare(*range(100, 100 + size - 40))
        publisher.publish()
        files = [
            path for path in (directory / "public" / "log").rglob("*") if path.is_file() and "tile" in path.parts
        ]
        needed = {path for path in files if verifies_without(instance, path)}
        whole = {path: path.read_bytes() for path in files}
        for path in files:
            damage(path) if len(whole[path]) % 2 else path.unlink()
        publisher.check_files()
        assert publisher.problem() is None
        assert {path for path in needed if path.read_bytes() != whole[path]} == set()
        assert verify_published(instance.files) == size
        publisher.check_files()


def verifies_without(instance, path):
    """Whether a file is one of the newest state: a full tile, or a partial one of this size."""
    return ".p" not in str(path) or path.name == str(instance.size % 256)


def test_a_lookup_that_meets_the_damage_first_is_an_error(directory):
    with opened(directory) as instance:
        publisher = instance.publisher()
        (path,) = segments(directory, "merged")
        content = bytearray(path.read_bytes())
        for place in range(len(content) // 8, len(content)):
            content[place] ^= 0xFF
        with path.open("r+b") as file:
            file.write(content)
        with pytest.raises(DamagedFileError):
            for number in range(40):
                publisher.snapshot().match_url(f"www.site{number}.example/x")
