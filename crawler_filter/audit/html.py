"""`report.html`: one page to show around. It has no script, asks no server for anything, and reads in light and
dark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from crawler_filter.audit.recipes import told
from crawler_filter.formats.counts import ENTRY, LOG_ENTRY, number_of

BARS: Final = 20
"""Bars that are shown of each chart; the rest is folded away."""
FOLDED: Final = 200
"""Rows that are folded away below a chart."""
FILES: Final = 200
"""Files that are listed."""

REASONS: Final[Mapping[str, str]] = {
    "registry.domain": "domain reserved in a registry",
    "registry.host": "host reserved in a registry",
    "registry.prefix": "part of a site reserved in a registry",
    "registry.url": "address reserved in a registry",
    "registry.digest": "file reserved in a registry",
    "registry.image": "shows a reserved picture",
    "registry.video": "shows a reserved film",
    "registry.text": "has passages of a reserved text",
    "registry.iscc": "near a reserved work by its ISCC",
    "registry.identifier": "number of a work reserved in a registry",
    "registry.other": "reserved in a registry in another way",
    "no-permission": "nobody has allowed it",
    "unchecked.asset": "could not be read",
    "unchecked.signal": "what the site says could not be read",
}
"""Reasons in words; one that is not here is shown as it is."""

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --page: #fff; --box: #f6f8fa;
  --bar: #2f6fb5; --odd: #b35900; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --page: #0d1117;
  --box: #161b22; --bar: #5c9fe6; --odd: #e0913a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; } p { margin: .25rem
0 .75rem; } .soft { color: var(--soft); } a { color: inherit; } .tiles { display: grid; grid-template-columns:
repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0; } .tile { background: var(--box); border: 1px
solid var(--line); border-radius: .5rem; padding: .75rem 1rem; } .tile b { display: block; font-size: 1.5rem;
font-weight: 600; font-variant-numeric: tabular-nums; } .tile.odd b { color: var(--odd); } table { border-collapse:
collapse; width: 100%; } th { text-align: left; font-weight: 400; } thead th { color: var(--soft); font-size:
.85rem; border-bottom: 1px solid var(--line); } th, td { padding: .2rem .5rem .2rem 0; vertical-align: middle; }
th[scope=row] { overflow-wrap: anywhere; width: 45%; } td.n { text-align: right; font-variant-numeric:
tabular-nums; white-space: nowrap; width: 1%; } .track { background: var(--box); border-radius: 3px; height: .8rem;
min-width: 4rem; } .bar { background: var(--bar); border-radius: 3px; height: 100%; min-width: 2px; } .odd .bar {
background: var(--odd); } details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); } dl {
display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--soft); } dd { margin:
0; overflow-wrap: anywhere; } @media print { .track { border: 1px solid var(--line); } details { display: none; } }
"""


