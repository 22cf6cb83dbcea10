"""Markdown, and the string that stands below a field of a class."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from textwrap import dedent


def table(head: str, rows: Iterable[Sequence[object]]) -> str:
    """Return a table. `head` holds the names of the columns with `|` between them."""
    names = head.split("|")
    lines = [f"| {' | '.join(str(cell) for cell in row)} |" for row in (names, *rows)]
    return "\n".join([lines[0], "|---" * len(names) + "|", *lines[1:], ""])


def summary(thing: object) -> str:
    """Return the first sentence of a docstring, on one line."""
    text = " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".") + "."


def field_docs(owner: type) -> dict[str, str]:
    """Return the string below each annotated field of a class; Python keeps them in the source alone."""
    return dict(_docs(owner, ast.AnnAssign))


def assigned_docs(owner: type) -> dict[str, str]:
    """Return the string below each name that a class assigns, such as a member of an enum."""
    return dict(_docs(owner, ast.Assign))


def _docs(owner: type, kind: type[ast.AnnAssign | ast.Assign]) -> Iterator[tuple[str, str]]:
    (definition,) = ast.parse(dedent(inspect.getsource(owner))).body
    if not isinstance(definition, ast.ClassDef):
        raise TypeError(f"expected a class, got {owner!r}")
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(doc))),
            ) if isinstance(field, kind):
                yield name, " ".join(doc.split())
