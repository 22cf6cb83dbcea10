"""Collects every sentence that pages show, and brings the catalogues of translations up to date.

`make messages` runs this after sentences were changed, and lists what has to be translated. Sentences stand in
three places: in calls of gettext, in the linter's explanations, and in what the domain says when it refuses
something: `InvalidScopeError("expected at most %(most)s characters", most=MAX)`. The domain knows no languages;
its sentences are found by the names of the classes that are raised, wherever in the two packages they stand.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from registry.web.i18n import catalogue_files, language_of

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("crawler_filter", "registry")
_WIDTH: Final = 110
_GETTEXT: Final = re.compile(rb"\b(?:%s)\s*\(" % "|".join(DEFAULT_KEYWORDS).encode())
"""What a module has that calls gettext itself."""
_SHOWN: Final = ("FeedError", "InvalidScopeError", "InvalidUrlError", "RecordRefusedError", "RegistryError")
_FOR_OPERATORS: Final = ("InstanceError",)
"""Classes of refusals that pages show, and among them those that only commands do; what is derived counts too.

What else crawler_filter raises is about snapshots, logs and media, and is for whoever runs a crawler.
"""

Extracted = Iterator[tuple[Any, ...]]


def extract() -> Catalog:
    """Return every message there is, with the files it stands in, untranslated."""
    found = Catalog(charset="utf-8")
    for name, _line, message, comments, context in extract_from_dir(ROOT, _METHODS, keywords=DEFAULT_KEYWORDS):
        # without line numbers, which would change with every edit
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def update(path: Path, today: Catalog) -> list[Message]:
    """Write a catalogue anew with the messages of `today`; return those without a translation.

    What is no longer said is dropped, and nothing is guessed from a similar message. The head of the file, up to
    the first empty line, stays as it is.
    """
    text = path.read_bytes()
    catalogue = read_po(BytesIO(text), locale=language_of(path))
    catalogue.update(today, no_fuzzy_matching=True)
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


@cache
def kinds() -> Mapping[str, range]:
    """Return what is called with sentences, and at which places in its arguments they stand."""
    bases = _classes()
    shown = _derived(_SHOWN, bases) - _derived(_FOR_OPERATORS, bases)
    return dict.fromkeys(shown, range(1)) | {
        "Sentence": range(1),
        "FieldError": range(1, 2),
        "Problem": range(1, 2),
        "Refused": range(1, 2),
        "Explanation": range(2),
    }


@cache
def _modules() -> Mapping[Path, ast.Module]:
    """Return what every module of the two packages says, read once."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {path: ast.parse(path.read_bytes()) for path in paths}


@cache
def _classes() -> Mapping[str, frozenset[str]]:
    """Return every class of the two packages with its bases, by their names."""
    return {
        node.name: frozenset(base.id for base in node.bases if isinstance(base, ast.Name))
        for module in _modules().values()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }


def _derived(names: tuple[str, ...], bases: Mapping[str, frozenset[str]]) -> set[str]:
    """Return classes and what is derived from them."""
    found = set(names)
    while more := {name for name in bases if bases[name] & found} - found:
        found |= more
    return found


def sentences(file: IO[bytes], *_: object, **__: object) -> Extracted:
    """Extract what a module says itself, and what it refuses."""
    text = file.read()
    if _GETTEXT.search(text):  # cutting a module into tokens takes longer than all else
        yield from extract_python(BytesIO(text), DEFAULT_KEYWORDS, (), {})
    nodes = list(ast.walk(ast.parse(text)))
    for call, place in _calls(nodes):
        yield from _sentence(call, place, file.name)
    for node in nodes:
        if isinstance(node, ast.ClassDef) and node.name in _problem_types():
            yield from _problem_type(node)


def refusals() -> Iterator[tuple[str, str]]:
    """Yield everything that may be refused on a page: the name of what is called, and the template."""
    for path, module in _modules().items():
        if not path.is_relative_to(ROOT / "registry" / "api"):
            for call, place in _calls(ast.walk(module)):
                yield from ((ast.unparse(call.func), said[2]) for said in _sentence(call, place, path.name))


def _calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.Call, int]]:
    """Yield every call that takes a sentence, once for each place where it takes one."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from ((node, place) for place in kinds().get(node.func.id, range(0)))


@cache
def _problem_types() -> frozenset[str]:
    return frozenset(_derived(("RegistryError",), _classes()))


def _problem_type(node: ast.ClassDef) -> Extracted:
    """Extract what the page of a problem type says: its title, and the first sentence of its documentation."""
    meaning = (ast.get_docstring(node) or "").partition("\n\n")[0]
    yield node.lineno, "gettext", " ".join(meaning.split()), []
    for each in node.body:
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "title":
            yield each.lineno, "gettext", ast.literal_eval(each.value), []


def _sentence(call: ast.Call, place: int, name: str) -> Extracted:
    """Extract an argument that is a sentence. One that is handed on was extracted where it was made."""
    said = call.args[place] if place < len(call.args) else None
    if isinstance(said, ast.JoinedStr):
        raise TypeError(f"{name}:{call.lineno}: expected a template and values, got {ast.unparse(said)}")
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield call.lineno, "gettext", said.value, []


_METHODS: Final[list[tuple[str, Any]]] = [
    ("registry/api/**", "ignore"),  # speaks to programs, in English
    ("registry/web/templates/**.html", "jinja2"),
    *((f"{package}/**.py", sentences) for package in PACKAGES),
]


def main() -> int:
    """Bring every catalogue up to date. Returns 1 when something has to be translated."""
    today = extract()
    missing = {path: update(path, today) for path in catalogue_files()}
    for path, messages in missing.items():
        sys.stdout.writelines(f"{language_of(path)}: untranslated: {message.id}\n" for message in messages)
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
