"""What grows with use: a list of as many rows as one may have, the log of many enquiries, and many events."""

from collections.abc import Iterator
from dataclasses import replace

from crawler_filter.errors import Sentence
from crawler_filter.formats.events import EventKind
from crawler_filter.formats.record import ScopeKind, encode_id
from crawler_filter.preference import Usage
from registry.model.enquiry import MAX_TEXT, Enquiry, EnquiryKind, EnquiryState, Question, Subject
from registry.model.imports import ImportRow, Outcome
from registry.store.enquiries import insert_enquiry
from registry.store.events import record_event
from registry.store.imports import add_rows, clear_rows
from tests.attacks.hostile_requests import Scene
from tests.attacks.meter import Sent
from tests.registry.api import examples

ENQUIRIES, EVENTS = 2_000, 1_000
WHY = Sentence("expected a web address, a name of a site, or a fingerprint, got %(value)s", value="あ" * 100)


def grown_lists(scene: Scene) -> Iterator[Sent]:
    """Fill the lists, then ask for each as its page and as its operation."""
    service, party = scene.service, scene.service.owner.party.id
    job, operator = _list(scene), examples.lab(service)
    _enquiries(scene, operator)
    secret = service.registry.feeds.renew(service.owner.actor, party)
    webhook = examples.webhook(service)
    for path in (
        "/import", f"/import/{job}", f"/import/{job}/report.csv", f"/import/{job}/problems.csv", f"/import/{job}/report.csv?part=20", "/enquiries",
        f"/parties/{party}/enquiries.csv", f"/operators/{operator}", f"/operators/{operator}/disclosure",
        f"/operators/{operator}/disclosure.csv", "/account/events", f"/webhooks/{webhook}", f"/feed/private/{secret}",
        f"/feed/private/{secret}.json", f"/parties/{party}", "/search?q=a",
    ):  # fmt: skip
        yield Sent("GET", path, is_page=True)
    for path in (
        "/v1/imports", f"/v1/imports/{job}", f"/v1/imports/{job}/rows", f"/v1/parties/{party}/enquiries",
        f"/v1/parties/{party}/enquiries.csv", f"/v1/operators/{operator}/disclosure",
        f"/v1/operators/{operator}/disclosure.csv", f"/v1/operators/{operator}/answers",
        f"/v1/events?party={party}&after=0", f"/v1/parties/{party}/webhooks",
    ):  # fmt: skip
        yield Sent("GET", path)
    yield Sent("POST", f"/v1/imports/{job}/discard")


def _list(scene: Scene) -> str:
    """A list of which every row but the first has a problem that takes many words."""
    service = scene.service
    number = examples.a_list(service, read=True)
    row = ImportRow(
        1, "url", Outcome.PROBLEM, ScopeKind.URL, "https://example.net/" + "a" * 200, 0, "題" * 30, why=WHY
    )

    def filling(database) -> None:
        clear_rows(database, number)
        most = service.registry.config.limits.import_rows
        add_rows(database, number, 0, (replace(row, line=line) for line in range(1, most + 1)))

    service.registry.writer.run(filling)
    return number


def _enquiries(scene: Scene, operator: str) -> None:
    service, party, text = scene.service, scene.service.owner.party.id, "あ" * MAX_TEXT
    permission = Subject(service.declared()["id"], (), (Usage("train-ai"),), text, text, terms=text)
    question = Subject(service.declared()["id"], question=Question.IN_TRAINING)

    def filling(database) -> None:
        for each in range(ENQUIRIES):
            kind = (EnquiryKind.PERMISSION, EnquiryKind.DISCLOSURE)[each % 2]
            subject = permission if kind is EnquiryKind.PERMISSION else question
            number, now = encode_id(each.to_bytes(16)), service.clock.now
            insert_enquiry(
                database, Enquiry(number, kind, operator, party, subject, EnquiryState.OPEN, now, now + 86_400)
            )
        for each in range(EVENTS):
            record_event(database, party, EventKind.TEST, f"{each}", service.clock.now)

    service.registry.writer.run(filling)
