"""The tutorials, done: what they tell the reader to type is typed, and what they show is what comes."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup, Tag

from tests.registry.web.person import fields
from tools.tutorial import Step, Verb, steps

pytestmark = pytest.mark.whole

ROOT = Path(__file__).resolve().parents[1]
TUTORIALS = ROOT / "docs" / "tutorial"
ADDRESS = "127.0.0.1:8080"
"""Where the tutorials say that the registry is."""

PROGRAMS = {
    name: ["-c", f"import sys, {module}; sys.exit({module}.main())"]
    for name, module in (("crawler-filter", "crawler_filter.cli"), ("optout-registry", "registry.cli"))
}


class Terminal:
    """A reader at a machine: `make serve` in the first terminal, everything else in the second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.printed = folder / "terminal-1.txt"
        self._serving: subprocess.Popen[bytes] | None = None

    def here(self, text: str) -> str:
        """What stands in a tutorial, at the address of this test's registry."""
        return text.replace(ADDRESS, self.address)

    def type(self, line: str, shown: str) -> None:
        command, *arguments = shlex.split(self.here(line), comments=True)
        if command == "make":
            assert re.search(rf"^{arguments[0]}:.*\n\t.*optout-registry serve --dev$", makefile(), re.MULTILINE)
            self.serve()
            assert self.wait_for(r".+\n") == self.here(shown)
        elif command != ".":  # which is "source": the test runs in an environment that has everything
            self.wait_until_published()
            program = PROGRAMS.get(command, [])
            done = subprocess.run(
                [sys.executable, *program, *arguments],
                cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.stderr == ""
            assert re.fullmatch(re.escape(self.here(shown)).replace("…", r"\S+"), done.stdout), (line, done.stdout)

    def serve(self) -> None:
        command = [sys.executable, *PROGRAMS["optout-registry"], "serve", "--dev"]
        with self.printed.open("wb") as output:
            self._serving = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stdout=output, stderr=output
            )

    def environment(self) -> dict[str, str]:
        return os.environ | {"REGISTRY_LISTEN": self.address, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    def wait_for(self, pattern: str) -> str:
        """What the first terminal shows, once it does."""
        for _ in range(600):
            if found := re.findall(pattern, self.printed.read_text(encoding="utf-8")):
                return found[-1]
            assert self._serving is None or self._serving.poll() is None, self.printed.read_text(encoding="utf-8")
            time.sleep(0.05)
        raise AssertionError(f"nothing like {pattern} in: {self.printed.read_text(encoding='utf-8')}")

    def wait_until_published(self) -> None:
        """A reader is slower than the registry, which publishes once a second."""
        for _ in range(600):
            taken = requests.get(f"http://{self.address}/readyz", timeout=30).json()["log_size"]
            if f"\nlog {taken} " in requests.get(f"http://{self.address}/snapshot/manifest", timeout=30).text:
                return
            time.sleep(0.05)
        raise AssertionError("what was declared is not published")

    def close(self) -> None:
        if self._serving is not None:
            self._serving.terminate()
            self._serving.wait(timeout=60)


class Browser:
    """A browser that runs no script, and finds fields and buttons by what a reader sees."""

    def __init__(self, language: str) -> None:
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = language
        self._url = ""
        self._page = BeautifulSoup("", "lxml")
        self._typed: dict[str, object] = {}

    @property
    def text(self) -> str:
        return words(self._page.main, " ")

    def open(self, url: str) -> None:
        self._show(self._session.get(url, timeout=30))

    def fill(self, label: str, text: str) -> None:
        self._typed[self._field(label)["name"]] = text

    def choose(self, label: str, question: str) -> None:
        field = self._field(label, question)
        self._typed[field["name"]] = field["value"]

    def _field(self, label: str, question: str = "") -> Tag:
        found = [
            each
            for each in self._page.select("main label")
            if words(each) == label and (not question or words(each.find_parent("fieldset").legend) == question)
        ]
        assert len(found) == 1, f"{len(found)} fields are called {label!r}: {self.text}"
        return self._page.find(id=found[0]["for"])

    def press(self, name: str) -> None:
        buttons = [each for each in self._page.select("main button, main a") if words(each) == name]
        assert buttons, f"there is no {name!r}: {self.text}"
        if buttons[0].name == "a":
            self.open(urljoin(self._url, buttons[0]["href"]))
            return
        form = buttons[0].find_parent("form")
        sent, self._typed = fields(form) | self._typed, {}
        scheme, host, *_ = urlsplit(self._url)
        ours = {"Origin": f"{scheme}://{host}", "Sec-Fetch-Site": "same-origin"}
        target = urljoin(self._url, form.get("action") or self._url)
        if form.get("method", "get") == "get":
            self._show(self._session.get(target, params=sent, timeout=30))
        else:
            self._show(self._session.post(target, data=sent, headers=ours, timeout=30))

    def _show(self, answer: requests.Response) -> None:
        self._url, self._page = answer.url, BeautifulSoup(answer.text, "lxml")
        assert answer.ok, f"{answer.url}: {answer.status_code} {self.text}"


def words(tag: Tag, between: str = "") -> str:
    return " ".join(tag.get_text(between).split())


def makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def do(step: Step, terminal: Terminal, browser: Browser) -> None:
    match step.verb:
        case Verb.RUN:
            terminal.type(step.what, step.text)
        case Verb.SAVE:
            (terminal.folder / step.what).write_text(step.text, encoding="utf-8")
        case Verb.OPEN:
            terminal.wait_until_published()
            browser.open(terminal.here(step.what))
        case Verb.LETTER:
            browser.open(terminal.wait_for(rf"http://{re.escape(terminal.address)}/sign-in/\S+"))
        case Verb.TYPE:
            browser.fill(step.what, step.text)
        case Verb.CHOOSE:
            browser.choose(step.what, step.text)
        case Verb.PRESS:
            browser.press(step.what)
        case Verb.SEE:
            assert terminal.here(step.what) in browser.text
        case Verb.PICTURE:
            assert 0 < (TUTORIALS / step.what).stat().st_size < 60_000, step.what


@pytest.mark.parametrize(
    ("page", "language"),
    [("first-filter.md", "en"), ("first-declaration.md", "en"), ("first-declaration.ja.md", "ja")],
)
def test_a_tutorial_does_what_it_says(page: str, language: str, terminal: Terminal) -> None:
    browser = Browser(language)
    done = list(steps((TUTORIALS / page).read_text(encoding="utf-8")))
    assert sum(step.verb is Verb.PRESS for step in done) >= 10
    for step in done:
        do(step, terminal, browser)
