"""Take the pictures of the tutorials anew: `python -m tools.screenshots`.

Does in Chromium what each tutorial tells the reader to do, on an empty registry of its own, and takes a picture
wherever the tutorial shows one. Chromium comes from the system (Debian: `apt-get install chromium`).
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import requests
from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tools.tutorial import Step, Verb, steps

TUTORIALS: Final = Path(__file__).resolve().parents[1] / "docs" / "tutorial"
PAGES: Final = {"first-declaration.md": "en", "first-declaration.ja.md": "ja"}
ADDRESS: Final = "127.0.0.1:8080"
WINDOW: Final[ViewportSize] = {"width": 760, "height": 620}
COLOURS: Final = 32


@contextmanager
def registry() -> Iterator[Path]:
    """Serve an empty registry at the tutorials' address; the file that is yielded is what its terminal shows."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = Path(folder, "terminal.txt")
        command = [sys.executable, "-c", "from registry.cli import main; main()", "serve", "--dev"]
        environment = os.environ | {"PYTHONPATH": str(TUTORIALS.parents[1]), "PYTHONUNBUFFERED": "1"}
        with terminal.open("wb") as output:
            server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(terminal, "The registry is at")
            yield terminal
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_for(terminal: Path, pattern: str) -> str:
    for _ in range(1200):
        if found := re.findall(pattern, terminal.read_text(encoding="utf-8")):
            return str(found[-1])
        time.sleep(0.1)
    raise TimeoutError(f"the registry did not show {pattern}: {terminal.read_text(encoding='utf-8')}")


def _wait_until_published() -> None:
    taken = requests.get(f"http://{ADDRESS}/readyz", timeout=30).json()["log_size"]
    while f"\nlog {taken} " not in requests.get(f"http://{ADDRESS}/snapshot/manifest", timeout=30).text:
        time.sleep(0.1)


def _do(step: Step, page: Page, terminal: Path) -> None:
    main = page.get_by_role("main")
    match step.verb:
        case Verb.OPEN:
            _wait_until_published()
            page.goto(step.what)
        case Verb.LETTER:
            page.goto(_wait_for(terminal, rf"http://{re.escape(ADDRESS)}/sign-in/\S+"))
        case Verb.TYPE:
            main.get_by_label(step.what, exact=True).fill(step.text)
        case Verb.CHOOSE:
            where = main.get_by_role("group", name=step.text) if step.text else main
            where.get_by_role("radio", name=step.what, exact=True).check()
        case Verb.PRESS:
            main.get_by_role("button", name=step.what, exact=True).click()
        case Verb.PICTURE:
            _take(page, TUTORIALS / step.what)


def _take(page: Page, file: Path) -> None:
    """Write what the window shows, in few colours: a page of ours has no more."""
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shown.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file.relative_to(TUTORIALS.parent), file.stat().st_size)


def main() -> int:
    """Take every picture of every tutorial."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("screenshots: install Chromium (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        for name, language in PAGES.items():
            with registry() as terminal:
                page = browser.new_context(locale=language, viewport=WINDOW).new_page()
                for step in steps((TUTORIALS / name).read_text(encoding="utf-8")):
                    _do(step, page, terminal)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
