"""The certificate of a declaration as a PDF, in English and Japanese; and its receipt by mail."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Final

from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.record import Scope
from crawler_filter.log import Checkpoint, Note
from crawler_filter.log.encoding import encode_base64
from crawler_filter.preference import Preference, Usage
from registry import rate_limits
from registry.errors import NotFoundError
from registry.model.declaration import Declaration
from registry.web import labels, page
from registry.web.certificate import Certificate, Row, draw
from registry.web.declaration_states import badge_of, has_proved
from registry.web.page import blueprint
from registry.web.party_names import name_of, party_name

_SHOWN: Final = 100
_JAPAN: Final = timezone(timedelta(hours=9))


@blueprint.get("/d/<number>/certificate.pdf")
def certificate(number: str) -> Response:
    """Give the certificate of a declaration that is in the log."""
    declaration = page.registry().declarations.visible(number, None)
    response = Response(draw(_certificate(declaration)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="declaration-{number}.pdf"'
    return response


@blueprint.post("/d/<number>/receipt")
def mail_receipt(number: str) -> Response:
    """Mail the receipt of a declaration to whoever declared it."""
    registry, actor = page.registry(), page.require_actor()
    declaration = registry.declarations.visible(number, actor)
    if declaration.leaf is None:
        raise NotFoundError("nothing of this declaration was logged yet")
    registry.limiter.take(rate_limits.RECEIPTS, actor.account)
    registry.declarations.mail_receipt(actor, number, registry.receipts.of_declaration(number).encode())
    return page.redirect_to("record", number=number, done="mailed")


def _certificate(declaration: Declaration) -> Certificate:
    registry, record = page.registry(), declaration.record
    address = f"{registry.config.public_url}/d/{record.id}"
    operator = registry.config.operator or registry.config.origin
    return Certificate(
        title=_both(lambda: _("Declaration in the opt-out registry")),
        subject=address,
        operator=operator,
        url=address,
        rows=[*_declared(declaration, operator), *_logged(declaration)],
        notes=[_in(language, _note) for language in ("en", "ja")],
    )


def _note() -> str:
    return str(
        _(
            "This shows what was declared, and when. It does not show that it is right. Whoever doubts it can"
            " verify the receipt without this registry: see %(url)s/verify",
            url=page.registry().config.public_url,
        )
    )


def _covered(scope: Scope) -> str:
    text = f"{scope.kind}: {scope.value}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def _declared(declaration: Declaration, operator: str) -> list[Row]:
    record = declaration.record
    scopes = [_covered(scope) for scope in record.scopes[:_SHOWN]]
    party, proved = partial(party_name, record), has_proved(declaration)
    more = len(record.scopes) - len(scopes)
    return [
        Row(_both(lambda: _("Number")), [record.id]),
        Row(_both(lambda: _("State")), [_both(lambda: badge_of(declaration, proved=proved).words)]),
        Row(_both(lambda: _("Declared by")), _each(lambda: party().title, lambda: party().badge.words)),
        *_co_owners(record.id),
        Row(_both(lambda: _("Registry")), [operator, page.registry().config.public_url]),
        Row(_both(lambda: _("Declared on")), _times(declaration.created)),
        Row(_both(lambda: _("Last changed on")), _times(declaration.updated)),
        Row(_both(lambda: _("Uses")), _uses(record.scopes)),
        Row(_both(lambda: _("What is covered")), [*scopes, *([f"+ {more}"] if more > 0 else [])]),
    ]  # fmt: skip


def _co_owners(number: str) -> list[Row]:
    """Return who else has confirmed the declaration: the name of each, and what was checked of it."""
    owners = [partial(name_of, each.party) for each in page.registry().co_owners.of_declaration(number)]
    said = [_each(lambda name=name: name().title, lambda name=name: name().badge.words) for name in owners]  # type: ignore[misc]
    return [Row(_both(lambda: _("Together with")), [line for lines in said for line in lines])] if said else []


def _logged(declaration: Declaration) -> list[Row]:
    proof = page.registry().receipts.of_declaration(declaration.id).proof
    checkpoint = Checkpoint.parse(Note.parse(proof.checkpoint).text)
    return [
        Row(_both(lambda: _("Log entry")), [f"{checkpoint.origin} #{proof.index}"]),
        Row(_both(lambda: _("Entries in the log")), [str(checkpoint.size)]),
        Row(
            _both(lambda: _("Root of the log (SHA-256)")), [encode_base64(checkpoint.root), checkpoint.root.hex()]
        ),
    ]


def _uses(scopes: Sequence[Scope]) -> list[str]:
    """Return what is said of each use: once where all that is covered says the same, else for each part of it."""
    said = dict.fromkeys(tuple(sorted(scope.preferences.items())) for scope in scopes)
    if len(said) == 1:
        return [line for preferences in said for line in _said(preferences)]
    return [
        f"{_covered(scope)} | {line}"
        for scope in scopes[:_SHOWN]
        for line in _said(sorted(scope.preferences.items()))
    ]


def _said(preferences: Iterable[tuple[Usage, Preference]]) -> list[str]:
    return [
        _both(lambda usage=usage, preference=preference: (  # type: ignore[misc]
            f"{labels.usage_words(usage).title}: {labels.preference_words(preference)}"))
        for usage, preference in preferences
    ]  # fmt: skip


def _times(unix: int) -> list[str]:
    """Return a time in UTC and in Japan's."""
    japan = datetime.fromtimestamp(unix, _JAPAN)
    return [
        f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"{japan.year}年{japan.month}月{japan.day}日 {japan:%H:%M:%S} JST",
    ]


def _each(*words: Callable[[], str]) -> Sequence[str]:
    return [_both(each) for each in words]


def _both(words: Callable[[], str]) -> str:
    """Return words in English and in Japanese, once where they are the same."""
    return " / ".join(dict.fromkeys(str(_in(language, words)) for language in ("en", "ja")))


def _in(language: str, words: Callable[[], str]) -> str:
    with force_locale(language):
        return str(words())
