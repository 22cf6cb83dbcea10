"""What a person has answered so far: the content of a draft, as it is kept and as it becomes a request.

Answers are kept as typed, right or wrong, so that nothing is lost between two visits. Each question reads its own
fields of a form, returns the answers with those changed, and says what has to be put right.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Self

from flask_babel import gettext as _

from crawler_filter.preference import Preference, Usage, is_contradictory
from registry.rules.validation import TERRITORY
from registry.web.country_input import country_code
from registry.web.form_input import (
    ADDRESS,
    MAIL,
    Covers,
    FieldProblem,
    Line,
    ordinary_contact,
    ordinary_page,
    read_lines,
)
from registry.web.licence_form import TypedLicence

_LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one draft. `amends` is the declaration that they change, if they change one."""

    party: str = ""
    covers: str = ""
    lines: str = ""
    exceptions: str = ""
    usages: dict[str, str] = field(default_factory=lambda: {Usage.TRAIN_AI.value: Preference.DISALLOWED.value})
    policy: str = ""
    contact: str = ""
    territory: str = ""
    works: tuple[str, ...] = ()
    amends: str = ""
    licence: TypedLicence = field(default_factory=TypedLicence)

    def to_json(self) -> dict[str, Any]:
        """Return the object a draft is stored as."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a stored draft; what is missing or unknown is as if it had not been answered."""
        known = {each.name: value[each.name] for each in fields(cls) if each.name in value}
        licence = TypedLicence.of(known.get("licence", {}))
        return cls(**known | {"works": tuple(known.get("works", ())), "licence": licence})

    @property
    def kind(self) -> Covers | None:
        """Return what the declaration is about, once that is answered."""
        return Covers(self.covers) if self.covers in set(Covers) else None

    @property
    def understood(self) -> tuple[Line, ...]:
        """The lines that can be read."""
        return read_lines(self.kind, self.lines)[0] if self.kind else ()

    @property
    def first(self) -> Line | None:
        """The first line that can be read, looked for at the beginning alone: a list shows it."""
        beginning = self.lines.split("\n", _LOOKED_AT)[:_LOOKED_AT]
        return next(iter(read_lines(self.kind, "\n".join(beginning))[0]), None) if self.kind else None

    @property
    def excepted(self) -> tuple[Line, ...]:
        """The parts of the websites for which the contrary is said."""
        is_site = self.kind in (Covers.SITE, Covers.HOST)
        return read_lines(Covers.FOLDER, self.whole_exceptions)[0] if is_site and self.exceptions.strip() else ()

    @property
    def whole_exceptions(self) -> str:
        """The parts as they were typed, a path alone as one of the website where there is one website only."""
        sites = {line.value for line in self.understood}
        if len(sites) != 1:
            return self.exceptions
        site = sites.pop()
        paths = (line.strip() for line in self.exceptions.split("\n"))
        return "\n".join(f"{site}{path}" if path.startswith("/") else path for path in paths)

    @property
    def preferences(self) -> dict[Usage, Preference]:
        """Return the choice for each usage; a usage nothing is said about is left out."""
        said = {usage: self.usages.get(usage.value, "") for usage in Usage}
        return {usage: Preference(value) for usage, value in said.items() if value in _SAYABLE}


_SAYABLE: Final = frozenset({Preference.DISALLOWED.value, Preference.ALLOWED.value})

Form = Mapping[str, str]
Reading = tuple[Answers, tuple[FieldProblem, ...]]


def read_party(answers: Answers, form: Form) -> Reading:
    """Read who declares."""
    party = form.get("party", "")
    problems = () if party else (FieldProblem("party", _("Choose who is declaring")),)
    return replace(answers, party=party), problems


def read_covers(answers: Answers, form: Form) -> Reading:
    """Read what the declaration is about; a change of kind keeps what was typed."""
    answers = replace(answers, covers=form.get("covers", ""))
    return answers, () if answers.kind else (FieldProblem("covers", _("Choose what you want to exclude")),)