def page(report: Mapping[str, Any]) -> str:
    """Return the page of a report."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Mapping[str, Any]) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Opt-out audit</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f'<meta name="referrer" content="no-referrer"><style>{_STYLE}</style></head><body>'
    yield from _head(report)
    yield from _chart("By reason", "why", _named(report["by_reason"].items(), REASONS), report["removed"])
    domains = [(each["domain"] or "(no host)", each["rows"]) for each in report["by_domain"]]
    yield from _chart("By domain", "domain", domains, report["removed"], all_of=report["domains"])
    pages = [(each["page"], each["rows"]) for each in report["by_declaration"]]
    yield from _chart(
        "By declaration", "page of the declaration", pages, report["removed"], all_of=report["declarations"]
    )
    yield from _chart("By source", "source", report["by_source"].items(), report["removed"])
    yield from _chart(
        "What could not be checked", "cause", report["by_cause"].items(), report["unchecked"], odd=True
    )
    yield from _works(report)
    yield from _files(report)
    yield from _about(report)
    yield "</body></html>"


def _head(report: Mapping[str, Any]) -> Iterator[str]:
    rows, removed, unchecked = report["rows"], report["removed"], report["unchecked"]
    looked = report["looked_at"]
    partly = f"the first {number_of(looked['limit'], 'row')} of each file" if looked["limit"] else ""
    partly = f"a sample of {looked['sample']:.3%} of the rows" if looked["sample"] < 1 else partly
    yield "<header><h1>Opt-out audit</h1>"
    yield f'<p class="soft">{escape(report["policy"]["name"])}, {escape(_snapshots(report))}</p></header>'
    reserved = removed - unchecked
    yield f"<p>Of {number_of(rows, 'row')}, <b>{reserved:,}</b> ({_share(reserved, rows)}) may not be used"
    yield f"{' and <b>' + format(unchecked, ',') + '</b> could not be checked' if unchecked else ''}."
    yield f"{'Only ' + partly + ' were looked at.' if partly else ''}</p>"
    yield '<div class="tiles">'
    for name, count, odd in (
        ("rows", rows, False),
        ("kept", report["kept"], False),
        ("reserved", reserved, False),
        ("not checked", unchecked, unchecked > 0),
    ):
        yield f'<div class="tile{" odd" if odd else ""}"><b>{count:,}</b>{name}'
        yield f' <span class="soft">{_share(count, rows) if name != "rows" else ""}</span></div>'
    yield "</div>"


def _chart(
    title: str, what: str, counts: Iterable[tuple[str, int]], whole: int, *, all_of: int = 0, odd: bool = False
) -> Iterator[str]:
    """Yield a table whose rows have bars, the largest first; what is small is folded away."""
    ordered = sorted(counts, key=lambda each: -each[1])
    if not ordered:
        return
    most = ordered[0][1]
    yield f"<section{' class=odd' if odd else ''}><h2>{title}</h2>"
    yield from _table(what, ordered[:BARS], most, whole)
    if more := ordered[BARS : BARS + FOLDED]:
        shown = BARS + len(more)
        yield f"<details><summary>{len(more)} more{f' of {all_of:,} in all' if all_of > shown else ''}</summary>"
        yield from _table(what, more, most, whole)
        yield "</details>"
    yield "</section>"


def _table(what: str, counts: Sequence[tuple[str, int]], most: int, whole: int) -> Iterator[str]:
    yield f'<table><thead><tr><th scope="col">{what}</th><th></th><th>rows</th><th>share</th></tr></thead><tbody>'
    for name, count in counts:
        yield (
            f'<tr><th scope="row">{_linked(name)}</th><td><div class="track"><div class="bar"'
            f' style="width:{count / most:.2%}"></div></div></td><td class="n">{count:,}</td>'
            f'<td class="n">{_share(count, whole)}</td></tr>'
        )
    yield "</tbody></table>"


def _works(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of a rights holder's list is in the data: each entry, its rows, and one address."""
    listed = report["works_list"]
    if listed is None:
        return
    entries = number_of(listed["entries"], *ENTRY)
    yield f"<h2>Your works</h2><p>Looked for: {entries}. Found: {len(report['works']):,}.</p>"
    yield from _unread(listed)
    yield "<table><thead><tr><th>entry</th><th>rows</th><th>removed</th><th>such as</th></tr>"
    yield "</thead><tbody>"
    for each in report["works"][:FOLDED]:
        yield f'<tr><th scope="row">{escape(each["entry"])}</th><td class="n">{each["rows"]:,}</td>'
        yield f'<td class="n">{each["removed"]:,}</td><td>{escape(each["example"])}</td></tr>'
    yield "</tbody></table>"


def _unread(listed: Mapping[str, Any]) -> Iterator[str]:
    """Yield which lines of the list were not looked for."""
    if not listed["refused"]:
        return
    lines = number_of(listed["refused"], "line could not be read and was", "lines could not be read and were")
    yield f"<p><b>{lines} not looked for.</b></p><ul>"
    yield from (f"<li>{escape(each['place'])}: {escape(each['why'])}</li>" for each in listed["named"])
    yield "</ul>"


def _files(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2>Files</h2><details><summary>{number_of(report['file_count'], 'file')}</summary><table><thead><tr>"
    yield "<th>file</th><th>rows</th><th>kept</th></tr></thead><tbody>"
    for each in report["files"][:FILES]:
        yield f'<tr><th scope="row">{escape(each["name"])}</th><td class="n">{each["rows"]:,}</td>'
        yield f'<td class="n">{each["kept"]:,}</td></tr>'
    yield "</tbody></table></details>"


def _about(report: Mapping[str, Any]) -> Iterator[str]:
    policy = report["policy"]
    facts = {
        "policy": policy["name"],
        "who said nothing": "kept" if policy["keep_unknown"] else "not kept",
        "what could not be checked": "kept" if policy["keep_unavailable"] else "not kept",
        **{f"snapshot {number}": _snapshot(each) for number, each in enumerate(report["snapshots"], 1)},
        "columns": "; ".join(dict.fromkeys(told(roles, report["columns_by_hand"]) for roles in report["columns"])),
        **{name: str(value) for name, value in report["run"].items()},
    }
    yield "<h2>How it was done</h2><dl>"
    for name, value in facts.items():
        yield f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(value)}</dd>"
    yield "</dl>"


def _snapshots(report: Mapping[str, Any]) -> str:
    return ", ".join(f"snapshot {each['sequence']} of {each['origin']}" for each in report["snapshots"])


def _snapshot(each: Mapping[str, Any]) -> str:
    trust = ", keys trusted on first use" if each["first_use"] else ""
    entries = number_of(each["log_size"], *LOG_ENTRY)
    return f"{each['origin']}, number {each['sequence']}, {entries}, root {each['root']}{trust}"


def _named(counts: Iterable[tuple[str, int]], words: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    return ((f"{words[name]} ({name})" if name in words else name, count) for name, count in counts)


def _linked(name: str) -> str:
    text = escape(name)
    return f'<a href="{text}" rel="noreferrer">{text}</a>' if name.startswith("https://") else text


def _share(part: int, whole: int) -> str:
    if not whole or not part:
        return "0 %"
    share = 100 * part / whole
    return f"{share:.1f} %" if share >= 1 else f"{share:.2g} %" if share >= 0.001 else "< 0.001 %"
