"""Who runs it, how it does, and by which rules: true of this registry, and of one that says nothing about itself."""

import pytest

from registry.model.dispute import DisputeRequest
from registry.web.charts import bar_chart
from tests.registry.studio import SHA

PAGES = ("/about", "/governance", "/terms", "/stats", "/status", "/developers", "/ai-companies")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_says_something_in_each_language(visitor, path, language):
    visitor.open(f"{path}?lang={language}")
    assert visitor.page.html["lang"] == language
    assert len(visitor.text) > 100
    assert any(ord(letter) > 0x3000 for letter in visitor.page.h1.get_text()) is (language == "ja")


def test_the_figures_are_those_of_the_log_and_stand_in_words_beside_each_bar(
    visitor, studio, rival, zone, registry
):
    studio.prove(zone, studio.declare(("domain", "example.com"), ("sha256", SHA)))
    dropped = rival.declare(("md5", "0" * 32))
    rival.declare(("url", "https://example.org/a"))
    registry.erasure.erase(dropped.id)
    visitor.open("/stats")
    named = {row.dt.get_text(): row.dd.get_text() for row in visitor.page.select(".figures > div")}
    assert named == {
        "Declarations in force": "2",
        "People and organisations that declare": "2",
        "Of these, proved control of a place": "1",
        "Works": "0",
    }
    charts = [
        {row.th.get_text(): row.td.get_text() for row in table.select("tbody tr")}
        for table in visitor.page.select("table.chart")
    ]
    assert charts[0] == {"2027-01": "3"}
    assert charts[1] == {"Proved": "1", "Stated, not checked": "2"}
    assert (charts[2]["Websites"], charts[2]["Exact files"], charts[2]["Web addresses"]) == ("1", "1", "1")
    for table in visitor.page.select("table.chart"):
        assert table.caption.get_text()
        assert all(drawing["aria-hidden"] == "true" for drawing in table.select("svg"))
        assert not table.select("[style]")


def test_a_bar_is_as_long_as_its_number_and_only_nothing_has_none():
    chart = bar_chart("x", [("all", 2_000), ("half", 1_000), ("hardly any", 1), ("nothing", 0)])
    assert [bar.share for bar in chart.bars] == [100, 50, 0.5, 0]
    assert [bar.share for bar in bar_chart("x", [("nothing", 0)]).bars] == [0]


def test_what_charts_say_is_no_drawing_and_so_never_smaller_than_other_words(visitor, studio, registry):
    studio.declare(("sha256", SHA))
    registry.search.statistics.count()
    assert visitor.open("/stats").page.select("table.chart svg")
    assert not visitor.page.select("svg text")


def test_figures_are_counted_anew_by_the_loop_and_not_by_a_request(visitor, studio, registry):
    visitor.open("/stats")
    made = studio.declare(("sha256", SHA))
    registry.disputes.make(made.id, DisputeRequest("other", "x", "v@example.net"))
    assert "Nobody has disputed" in visitor.open("/stats").text
    registry.search.statistics.count()
    assert "Received: 1" in visitor.open("/stats").text


def test_the_status_says_when_nothing_is_taken(visitor, registry, monkeypatch):
    assert "The registry works." in visitor.open("/status").text
    monkeypatch.setattr(type(registry), "not_ready", lambda self: "the disk is full at /secret/path")
    assert "takes no declarations right now" in visitor.open("/status").text
    assert "/secret/path" not in visitor.text


def test_a_registry_that_says_nothing_of_itself_says_so(visitor):
    assert "has not said who they are" in visitor.open("/about").text
    assert "no terms of their own" in visitor.open("/terms").text
    assert "no text about who oversees them" in visitor.open("/governance").text


class TestTexts:
    """Texts of the operator's own."""

    @pytest.fixture
    def settings(self, tmp_path):
        (tmp_path / "terms.txt").write_text("First <b>rule</b>.\nIt goes on.\n\nSecond rule.\n")
        (tmp_path / "terms.ja.txt").write_text("第一条。\n\n第二条。\n")
        return {
            "operator": "Rights Foundation",
            "operator_address": "1-1 Chiyoda, Tokyo",
            "terms_file": tmp_path / "terms.txt",
            "governance_file": tmp_path / "missing.txt",
        }

    def test_they_are_shown_as_text_in_the_language_of_the_page(self, visitor):
        assert "Rights Foundation" in visitor.open("/about").text
        visitor.open("/terms")
        assert [each.get_text() for each in visitor.page.select("main > p")][:2] == [
            "First <b>rule</b>. It goes on.",
            "Second rule.",
        ]
        assert "第一条。" in visitor.open("/terms?lang=ja").text
        assert "no text about who oversees them" in visitor.open("/governance").text
