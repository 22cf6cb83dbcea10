"""The list of what is ordinary is counted, and nothing is rarer than in the more common of two sources."""

from pathlib import Path

import pytest

from tools.background import main, of_captions, of_tags

CAPTIONS = ["a boy in a red scarf", "a girl in a red coat", "two dogs run", "a boy and a dog"]
TAGS = ["1girl,0,700,", "red_scarf,0,100,", "green_eyes,0,350,", "somebody,4,900,"]


def test_shares_are_those_of_captions_and_of_drawings() -> None:
    assert of_captions(CAPTIONS) == {"boy": 0.5, "red": 0.5, "dog": 0.5}
    assert of_tags(TAGS)["green"] == pytest.approx(0.35)
    assert of_tags(TAGS)["scarf"] == pytest.approx(0.1)


def test_the_list_is_written_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "captions").write_text("\n".join(CAPTIONS))
    (tmp_path / "tags").write_text("\n".join(TAGS))
    out = tmp_path / "list"
    monkeypatch.setattr(
        "sys.argv", ["x", str(tmp_path / "captions"), "--tags", str(tmp_path / "tags"), "--out", str(out)]
    )
    main()
    assert out.read_text().splitlines() == ["boy 1", "dog 1", "eye 2", "green 2", "red 1", "scarf 3"]
