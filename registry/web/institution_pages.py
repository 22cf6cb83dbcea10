"""Who runs this registry and how it does: figures, status, governance, terms, and pages for those who build."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.record import ScopeKind
from registry.model.dispute import DisputeState
from registry.web import i18n, labels, page
from registry.web.charts import bar_chart
from registry.web.dispute_pages import state_words
from registry.web.page import blueprint

_MONTHS: Final = 24
_MOST_BYTES: Final = 64 * 1024


@blueprint.get("/stats")
def stats() -> Response:
    """Show counts, growth and freshness."""
    figures = page.registry().search.statistics.figures()
    months = list(figures.months.items())[-_MONTHS:]
    published = page.registry().publisher.current
    return page.render(
        "stats.html",
        figures=figures,
        growth=bar_chart(_("New declarations by month"), months),
        assurance=bar_chart(_("What is covered, by how it is backed"), _assurance(figures.assurance)),
        kinds=bar_chart(_("What is covered, by kind"), _kinds(figures.kinds)),
        dispute_counts=[(state_words(DisputeState(name)), count) for name, count in figures.disputes.items()],
        log_size=published.log.size,
        issued=published.state.manifest.issued,
    )


@blueprint.get("/status")
def status() -> Response:
    """Say whether the registry works right now."""
    registry = page.registry()
    problem = registry.not_ready()
    published = registry.publisher.current
    return page.render(
        "status.html",
        ready=problem is None,
        issued=published.state.manifest.issued,
        sequence=published.state.manifest.sequence,
        log_size=published.log.size,
        expires=published.state.manifest.expires,
    )


@blueprint.get("/about")
def about() -> Response:
    """Say who runs this registry."""
    config = page.registry().config
    return page.render(
        "about.html", operator=config.operator, place=config.operator_address, texts=_text(config.about_file)
    )


@blueprint.get("/governance")
def governance() -> Response:
    """Say who decides, by which rules, and who checks them."""
    return page.render("governance.html", texts=_text(page.registry().config.governance_file))


@blueprint.get("/terms")
def terms() -> Response:
    """Show the terms of use."""
    return page.render("terms_of_use.html", texts=_text(page.registry().config.terms_file))


@blueprint.get("/developers")
def developers() -> Response:
    """Say to people who write programs where to begin."""
    return page.render("developers.html")


@blueprint.get("/ai-companies")
def ai_companies() -> Response:
    """Say to whoever trains models what this registry gives them and asks of them."""
    return page.render("ai_companies.html")


def _text(file: Path | None) -> list[str]:
    """Return the paragraphs of a text of the operator's, in the language of the page where there is one.

    Of `terms.txt` the Japanese is `terms.ja.txt` beside it. What cannot be read is not there.
    """
    if file is None:
        return []
    for path in (file.with_suffix(f".{i18n.language()}{file.suffix}"), file):
        try:
            text = path.read_bytes()[:_MOST_BYTES].decode("utf-8", "replace")
        except OSError:
            continue
        return [" ".join(each.split()) for each in text.split("\n\n") if each.strip()]
    return []


def _assurance(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [
        (labels.scope_badge(proved=True, disputed=False, lapsed=False).words, counts.get("verified", 0)),
        (labels.scope_badge(proved=False, disputed=False, lapsed=False).words, counts.get("attested", 0)),
    ]


def _kinds(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    groups = {
        _("Websites"): (ScopeKind.DOMAIN, ScopeKind.HOST),
        _("Parts of websites"): (ScopeKind.PREFIX,),
        _("Web addresses"): (ScopeKind.URL,),
        _("Exact files"): (ScopeKind.SHA256, ScopeKind.SHA1, ScopeKind.MD5),
        _("Copies"): (ScopeKind.PDQ, ScopeKind.ISCC, ScopeKind.TEXT, ScopeKind.VIDEO, ScopeKind.EMBED),
        _("Numbers"): (ScopeKind.ISBN, ScopeKind.DOI, ScopeKind.EIDR),
    }
    return [(str(name), sum(counts.get(kind.value, 0) for kind in kinds)) for name, kinds in groups.items()]
