# ruff: noqa: RUF001 - full-width marks are what is tested
"""Notes of Aozora Bunko, terms of sites and sentences of shops, from which the list of shared texts is made."""

import subprocess
from pathlib import Path

import pytest

from tools import japanese_frames
from tools.chosen import chosen_of
from tools.japanese_frames import is_measured, notes, of_japanese

SIGNS = "【テキスト中に現れる記号について】\n《》：ルビ\n（例）暮方《くれがた》\n"
COLOPHON = (
    "［＃本文終わり］\n翻訳の底本：A Golden Argosy\n"
    "※この翻訳は、上記のライセンスに従って、訳者に断りなく自由に利用・複製・再配布することができます。\n"
)
TERMS = "登録希望者が当社の定める方法によって利用登録を申請し、当社がこれを承認することによって、利用登録が完了します。"
SHOP = "会員登録手続は、会員となるご本人が行ってください。代理による登録は一切認められません。"
READ = [author for author in map("{:06}".format, range(40)) if not is_measured(author)]


def book(author: str) -> str:
    words = "".join(f"第{n}の夜、{author}番の灯台守は{n * 7}隻の船を数えた。\n" for n in range(60))
    return f"題\n\n{'-' * 55}\n{SIGNS}{'-' * 55}\n\n{words}\n\n{COLOPHON}"


def commit(repository: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_bytes(content)
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@site.example"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Files"]):
        subprocess.run([*git, *command], check=True)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a library of several authors, two sites with terms of one template, and a shop's sentences."""
    books = {f"cards/{author}/files/{n}.txt": book(author).encode("cp932") for author in READ for n in range(8)}
    commit(tmp_path / "a+library", books)
    for site in ("one", "two"):
        page = f"<h1>{site}の利用規約</h1><p>{TERMS}</p><p>{site}だけが定める{site}のための約束がここに並ぶ。</p>"
        commit(tmp_path / f"a+{site}", {"terms.html": page.encode()})
    commit(tmp_path / "a+shops", {"help.twig": f"{{% block main %}}{{{{ 'title'|trans }}}}{SHOP}".encode()})
    monkeypatch.setattr(japanese_frames, "LIBRARY", ("a/library", "HEAD"))
    monkeypatch.setattr(japanese_frames, "SITES", {f"a/{site}": ("HEAD", "terms") for site in ("one", "two")})
    monkeypatch.setattr(japanese_frames, "SHOPS", ("a/shops", "HEAD", r"\.twig\Z"))
    return tmp_path


def test_what_a_file_says_about_itself_is_told_from_the_work():
    assert notes(book("000001")).strip("-\n") == f"{SIGNS}\n{COLOPHON}".strip("\n")
    assert notes("A work alone.\n" * 40) == ""


def test_notes_terms_and_sentences_that_several_have_are_listed_and_nobodys_words_are(folder):
    found = set(of_japanese(folder).tolist())
    for shared in (COLOPHON.partition("※")[2], TERMS, SHOP):
        assert set(chosen_of(shared).tolist()) <= found
    for own in (
        f"第7の夜、{READ[0]}番の灯台守は49隻の船を数えた。",
        "oneだけが定めるoneのための約束がここに並ぶ。",
    ):
        assert not set(chosen_of(own).tolist()) & found
