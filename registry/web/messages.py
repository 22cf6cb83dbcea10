"""Collects every sentence that pages show, and brings the catalogues of translations up to date.

`make messages` runs this after sentences were changed, and lists what has to be translated. Sentences stand in
three places: in calls of gettext, in the linter's explanations, and in what the domain says when it refuses
something.
The domain knows no languages. Its sentences are collected by their shape, `expected at most %(most)s characters`
from an f-string, under the context `detail`; `registry.web.details` finds them again.
"""

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from registry.web.i18n import DETAIL, catalogue_files, language_of

ROOT: Final = Path(__file__).parents[2]
_WIDTH: Final = 110
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_NEVER_SHOWN: Final = frozenset({"ValueError", "TypeError", "AssertionError", "InstanceError"})
_LOGGING: Final = frozenset({"debug", "info", "warning", "error", "exception"})
Extracted = Iterator[tuple[Any, ...]]


def extract() -> Catalog:
    """Return every message there is, with the files it stands in, untranslated."""
    found = Catalog(charset="utf-8")
    for name, _line, message, comments, context in extract_from_dir(ROOT, _METHODS, keywords=DEFAULT_KEYWORDS):
        # without line numbers, which would change with every edit
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def update(path: Path) -> list[Message]:
    """Write a catalogue anew with the messages of today; return those without a translation.

    What is no longer said is dropped, and nothing is guessed from a similar message. The head of the file, up to
    the first empty line, stays as it is.
    """
    text = path.read_bytes()
    catalogue = read_po(BytesIO(text), locale=language_of(path))
    catalogue.update(extract(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        file.write(text.partition(b"\n\n")[0] + b"\n\n")
        write_po(file, catalogue, width=_WIDTH, omit_header=True, sort_by_file=True, include_lineno=False)
    return untranslated(catalogue)


def untranslated(catalogue: Catalog) -> list[Message]:
    """Return the messages that have no translation, or only a part of their plural forms."""
    return [message for message in catalogue if message.id and (message.fuzzy or not _is_whole(message))]


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def views(file: IO[bytes], *_: object, **__: object) -> Extracted:
    """Extract what a view says itself, and the details of what it refuses."""
    yield from extract_python(file, DEFAULT_KEYWORDS, (), {})
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield from _details(node.exc)


def explanations(file: IO[bytes], *_: object, **__: object) -> Extracted:
    """Extract both sentences of every `Explanation` of the linter."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Explanation":
            for sentence in node.args[:2]:
                yield node.lineno, "gettext", ast.literal_eval(sentence), []


def details(file: IO[bytes], *_: object, **__: object) -> Extracted:
    """Extract the shape of every sentence of a module of the domain."""
    yield from _details(ast.parse(file.read()))


def _details(node: ast.AST) -> Extracted:
    if isinstance(node, ast.JoinedStr | ast.Constant):
        shape = _shape(node)
        words = _WORD.findall(re.sub(r"%\(\w+\)s", " ", shape))
        if len(words) > 2 and " " in shape and not shape.startswith("<"):
            yield node.lineno, "pgettext", (DETAIL, shape), []
    elif not _is_hidden(node):
        for child in ast.iter_child_nodes(node):
            yield from _details(child)


def _is_hidden(node: ast.AST) -> bool:
    """Tell whether what stands here is shown to nobody: documentation, logs, errors of programmers."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _NEVER_SHOWN | _LOGGING


def _shape(text: ast.JoinedStr | ast.Constant) -> str:
    """Return a sentence with a named placeholder for every value that is put into it."""
    if isinstance(text, ast.Constant):
        return text.value.replace("%", "%%") if isinstance(text.value, str) else ""
    names: list[str] = []
    parts = []
    for part in text.values:
        if isinstance(part, ast.FormattedValue):
            names.append(_name(part.value, names))
            parts.append(f"%({names[-1]})s")
        else:
            parts.append(_shape(part) if isinstance(part, ast.Constant) else "")
    return "".join(parts)


def _name(value: ast.expr, taken: list[str]) -> str:
    last = ([word.strip("_") for word in re.findall(r"[a-z_]\w+", ast.unparse(value).lower())] or ["value"])[-1]
    return last if last not in taken else f"{last}{len(taken) + 1}"


_METHODS: Final[list[tuple[str, Any]]] = [
    ("registry/web/messages.py", "ignore"),
    ("registry/web/templates/**.html", "jinja2"),
    ("registry/web/**.py", views),
    ("crawler_filter/lint/issues.py", explanations),
    *(
        (f"{module}.py", details)
        for module in (
            "crawler_filter/files/content_coding",
            "crawler_filter/fingerprints/digests",
            "crawler_filter/fingerprints/iscc",
            "crawler_filter/fingerprints/registered",
            "crawler_filter/fingerprints/text",
            "crawler_filter/formats/identifiers",
            "crawler_filter/lint/carriers",
            "crawler_filter/lint/gathering",
            "crawler_filter/lint/linting",
            "crawler_filter/lint/robots",
            "crawler_filter/formats/urls",
            "registry/accounts/accounts",
            "registry/declarations/limits",
            "registry/control/challenges",
            "registry/declarations/proofs",
            "registry/rules/content_values",
            "registry/declarations/declarations",
            "registry/declarations/context",
            "registry/net/exchange",
            "registry/net/failures",
            "registry/net/fetcher",
            "registry/net/resolver",
            "registry/model/party",
            "registry/control/formats",
            "registry/site_checks",
            "registry/rate_limits",
            "registry/rules/validation",
            "registry/control/verification",
            "registry/declarations/works",
        )
    ),
]


def main() -> int:
    """Bring every catalogue up to date. Returns 1 when something has to be translated."""
    missing = {path: update(path) for path in catalogue_files()}
    for path, messages in missing.items():
        sys.stdout.writelines(f"{language_of(path)}: untranslated: {message.id}\n" for message in messages)
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
