"""Every section at a tiny size, so that the benchmarks still run on the day somebody needs a figure."""

import json

import pytest

from benchmarks.__main__ import SECTIONS, main, measure
from benchmarks.bench import Scale
from benchmarks.naive import is_reserved
from benchmarks.peers import python_set
from benchmarks.report import Report, at_least_times, at_most
from benchmarks.rules import names, rule, urls

TINY = Scale.of(400)
LONG = ("http", "mask", "integrations", "text")
"""Sections that take seconds at any size."""
SHORT = ("exact", "publish", "feed", "copies")
"""Sections of every run."""


def _marks(section):
    if section in LONG:
        return pytest.mark.slow
    return () if section in SHORT else pytest.mark.whole


@pytest.mark.parametrize("section", [pytest.param(name, marks=_marks(name)) for name in SECTIONS])
def test_a_section_runs_and_finds_no_wrong_answer(section):
    if needed := {"mask": "pyarrow", "integrations": "pyarrow", "names": "ahocorasick_rs"}.get(section):
        pytest.importorskip(needed)
    report = measure(TINY, [section])
    assert {figure.section for figure in report.figures} == {section}
    assert report.wrong == []


def test_the_command_prints_the_table_and_writes_the_figures(tmp_path, capsys):
    file = tmp_path / "figures.json"
    assert main(["--rules", "400", "--only", "crowd", "--json", str(file)]) == 0
    figures = json.loads(file.read_text())["figures"]
    assert [figure["section"] for figure in figures] == ["crowd", "crowd"]
    assert "crowd" in capsys.readouterr().out


def test_a_wrong_answer_fails_the_run_and_a_missed_target_does_not(monkeypatch, capsys):
    def slow_but_right(bench, report):
        report.add("check", "slow", 3.0, "µs", at_most(1))

    def wrong(bench, report):
        report.require("check", "match", 1)

    monkeypatch.setattr("benchmarks.__main__.SECTIONS", {"check": slow_but_right})
    assert main(["--rules", "400"]) == 0
    assert "missed" in capsys.readouterr().out
    monkeypatch.setattr("benchmarks.__main__.SECTIONS", {"check": wrong})
    assert main(["--rules", "400"]) == 1
    assert "check: match: 1 wrong" in capsys.readouterr().out


def test_the_rules_are_all_different_and_the_same_in_every_run():
    assert len(set(names(50_000))) == 50_000
    assert [rule(number)[1] for number in (0, 14, 17)] == [
        "baba.baba-studio.com",
        "tevu.pese-studio.jp/caru/livapahu/",
        "mivo-rifu.io/cibi/dotu-rasi-17.jpg",
    ]


def test_the_naive_reference_and_the_set_behind_the_canonical_form_agree():
    stated = frozenset(names(2_000))
    check = python_set(stated)
    found = urls(2_000, 5_000, per_site=1.15, seed=5, hits=0.3, near_misses=0.3)
    reserved = [is_reserved(url, stated) for url in found]
    assert [check(url) for url in found] == reserved
    assert 0.2 < sum(reserved) / len(found) < 0.5


def test_a_ratio_is_judged_by_the_ratio_and_a_figure_by_itself():
    report = Report()
    report.add("check", "ratio", 9.0, "µs", at_least_times(2), 2.5, "ours")
    report.add("check", "figure", 9.0, "µs", at_most(2), 2.5, "ours")
    assert [figure.verdict for figure in report.figures] == ["met", "missed"]
