"""Operators: the public page of each, adding one, proving its domain, and reading its card."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.control.agent_cards import host_of
from registry.control.challenges import Method, instructions
from registry.errors import ProofMissingError, RegistryError
from registry.model.enquiry import AnswerCounts
from registry.model.operator import OperatorState
from registry.net import FetchError
from registry.web import i18n, labels, page
from registry.web.form_input import FieldProblem
from registry.web.grant_pages import of_operator
from registry.web.operator_words import OperatorWords, operator_words
from registry.web.own_parties import party_words
from registry.web.page import blueprint
from registry.web.proof_pages import ChallengeWords, steps

_METHODS = (Method.DNS_TXT, Method.HTTP_FILE)


def own_operators(party: str | None = None) -> list[OperatorWords]:
    """Return the active operators that whoever is signed in may ask for."""
    registry, actor = page.registry(), page.actor()
    if actor is None:
        return []
    return [
        operator_words(each)
        for own in registry.parties.that_declare(actor)
        if own.id != party
        for each in registry.operators.of_party(own.id)
        if each.state(page.now()) is OperatorState.ACTIVE
    ]


@blueprint.get("/operators")
def operators() -> Response:
    """List the operators whose card was read."""
    found = page.registry().operators.listed(request.args.get("after", ""))
    rows = [operator_words(each) for each in found.rows]
    return page.render("operators.html", rows=rows, following=page.following_url(found))


@blueprint.get("/operators/new")
def new_operator() -> Response:
    """Ask for the address of a card."""
    parties = page.registry().parties.that_declare(page.require_actor())
    if not parties:
        return page.redirect_to("new_party")
    return _form(parties[0].id if len(parties) == 1 else "", "")


@blueprint.post("/operators/new")
def add_operator() -> Response:
    """Keep an operator, and read its card if its domain is proved."""
    actor = page.require_actor()
    party, client_id = request.form.get("party", ""), request.form.get("client_id", "").strip()
    if i18n.asked() or not party:
        return _form(party, client_id, () if i18n.asked() else (FieldProblem("party", _("Choose who this is")),))
    try:
        with page.registry().slow.turn(page.caller(), actor.account):
            added = page.registry().operators.add(actor, party, client_id)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _form(party, client_id, page.problems_of(error, {"/client_id": "client_id"}))
    return page.redirect_to("operator", number=added.id)


@blueprint.get("/operators/<number>")
def operator(number: str) -> Response:
    """Show an operator to anybody, and to its own account what is still to be done."""
    return _operator(number)


@blueprint.post("/operators/<number>/prove")
def prove_operator(number: str) -> Response:
    """Say what to publish on the domain of an operator."""
    registry, actor = page.registry(), page.require_actor()
    found = registry.operators.require_own(actor, number)
    asked = request.form.get("method", "")
    method = Method(asked) if asked in set(_METHODS) else _METHODS[0]
    challenge = registry.proofs.request_party_proof(actor, found.party, method, host_of(found.client_id) or "")
    shown = steps(method, instructions(challenge, registry.config.origin))
    return _operator(number, challenge=ChallengeWords(challenge.id, labels.method_title(method), shown))


@blueprint.post("/operators/<number>/check")
def check_operator(number: str) -> Response:
    """Look for the proof of an operator's domain, and read its card."""
    registry, actor = page.registry(), page.require_actor()
    found = registry.operators.require_own(actor, number)
    challenge = request.form.get("challenge", "")
    try:
        with registry.slow.turn(page.caller(), actor.account):
            if challenge:
                registry.proofs.check_party_proof(actor, found.party, challenge)
            registry.operators.check(actor, number)
    except (ProofMissingError, FetchError) as error:
        return _operator(number, (FieldProblem("", i18n.sentence(error.detail)),))
    return page.redirect_to("operator", number=number)


def _operator(
    number: str, problems: tuple[FieldProblem, ...] = (), challenge: ChallengeWords | None = None
) -> Response:
    registry = page.registry()
    found = registry.operators.get(number)
    actor = page.actor()
    own = actor is not None and page.acts_for(actor, found.party)
    return page.render(
        "operator.html",
        problems,
        operator=operator_words(found),
        grants=of_operator(registry.grants.of_operator(number).rows),
        counts=_counts(registry.enquiries.counts(number)),
        is_active=found.state(page.now()) is OperatorState.ACTIVE,
        own=own,
        proved=found.proved,
        problem=i18n.sentence(found.problem) if own and found.problem else "",
        challenge=challenge,
        methods=[(each.value, labels.method_title(each), labels.method_note(each)) for each in _METHODS],
    )


def _counts(counts: AnswerCounts) -> str:
    if not counts.asked + counts.unverified:
        return str(_("Nobody has asked it anything here."))
    return str(
        _(
            "Questions from rights holders who have proved a site: %(asked)s. Answered: %(answered)s. Open:"
            " %(open)s, of these past their date: %(overdue)s. Questions from others: %(unverified)s.",
            **counts.to_json(),
        )
    )


def _form(party: str, client_id: str, problems: tuple[FieldProblem, ...] = ()) -> Response:
    parties = page.registry().parties.that_declare(page.require_actor())
    choices = [(each.id, party_words(each).title, "") for each in parties]
    return page.render("operator_form.html", problems, choices=choices, party=party, client_id=client_id)