def read_scopes(answers: Answers, form: Form) -> Reading:
    """Read the addresses, digests or numbers."""
    answers = replace(
        answers,
        lines=form.get("lines", "").replace("\r\n", "\n"),
        exceptions=form.get("exceptions", "").replace("\r\n", "\n"),
    )
    return answers, tuple(_scope_problems(answers))


def read_usages(answers: Answers, form: Form) -> Reading:
    """Read what is said about each usage."""
    usages = {usage.value: form.get(f"usage-{usage}", "") for usage in Usage}
    answers = replace(answers, usages={usage: said for usage, said in usages.items() if said in _SAYABLE})
    return answers, tuple(_usage_problems(answers))


def read_terms(answers: Answers, form: Form) -> Reading:
    """Read where permission can be asked for, and for which country the declaration is made."""
    answers = replace(
        answers,
        policy=ordinary_page(form.get("policy", "")[:2000].strip()),
        contact=ordinary_contact(form.get("contact", "")[:300].strip()),
        territory=country_code(form.get("territory", "")[:200]),
        licence=TypedLicence.of(form),
    )
    return answers, tuple(_terms_problems(answers))


QUESTIONS: Final[Mapping[str, Callable[[Answers, Form], Reading]]] = {
    "who": read_party,
    "what": read_covers,
    "where": read_scopes,
    "uses": read_usages,
    "terms": read_terms,
}
"""The question pages in their order, each with what reads it."""


def unanswered(answers: Answers) -> str | None:
    """Return the first question whose answer is missing or wrong, or None when the draft can be sent."""
    checks: Mapping[str, bool] = {
        "who": bool(answers.party),
        "what": answers.kind is not None,
        "where": answers.kind is not None and not _scope_problems(answers),
        "uses": not tuple(_usage_problems(answers)),
        "terms": not tuple(_terms_problems(answers)),
    }
    return next((question for question, right in checks.items() if not right), None)


def _scope_problems(answers: Answers) -> list[FieldProblem]:
    if answers.kind is None:
        return []
    problems = list(read_lines(answers.kind, answers.lines)[1])
    if answers.kind not in (Covers.SITE, Covers.HOST) or not answers.exceptions.strip():
        return problems
    wrong = read_lines(Covers.FOLDER, answers.whole_exceptions)[1]
    problems += [FieldProblem("exceptions", each.message) for each in wrong]
    sites = [line.value for line in answers.understood]
    problems += [
        FieldProblem("exceptions", _("%(part)s is in none of the websites above", part=part.value))
        for part in answers.excepted
        if not any(_lies_in(part.value.partition("/")[0], site, answers.kind) for site in sites)
    ]
    return problems


def _lies_in(host: str, site: str, kind: Covers) -> bool:
    return host == site or (kind is Covers.SITE and host.endswith(f".{site}"))


def _usage_problems(answers: Answers) -> list[FieldProblem]:
    said = answers.preferences
    if not said:
        return [FieldProblem("usage-train-ai", _("Say something about at least one use"))]
    if is_contradictory(said):
        sentence = _("Text and data mining includes AI training: reserve both, or do not allow training")
        return [FieldProblem("usage-train-ai", sentence)]
    if Preference.ALLOWED in said.values() and answers.kind and not answers.kind.provable:
        usage = next(usage for usage, preference in said.items() if preference is Preference.ALLOWED)
        return [FieldProblem(f"usage-{usage}", _("A use can be allowed only for a website you prove is yours"))]
    return []


def _terms_problems(answers: Answers) -> list[FieldProblem]:
    problems = []
    if answers.policy and not ADDRESS.fullmatch(answers.policy):
        problems.append(FieldProblem("policy", _("Enter the address of a page, such as example.com/licence")))
    if answers.contact and not (MAIL.fullmatch(answers.contact) or ADDRESS.fullmatch(answers.contact)):
        problems.append(FieldProblem("contact", _("Enter an email address, or the address of a contact page")))
    if answers.territory and not TERRITORY.fullmatch(answers.territory):
        problems.append(FieldProblem("territory", _("Enter one country, such as Japan or JP, or leave it empty")))
    return [*problems, *answers.licence.problems()]
