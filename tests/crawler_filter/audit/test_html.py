"""The page of a report stands alone: it asks no server for anything, and shows nobody's markup."""

import re
from pathlib import Path

import pytest

from crawler_filter.audit.html import page

HOSTILE = '"><script>alert(1)</script><img src=https://evil.example/x>'


def report(**changes: object) -> dict[str, object]:
    made = {
        "policy": {"name": "opt-out train-ai", "keep_unknown": True, "keep_unavailable": False},
        "snapshots": [
            {
                "origin": "registry.example",
                "sequence": 7,
                "log_size": 70,
                "root": "r",
                "issued": 1,
                "first_use": False,
            }
        ],
        "looked_at": {"limit": None, "sample": 1.0},
        "columns": [{"url": "url"}],
        "columns_by_hand": [],
        "rows": 1000,
        "kept": 900,
        "removed": 100,
        "unchecked": 10,
        "by_reason": {"registry.domain": 90, "unchecked.asset": 10},
        "by_source": {"registry.example": 90},
        "by_domain": [{"domain": f"d{number}.example", "rows": 90 - number} for number in range(40)],
        "domains": 40,
        "by_declaration": [{"page": "https://registry.example/d/abc", "rows": 90}],
        "declarations": 1,
        "by_cause": {"not a URL": 10},
        "released": 0,
        "works": [{"entry": "domain a.example", "rows": 3, "removed": 1, "example": "https://a.example/1"}],
        "works_list": {"entries": 2, "refused": 0, "named": []},
        "files": [{"name": "a.parquet", "bytes": 5, "rows": 1000, "kept": 900}],
        "file_count": 1,
        "run": {"software": "training-optout 1", "started": "2026-11-29T00:00:00Z"},
    }
    return made | changes


def test_it_says_what_was_found() -> None:
    made = page(report())
    assert "Of 1,000 rows, <b>90</b> (9.0 %) may not be used" in made
    assert "<b>10</b> could not be checked" in made
    assert "domain reserved in a registry (registry.domain)" in made
    assert '<a href="https://registry.example/d/abc"' in made
    assert "<summary>20 more</summary>" in made


def test_it_has_no_script_and_asks_nobody_for_anything() -> None:
    made = page(report())
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|url\(|@import|\bsrc=", made)
    assert "default-src 'none'" in made


def test_what_others_wrote_is_text() -> None:
    made = page(
        report(
            by_domain=[{"domain": HOSTILE, "rows": 1}],
            by_declaration=[{"page": f"https://{HOSTILE}", "rows": 1}, {"page": "javascript:alert(1)", "rows": 1}],
            by_cause={HOSTILE: 1},
            works_list={"entries": 1, "refused": 1, "named": [{"place": HOSTILE, "why": HOSTILE}]},
            works=[{"entry": HOSTILE, "rows": 1, "removed": 0, "example": HOSTILE}],
            files=[{"name": HOSTILE, "bytes": 1, "rows": 1, "kept": 1}],
            columns=[{"url": HOSTILE}],
            run={"command": HOSTILE},
        )
    )
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made


def test_a_run_of_nothing_has_a_page() -> None:
    nothing = dict.fromkeys(("rows", "kept", "removed", "unchecked", "domains", "declarations", "file_count"), 0)
    made = page(
        report(**nothing, by_reason={}, by_source={}, by_domain=[], by_declaration=[], by_cause={}, files=[])
    )
    assert "Of 0 rows" in made


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_screen_and_reads_in_light_and_dark(chromium, tmp_path: Path, scheme: str) -> None:
    (tmp_path / "report.html").write_text(page(report()), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "report.html").as_uri())
    assert asked == [(tmp_path / "report.html").as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    ink, ground = (
        tab.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor")
    )
    tab.close()
    dark = sum(map(int, re.findall(r"\d+", ground)[:3])) < sum(map(int, re.findall(r"\d+", ink)[:3]))
    assert dark is (scheme == "dark")
