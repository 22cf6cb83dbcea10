"""How Sphinx builds these pages as a web site: `make site`. No page asks anything of another host."""

from pathlib import Path
from shutil import copyfile
from typing import Final

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from crawler_filter import __version__

project = "Training-data opt-out registry"
version = release = __version__
extensions = ["myst_parser"]
root_doc = "README"
html_theme = "furo"
html_title = project
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
myst_heading_anchors = 4
pygments_style = "friendly"
highlight_language = "text"

CONTENTS: Final = {
    "Tutorials": ["tutorial/first-filter", "tutorial/*"],
    "For rights holders": ["how-to/rights-holder/declare-a-site", "how-to/rights-holder/*"],
    "For crawler engineers": ["how-to/crawler/scrapy", "how-to/crawler/*"],
    "For operators": ["how-to/operator/install", "how-to/operator/*"],
    "Reference": ["reference/python", "reference/*", "benchmarks"],
    "Formats": ["formats/versions", "formats/*"],
    "Explanation": ["explanation/concepts", "explanation/*"],
    "Decision records": ["explanation/adr/*"],
}
"""The side bar: captions with their pages. A new page is listed because it is there."""


EXAMPLES: Final = ("checkpoint", "files", "proof", "root", "trust")
"""Marks of the blocks in `formats/log.md` that a test computes again: plain text to a reader."""


def add_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """Add the side bar to the first page. It is not in the file, where GitHub would show it as code."""
    if page == root_doc:
        for caption, pages in CONTENTS.items():
            listed = "\n".join(pages)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n{listed}\n```\n"


def add_index(app: Sphinx, error: Exception | None) -> None:
    """Serve the first page where a browser looks for it."""
    if error is None:
        copyfile(Path(app.outdir, "README.html"), Path(app.outdir, "index.html"))


def setup(app: Sphinx) -> None:
    """Register the above with Sphinx."""
    app.connect("source-read", add_contents)
    app.connect("build-finished", add_index)
    for example in EXAMPLES:
        app.add_lexer(example, TextLexer)
