"""What to put on one's own site, made from a declaration; then the site is checked again."""

import json
from collections.abc import Iterable, Mapping

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.record import Scope, ScopeKind
from crawler_filter.formats.urls import split
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import default_agents
from registry.errors import NotFoundError
from registry.model.declaration import Declaration
from registry.rules.licence_documents import Licensor, tdm_policy
from registry.rules.site_snippets import OLDER_EXIFTOOL, SiteRule, rsl, snippets
from registry.web import page
from registry.web.page import blueprint


@blueprint.get("/d/<number>/site")
def site(number: str) -> Response:
    """Show the snippets for one host of a declaration."""
    declaration = page.registry().declarations.visible(number, page.actor())
    rules = rules_by_host(declaration.asked)
    if not rules:
        raise NotFoundError("this declaration is about no website")
    host = request.args.get("host", next(iter(rules)))
    if host not in rules:
        raise NotFoundError("this declaration is not about that website")
    policy = declaration.record.terms.policy or _address("tdm_policy_of", number)
    return page.render(
        "snippets.html",
        number=number,
        host=host,
        hosts=list(rules),
        snippets=snippets(rules[host], host, policy, training_agents(), licensor_of(declaration)),
        notes=_notes(),
        back=url_for("web.record", number=number),
    )


@blueprint.get("/d/<number>/rsl.xml")
def rsl_of(number: str) -> Response:
    """Give what a declaration says of one of its hosts as an RSL 1.0 document."""
    declaration = _in_force(number)
    rules = rules_by_host(declaration.record.scopes)
    host = request.args.get("host", next(iter(rules), ""))
    if host not in rules:
        raise NotFoundError("this declaration is not about that website")
    return Response(rsl(rules[host], licensor_of(declaration, named=False)), mimetype="application/rsl+xml")


@blueprint.get("/d/<number>/tdm-policy.json")
def tdm_policy_of(number: str) -> Response:
    """Give whom to ask as a policy of TDMRep, for a `tdm-policy` to lead to."""
    declaration = _in_force(number)
    if not any(Preference.DISALLOWED in scope.preferences.values() for scope in declaration.record.scopes):
        raise NotFoundError("this declaration reserves nothing")
    assigner = f"{page.registry().config.public_url}/@{declaration.party}"
    policy = tdm_policy(_address("tdm_policy_of", number), assigner, licensor_of(declaration, named=False))
    return Response(json.dumps(policy, ensure_ascii=False, indent=2) + "\n", mimetype="application/ld+json")


def licensor_of(declaration: Declaration, *, named: bool = True) -> Licensor:
    """Return who reserves, as documents of other standards name them.

    What a site's owner publishes there may name the owner. What the registry gives out itself has no name: names
    are not checked, and these formats have no place that says so. They lead to the receipt and the party's page.
    """
    record = declaration.record
    receipt = f"{page.registry().config.public_url}/v1/declarations/{record.id}/receipt"
    return Licensor(
        record.terms, record.party_name if named else "", receipt if declaration.leaf is not None else None
    )


def _in_force(number: str) -> Declaration:
    declaration = page.registry().declarations.visible(number, None)
    if not declaration.state.in_force:
        raise NotFoundError("this declaration is not in force")
    return declaration


def _address(view: str, number: str) -> str:
    return f"{page.registry().config.public_url}{url_for(f'web.{view}', number=number)}"


def rules_by_host(scopes: Iterable[Scope]) -> Mapping[str, list[SiteRule]]:
    """Return what scopes say of each host, in the order in which hosts are named."""
    rules: dict[str, list[SiteRule]] = {}
    for scope in scopes:
        if not scope.kind.is_location:
            continue
        host, path = (
            (scope.value, "/") if scope.kind in (ScopeKind.DOMAIN, ScopeKind.HOST) else _split(scope.value)
        )
        rules.setdefault(host, []).append(SiteRule(path, scope.preferences))
    return rules


def training_agents() -> list[str]:
    """Return the product tokens of crawlers that collect for training, in the order of the list that is kept."""
    return [agent.token for agent in default_agents().agents if Usage.TRAIN_AI in agent.usages]


def _split(value: str) -> tuple[str, str]:
    host, path = split(value)
    return host, path or "/"


def _notes() -> dict[str, str]:
    """Return what to know of a snippet, by its name."""
    return {
        "robots.txt": str(_("Add it to what is there. It also says it in AIPREF, line by line (Content-Usage).")),
        "TDMRep": str(_("It knows one reservation, of all mining of texts and data.")),
        "HTML": str(_("For every page. It speaks of the page, not of its pictures.")),
        "RSL": str(_("The last line of the robots.txt above points at it.")),
        "XMP": str(_("Writes it into the pictures themselves. Run it in the folder of your pictures.")),
        "nginx": str(
            _("A server or location with add_header lines of its own needs the add_header lines of this too.")
        ),
        "Cloudflare": str(
            _(
                "Make one rule of each block. The conditions pass the parser that Cloudflare publishes; they were"
                " not run there."
            )
        ),
        "Apache": str(_("It needs the module headers: a2enmod headers.")),
        OLDER_EXIFTOOL: str(
            _(
                "Only if exiftool says that the tag is not defined: save this under that name in the folder of"
                " your pictures, and write -config optout.config right after the word exiftool above."
            )
        ),
    }
