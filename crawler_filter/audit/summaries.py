"""What a report says in the forms that others ask for: the EU's summary of training content, Croissant 1.1, CSV.

Only what the run knows is said. What the template of the AI Office asks for beyond it is left open, by its number,
so that nobody takes a gap for an answer.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from crawler_filter.formats.counts import LOG_ENTRY, number_of
from crawler_filter.formats.csv_lines import csv_line

_OPEN: Final = "*(to be filled in by the provider)*"


def eu_summary(report: Mapping[str, Any]) -> str:
    """Return a draft, in Markdown, of the public summary of training content of Article 53(1)(d) of the AI Act.

    Sections and numbers are those of the template of 24 July 2025. A run knows of 3.1 and of some facts of 2.
    """
    size = sum(each["bytes"] for each in report["files"])
    return _TEMPLATE.format(
        open=_OPEN,
        rows=number_of(report["rows"], "row"),
        kept=report["kept"],
        finished=report["run"].get("finished", ""),
        files=number_of(report["file_count"], "file"),
        formats=", ".join(sorted({each["name"].rpartition(".")[2] for each in report["files"]})),
        size=number_of(size, "byte"),
        policy=report["policy"]["name"],
        unchecked=_unchecked(report),
        sources=_sources(report),
        reasons=_reasons(report),
    )


_TEMPLATE: Final = """# Public summary of training content: draft

Made from the audit of {rows} that ended {finished}. What the audit cannot know is left open.

## 1. General information

- 1.1 Provider: {open}
- 1.2 Model: {open}
- 1.3 Modalities, size and other characteristics: {rows} in {files} ({formats}, {size})
  before reservations were applied, {kept:,} after; else {open}

## 2. List of data sources

- 2.1 Publicly available data sets: {open}
- 2.2 Private data sets of third parties: {open}
- 2.3 Data crawled and scraped from online sources: {open}
- 2.4 User data: {open}
- 2.5 Synthetic data: {open}
- 2.6 Other sources: {open}

## 3. Data processing aspects

### 3.1 Respect of reservations of rights (Article 4(3) of Directive (EU) 2019/790)

Every row was compared with what rights holders have reserved, under the policy "{policy}". Rows that are
reserved were removed{unchecked}.

{sources}

{reasons}

What the sites said for themselves when the data was collected (robots.txt, headers, metadata) was not read by
this run: {open}

### 3.2 Removal of illegal content

{open}

### 3.3 Other information

{open}
"""


def _unchecked(report: Mapping[str, Any]) -> str:
    if not report["unchecked"]:
        return ""
    fate = "kept" if report["policy"]["keep_unavailable"] else "removed too"
    return f"; {report['unchecked']:,} that could not be checked were {fate}"


def _sources(report: Mapping[str, Any]) -> str:
    return "\n".join(
        f"- {each['origin']}, snapshot {each['sequence']},"
        f" {number_of(each['log_size'], *LOG_ENTRY)}, root `{each['root']}`"
        for each in report["snapshots"]
    )


def _reasons(report: Mapping[str, Any]) -> str:
    rows = "\n".join(f"| {reason} | {count:,} |" for reason, count in report["by_reason"].items())
    return f"| reason | rows removed |\n|---|---|\n{rows}"


_CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "conformsTo": "dct:conformsTo",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "includes": "cr:includes",
}


def croissant(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a Croissant 1.1 description that a run knows: merge it into that of the data set.

    `usageInfo` is an ODRL offer, as the specification recommends: the use that was checked, and the duty to check
    again. `prov:wasGeneratedBy` says how the files were made.
    """
    usage = report["policy"]["usage"]
    snapshots = "; ".join(f"{each['origin']} {each['sequence']} {each['root']}" for each in report["snapshots"])
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "usageInfo": {
            "@type": ["CreativeWork", "odrl:Offer"],
            "name": f"Reservations of rights, checked for {usage}",
            "text": (
                f"Rows removed under the policy {report['policy']['name']}, as reserved in or not checked against"
                f" {snapshots}: {report['removed']:,} of {report['rows']:,}."
            ),
            "odrl:permission": {
                "@type": "odrl:Permission",
                "odrl:action": {
                    "@type": "DefinedTerm",
                    "name": usage,
                    "inDefinedTermSet": "draft-ietf-aipref-vocab",
                },
                "odrl:duty": {"@type": "odrl:Duty", "name": "Compare with a newer snapshot before each use"},
            },
        },
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": "Removal of works that are reserved from AI training",
            "prov:startedAtTime": report["run"].get("started", ""),
            "prov:endedAtTime": report["run"].get("finished", ""),
            "prov:wasAssociatedWith": {
                "@type": "prov:SoftwareAgent",
                "prov:label": report["run"].get("software", ""),
            },
        },
    }


def table(report: Mapping[str, Any]) -> str:
    """Return all counts as CSV: what is counted, of what, and how many rows. No name is taken for a formula."""
    return "".join(csv_line((count, of, str(rows))) for count, of, rows in _counts(report))


def _counts(report: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    yield "count", "of", "rows"
    for name in ("rows", "kept", "removed", "unchecked"):
        yield name, "", report[name]
    for name in ("by_reason", "by_source", "by_cause"):
        yield from ((name.removeprefix("by_"), key, rows) for key, rows in report[name].items())
    yield from (("domain", each["domain"], each["rows"]) for each in report["by_domain"])
    yield from (("declaration", each["page"], each["rows"]) for each in report["by_declaration"])
    yield from (("file", each["name"], each["kept"]) for each in report["files"])


SUMMARIES: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "eu-summary": eu_summary,
    "croissant": croissant,
    "csv": table,
}
"""The forms of a report, by name: each returns a text, or a JSON object."""
