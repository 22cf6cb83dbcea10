"""Books and pages in a folder are told apart by package and language, and compared with those of other projects."""

import gzip

from benchmarks import texts_of_others
from benchmarks.documents import PACKAGES, project_of
from tools.common_passages import DEBIAN

SENTENCES = "".join(
    f"The {n}th keeper counted {n * 7919 % 1000} lamps along the northern shore. " for n in range(900)
)
OTHERS = "".join(f"Number {n} of the caravans carried {n * 6101 % 1000} jars of salt. " for n in range(900))


def test_a_text_that_quotes_another_project_is_named(tmp_path, capsys):
    for name, text in (
        ("one-doc_1.deb", SENTENCES),
        ("one-ja_1.deb", SENTENCES),
        ("two_1.deb", OTHERS + SENTENCES[:2000]),
        ("three_1.deb", OTHERS[::-1]),
    ):
        folder = tmp_path / name / "usr" / "share" / "doc"
        folder.mkdir(parents=True)
        (folder / "chapter.txt.gz").write_bytes(gzip.compress(text.encode()))
        (folder / "page.html").write_text(f"<main>{text[-2500:]}</main>")
        (folder / "copyright").write_text("Everybody's. " * 9000)
    assert texts_of_others.main(["--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "two en for one-doc en" in printed
    assert "one-ja en for one-doc en" not in printed
    assert "two page.html for one-doc page.html" in printed
    assert "4 pages of 3 projects: 4 of 10 pairs" in printed
    assert "4 books of 3 projects: 4 of 10 pairs of different ones decide" in printed


def test_translations_and_editions_are_of_one_project():
    assert [project_of(name) for name in ("debian-faq-ja", "maint-guide", "jargon-text", "lilypond-doc-html-ja")] == [
        "debian", "debian", "jargon", "lilypond",
    ]  # fmt: skip


def test_what_is_measured_is_not_what_the_list_is_made_of():
    assert not set(PACKAGES) & set(DEBIAN)
