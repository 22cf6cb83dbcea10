"""The tables of the filter: its public names, its decision, policy, finding and errors, its signals and lint."""

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import timedelta
from importlib import import_module
from textwrap import fill
from typing import Any, Final

import crawler_filter
from crawler_filter import Decision, FilterError, Finding, Policy, Reason
from crawler_filter.formats.territories import territories as table_of_territories
from crawler_filter.lint.explanations import EXPLANATIONS
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.meanings import MEANINGS
from tools.manual.markdown import assigned_docs, field_docs, summary, table

BESIDES: Final = (
    "crawler_filter.integrations.requests.mount",
    "crawler_filter.integrations.requests.ExcludedRequestError",
    "crawler_filter.integrations.scrapy.OptOutAddon",
    "crawler_filter.integrations.scrapy.ExcludedRequest",
)
"""Public names that are imported from a module of their own."""

_WORDS: Final = {Preference.ALLOWED: "allowed", Preference.DISALLOWED: "no", None: ""}


def territories() -> str:
    """Return one row a territory, with its sources."""
    rows = []
    for line in table_of_territories():
        sources = "; ".join(f"[{each.title}]({each.url}), {each.dated}" for each in line.sources)
        rows.append(
            (
                f"{line.name['en']} `{line.code}`",
                f"`{line.effect}`",
                line.means["en"],
                sources,
                line.as_of,
                line.statute_read or "no",
            )
        )
    return table("territory|part|what a reservation means there|sources|as of|compared with the law's words", rows)


def public_names() -> str:
    """Return one row a public name, with the line that imports it."""
    rows = []
    for path in (*(f"crawler_filter.{name}" for name in crawler_filter.__all__), *BESIDES):
        module, _, name = path.rpartition(".")
        rows.append((f"`{name}`", f"`from {module} import {name}`", summary(getattr(import_module(module), name))))
    return table("name|import|what it is", rows)


def decision() -> str:
    """Return one row a field or method of a decision."""
    return table("of a `Decision`|meaning", _members(Decision))


def finding() -> str:
    """Return one row a field of a finding."""
    return table("of a `Finding`|meaning", _members(Finding))


def reasons() -> str:
    """Return one row a reason, in the order of the enum."""
    docs = assigned_docs(Reason)
    return table(
        "reason|word|meaning", ((f"`{each.name}`", f"`{each.value}`", docs[each.name]) for each in Reason)
    )


def _members(owner: type) -> Iterator[tuple[str, str]]:
    for name, doc in field_docs(owner).items():
        yield f"`{name}`", doc
    for name, member in vars(owner).items():
        if isinstance(member, property):
            yield f"`{name}`", summary(member)
        elif inspect.isfunction(member) and not name.startswith("_"):
            yield f"`{name}()`", summary(member)


def policy() -> str:
    """Return one row a field of a policy, with its default."""
    docs = field_docs(Policy)
    return table(
        "of a `Policy`|default|meaning",
        ((f"`{each.name}`", _default(each), docs[each.name]) for each in fields(Policy)),
    )


def _default(field: "Field[Any]") -> str:
    value = field.default
    if value is MISSING:
        return "set by the constructor"
    if isinstance(value, frozenset):
        return "all" if value else "none"
    if isinstance(value, timedelta):
        return f"{value.days} days" if value.days > 1 else f"{value.total_seconds() / 3600:.0f} hours"
    if value in (None, ""):
        return "none"
    return f"`{type(value).__name__}.{value.name}`" if hasattr(value, "name") else f"`{value}`"


def errors() -> str:
    """Return one row an exception, indented below its base."""
    return table("exception|meaning", _errors(FilterError, 0))


def _errors(error: type[Exception], depth: int) -> Iterator[tuple[str, str]]:
    yield f"{'&emsp;' * depth}`{error.__name__}`", summary(error)
    for kind in error.__subclasses__():
        if kind.__module__ == "crawler_filter.errors":
            yield from _errors(kind, depth + 1)


def meanings() -> str:
    """Return one row a statement that a standard defines, with what it says of each usage."""
    return table(
        f"family|statement|{'|'.join(Usage)}|source",
        (
            (
                row.family,
                f"`{row.statement}`",
                *(_WORDS[row.preferences.get(usage)] for usage in Usage),
                row.source,
            )
            for row in MEANINGS
        ),
    )


def lint_messages() -> str:
    """Return a section for each message of the linter."""
    parts = []
    for issue, explanation in EXPLANATIONS.items():
        wrong = fill(f"{explanation.level.value.capitalize()}. {explanation.wrong}", 110)
        parts += [f"### `{issue.value}`", wrong, fill(f"Fix: {explanation.fix}", 110)]
    return "\n\n".join(parts)
