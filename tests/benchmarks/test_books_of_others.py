"""Books in a folder are told apart by package and language, and compared with one another."""

import gzip

from benchmarks import books_of_others

SENTENCES = "".join(
    f"The {n}th keeper counted {n * 7919 % 1000} lamps along the northern shore. " for n in range(900)
)
OTHERS = "".join(f"Number {n} of the caravans carried {n * 6101 % 1000} jars of salt. " for n in range(900))


def test_a_book_that_quotes_another_is_named(tmp_path, capsys):
    for name, text in (
        ("one_1.deb", SENTENCES),
        ("two_1.deb", OTHERS + SENTENCES[:2000]),
        ("three_1.deb", OTHERS[::-1]),
    ):
        folder = tmp_path / name / "usr" / "share" / "doc"
        folder.mkdir(parents=True)
        (folder / "chapter.txt.gz").write_bytes(gzip.compress(text.encode()))
        (folder / "copyright").write_text("Everybody's. " * 9000)
    assert books_of_others.main(["--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "two en for one en" in printed
    assert "3 books, 2 of 6 pairs decide" in printed
