"""The page that asks for a proof: the ways there are for each place, what exactly to publish, what was found.

Which method may back which scope is `registry.verification`'s to say; this page asks it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.record import Scope, ScopeKind
from crawler_filter.formats.urls import split
from registry.control import platforms
from registry.control.challenges import Challenge, Instructions, Method, instructions
from registry.control.verification import covers
from registry.errors import NotFoundError, ProofMissingError
from registry.model.declaration import Declaration, needs_proof
from registry.net import FetchError
from registry.rules.well_known_platforms import is_of_platform
from registry.web import i18n, labels, page
from registry.web.coverage_words import only_its_operator
from registry.web.declare_pages import after_sending
from registry.web.form_input import FieldProblem
from registry.web.page import blueprint

_RECOMMENDED: Final = (
    Method.PROFILE_PAGE,
    Method.HTTP_FILE,
    Method.HTML_META,
    Method.DNS_TXT,
    Method.DNS_PERSIST,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the text to copy for it."""

    words: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ChallengeWords:
    """One way of proving that was chosen, as it is shown."""

    id: str
    title: str
    steps: tuple[Step, ...]
    result: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One place to be proved: the scopes it would back, the ways there are, and those that were begun.

    `covers` are scopes with what each covers. `advice` is for those to whom the ways are of no use.
    """

    value: str
    covers: tuple[tuple[str, str], ...]
    methods: tuple[tuple[str, str, str], ...]
    challenges: tuple[ChallengeWords, ...]
    advice: str = ""


@blueprint.get("/d/<number>/prove")
def prove(number: str) -> Response:
    """Show what has to be proved and how."""
    declaration = own_declaration(number)
    if not declaration.unproved:
        return page.redirect_to("record", number=number)
    return _prove(declaration)


@blueprint.post("/d/<number>/prove")
def choose_proof(number: str) -> Response:
    """Begin a way of proving one place."""
    declaration = own_declaration(number)
    method, target = request.form.get("method", ""), request.form.get("target", "")
    if method not in set(Method):
        return _prove(declaration, (FieldProblem("", _("Choose a way to prove it")),))
    challenge = page.registry().proofs.request_proof(page.require_actor(), number, Method(method), target)
    return page.redirect_to("prove", number=number, _anchor=f"challenge-{challenge.id}")


@blueprint.post("/d/<number>/prove/<challenge>")
def check_proof(number: str, challenge: str) -> Response:
    """Look for a proof now."""
    declaration, actor = own_declaration(number), page.require_actor()
    try:
        with page.registry().slow.turn(page.caller(), actor.account):
            declaration = page.registry().proofs.check_proof(actor, number, challenge)
    except (ProofMissingError, FetchError) as error:
        return _prove(declaration, (FieldProblem(f"challenge-{challenge}", i18n.sentence(error.detail)),))
    if declaration.unproved and declaration.state.in_force:
        return page.redirect_to("prove", number=number)
    return after_sending(declaration)


def own_declaration(number: str) -> Declaration:
    """Return a declaration of whoever is signed in. Raises NotAuthenticatedError or NotFoundError."""
    actor = page.require_actor()
    declaration = page.registry().declarations.visible(number, actor)
    if not page.acts_for(actor, declaration.party):
        raise NotFoundError("there is no such declaration of yours")
    return declaration


def targets(declaration: Declaration, challenges: Iterable[Challenge], results: dict[str, str]) -> list[Target]:
    """Return every place of a declaration that still has to be proved."""
    places: dict[str, list[Scope]] = {}
    for scope in declaration.unproved:
        places.setdefault(place_of(scope), []).append(scope)
    begun = list(challenges)
    return [_target(place, scopes, begun, results) for place, scopes in places.items()]


def counted(declaration: Declaration) -> str:
    """Return how many of a declaration's places are proved, empty where it has only one."""
    places = {place_of(scope) for scope in declaration.asked if needs_proof(scope)}
    missing = {place_of(scope) for scope in declaration.unproved}
    if len(places) < 2:
        return ""
    return str(_("%(proved)s of %(all)s places proved", proved=len(places - missing), all=len(places)))


def place_of(scope: Scope) -> str:
    """Return what is proved for a scope: a profile on a platform, otherwise its host."""
    if scope.kind in (ScopeKind.PREFIX, ScopeKind.URL):
        profile = next((prefix for prefix in _folders(scope.value) if platforms.find(prefix)), None)
        return profile or split(scope.value)[0]
    return scope.value


def _folders(value: str) -> Iterable[str]:
    return (value[: end + 1] for end, character in enumerate(value) if character == "/")


def _target(place: str, scopes: Sequence[Scope], begun: Sequence[Challenge], results: dict[str, str]) -> Target:
    own = [challenge for challenge in begun if challenge.target == place]
    offered = [
        method
        for method in _RECOMMENDED
        if _can_prove(method, place, scopes) and method not in {challenge.method for challenge in own}
    ]
    origin = page.registry().config.origin
    return Target(
        value=place,
        covers=tuple((scope.value, labels.scope_covers(scope.kind, scope.value)) for scope in scopes),
        methods=tuple(
            (method.value, labels.method_title(method), labels.method_note(method)) for method in offered
        ),
        challenges=tuple(
            ChallengeWords(
                challenge.id,
                labels.method_title(challenge.method),
                steps(challenge.method, instructions(challenge, origin)),
                results.get(challenge.id, ""),
            )
            for challenge in own
        ),
        advice="" if own or not is_of_platform(place) else only_its_operator(place),
    )


def _can_prove(method: Method, place: str, scopes: Sequence[Scope]) -> bool:
    if (method is Method.PROFILE_PAGE) != place.endswith("/"):
        return False
    return all(covers(method, place, scope.kind, scope.value, subtree=True) for scope in scopes)


def steps(method: Method, what: Instructions) -> tuple[Step, ...]:
    """Return what to do for a method, in order, with the exact text to copy."""
    match method:
        case Method.DNS_TXT | Method.DNS_PERSIST:
            return (
                Step(_("Open the DNS settings of your domain, at the company where you registered it.")),
                Step(_("Add a record of the type TXT with this name:"), what.at),
                Step(_("Give it this value:"), what.value),
                Step(_("Save it. It can take some minutes until it is seen. Then press “Check now”.")),
                Step(_("Leave the record there: we look again every now and then.")),
            )
        case Method.HTTP_FILE:
            return (
                Step(_("Make a text file that holds only this:"), what.value),
                Step(_("Upload it so that it opens at this address:"), what.at),
                Step(_("Then press “Check now”. Leave the file there: we look again every now and then.")),
            )
        case Method.HTML_META:
            return (
                Step(_("Put this line into the <head> of your home page:"), what.value),
                Step(_("Your home page is this one:"), what.at),
                Step(_("Then press “Check now”. Leave the line there: we look again every now and then.")),
            )
        case Method.PROFILE_PAGE:
            return (
                Step(_("Open the settings of your profile:"), what.at),
                Step(
                    _("Put this into the field “%(field)s”, beside what is there:", field=what.field), what.value
                ),
                Step(_("Save it, then press “Check now”. Leave it there: we look again every now and then.")),
            )


def _prove(declaration: Declaration, problems: tuple[FieldProblem, ...] = ()) -> Response:
    results = {problem.field.removeprefix("challenge-"): problem.message for problem in problems}
    challenges = page.registry().proofs.challenges(page.require_actor(), declaration.id)
    return page.render(
        "prove.html",
        problems,
        number=declaration.id,
        expires=declaration.expires,
        targets=targets(declaration, challenges, results),
        counted=counted(declaration),
        in_force=declaration.state.in_force,
    )
