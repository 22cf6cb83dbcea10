"""One party that has done everything here, and every address at which others may read about it."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from crawler_filter.preference import Usage
from registry.model.declaration import WorkKind, WorkRequest
from registry.model.dispute import DisputeRequest
from registry.model.enquiry import Question, Subject
from registry.model.grant import GrantRequest
from registry.model.membership import Invited
from registry.model.operator import Operator
from tests.registry.studio import SHA, Lab, Studio
from tests.registry.web.test_certificate_pages import text_of

PRIVATE, BETWEEN = "Zwijgplicht", "Onderonsje"
"""Marks in what its party alone may read, and in what the two sides of an enquiry may."""
SITE, TITLE, CREATOR = "studio-everything.com", "The Blue Lantern", "Kurosaki Ren"


@dataclass(frozen=True)
class Everything:
    """What was made: the declaration and the work, the dispute's secret, and the numbers of all of it."""

    studio: Studio
    declaration: str
    work: str
    secret: str
    numbers: tuple[str, ...]


def do_everything(studio: Studio, lab: Lab, operator: Operator, zone) -> Everything:
    """Let a party declare, prove, grant, be asked, ask, be disputed, describe a work, invite, and announce an end."""
    registry = studio.registry
    request = WorkRequest(studio.party.id, WorkKind.MANGA, {"en": TITLE}, creators=(CREATOR,))
    work = registry.works.create_work(studio.actor, request).id
    made = studio.declare(("sha256", SHA), ("domain", SITE), works=(work,))
    studio.prove(zone, made)
    asked = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(made.id,))
    stands, ended = (registry.grants.grant(studio.actor, asked).grant.id for _ in range(2))
    registry.grants.revoke(studio.actor, ended)
    wanted = Subject(
        declaration=made.id,
        usages=(Usage.AI_USE,),
        purpose=f"A model of pictures {BETWEEN}",
        terms=BETWEEN,
        product=BETWEEN,
    )
    permission = registry.enquiries.ask_permission(lab.actor, operator.id, wanted).id
    registry.enquiries.write(studio.actor, permission, f"Which pictures do you mean? {BETWEEN}")
    about = Subject(declaration=made.id, question=Question.IN_TRAINING, purpose=BETWEEN)
    question = registry.enquiries.ask_operator(studio.actor, studio.party.id, operator.id, about).id
    registry.enquiries.answer(lab.actor, question, f"None of them. {BETWEEN}")
    registry.members.invite(studio.actor, studio.party.id, f"invited@{PRIVATE.lower()}.example", Invited.EDITOR)
    dispute, secret = registry.disputes.make(
        made.id, DisputeRequest("mine", f"It is mine. {PRIVATE}", f"mori@{PRIVATE.lower()}.example", "en", ())
    )
    registry.disputes.open(dispute.id)
    registry.disputes.answer(studio.actor, dispute.id, PRIVATE, (f"https://{PRIVATE.lower()}.example/",))
    registry.parties.label(studio.actor, studio.party.id, PRIVATE)
    unpublished = replace(request, titles={"en": PRIVATE}, series=(PRIVATE,), published=False)
    hidden = registry.works.create_work(studio.actor, unpublished).id
    draft = registry.drafts.save_draft(studio.actor, None, {"covers": "page", "lines": f"example.com/{PRIVATE}"})
    studio.withdraw(made)
    registry.publisher.publish()
    numbers = (made.id, work, operator.id, stands, ended, permission, question, dispute.id, hidden, draft)
    return Everything(studio, made.id, work, secret, numbers)


def addresses(app: Flask, made: Everything) -> Iterator[tuple[str, str]]:
    """Yield every rule that answers a GET, with each address at which it may show something of what was made."""
    party = made.studio.party.id
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        for number in made.numbers:
            values = {"number": number, "id": number, "dispute": number, "party": party, "slug": "gone"}
            values |= {"language": "ja", "host": SITE, "title": TITLE, "secret": made.secret}
            values |= {"scheme": "sha256", "prefix": SHA[:4], "draft": number, "job": number, "name": "who"}
            if set(rule.arguments) <= set(values):
                yield (
                    rule.rule,
                    rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1],
                )
            if not {"number", "id", "dispute"} & set(rule.arguments):
                break
    asked = [f"/check?asset={SHA}", f"/check?asset={SITE}", f"/search?q={SITE}", f"/search?q={quote(TITLE)}"]
    asked += [
        f"/search?q={quote(made.studio.party.name)}",
        f"/v1/lookup?fingerprint=sha256:{SHA}",
        f"/v1/lookup?url=https://{SITE}/",
    ]
    asked += [f"/search?q={quote(each)}" for each in (made.studio.party.name.split()[0], CREATOR)]
    yield from ((each, each) for each in asked)


@dataclass(frozen=True)
class Shown:
    """What one address gave somebody: a page, a feed, a file, JSON, or a refusal."""

    rule: str
    is_there: bool
    mimetype: str
    text: str


def answers(client: FlaskClient, app: Flask, made: Everything) -> Iterator[Shown]:
    """Yield everything that a client is shown of what was made, refusals too, in both languages."""
    for rule, path in addresses(app, made):
        for language in ("en", "ja"):
            url = f"{path}{'&' if '?' in path else '?'}lang={language}"
            with client.get(url, base_url="https://registry.example") as answer:
                yield Shown(rule, answer.status_code == HTTPStatus.OK, answer.mimetype, _text(answer))


def _text(answer) -> str:
    if answer.mimetype == "application/pdf":
        return text_of(answer.data)
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    return answer.data.decode("utf-8", "replace")
