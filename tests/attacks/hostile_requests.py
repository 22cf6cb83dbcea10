"""What is sent: to every operation of the API and every page and form, two hundred hostile requests each."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from urllib.parse import quote, urlencode

from werkzeug.test import Client

from registry.api.operations import Operation
from registry.web.page import SESSION
from tests.attacks.hostile_bodies import LEAVES, admitted, bodies, forms, large_declarations, large_works
from tests.attacks.meter import Sent
from tests.registry.api import examples
from tests.registry.api.conftest import LIMITS, Service, open_service
from tests.registry.api.examples import BY_NAME, EXAMPLES
from tests.registry.instance import make_party, session
from tests.registry.web.person import OURS
from tests.simulators.authenticator import Authenticator

ORIGIN = "https://registry.example"
COUNT = 200


@dataclass
class Scene:
    """One registry, its owner's token and browser, and what belongs to the owner."""

    service: Service
    sent: int = 0
    ids: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        signed_in = session(self.service.registry, self.service.letterbox, "aoi@studio.example")
        self.service.client.set_cookie(
            f"__Host-{SESSION}", signed_in.secret, domain="registry.example", secure=True
        )

    def send(self, sent: Sent) -> int:
        """Send one request, all rates whole again, and return its status."""
        self.sent += 1
        self.service.clock.pass_(60)
        if self.sent % 100 == 0:
            self.service.clock.pass_(300)
            self.sign_in()
        headers = (
            dict(OURS)
            if sent.is_page
            else {**self.service.owner.headers(), "Idempotency-Key": f"attack-{self.sent}"}
        )
        if sent.content_type:
            headers["Content-Type"] = sent.content_type
        client: Client = self.service.client
        response = client.open(sent.path, method=sent.method, data=sent.body, headers=headers, base_url=ORIGIN)
        for _ in response.iter_encoded():
            pass
        response.close()
        return response.status_code


@contextmanager
def open_scene(path: Path) -> Iterator[Scene]:
    limits = replace(
        LIMITS,
        scopes_per_declaration=500,
        unverified_scopes_per_declaration=500,
        parties_per_account=60,
        drafts_per_account=100,
        unverified_names_per_party=1_000_000,
    )
    with open_service(path, limits=limits) as service:
        scene = Scene(service)
        scene.sign_in()
        yield scene


def _texts() -> list[str]:
    return [leaf if isinstance(leaf, str) else json.dumps(leaf) for leaf in LEAVES]


def of_operation(scene: Scene, operation: Operation) -> Iterator[Sent]:
    """Two hundred bodies, or as many hostile parameters where there is no body."""
    service, example = scene.service, EXAMPLES[operation.name](scene.service)
    if operation.body is None:
        yield from _of_parameters(operation, example.path)
        return
    limits = service.registry.config.limits
    most = limits.lookup_body_bytes if operation.is_lookup else limits.body_bytes
    kind = operation.body if isinstance(operation.body, str) else "application/json"
    large = {
        "declare": large_declarations,
        "amend": large_declarations,
        "create_work": large_works,
        "amend_work": large_works,
    }.get(operation.name)
    made = large(example.body, most) if large else ()
    for body in chain(admitted(operation.name), made, bodies(example.body, most, COUNT)):
        yield Sent(operation.method, example.path, body, kind)


def _of_parameters(operation: Operation, right: str) -> Iterator[Sent]:
    yield Sent(operation.method, right)
    path, texts = right.partition("?")[0], _texts()
    for number in range(COUNT - 1):
        text = quote(texts[number % len(texts)] * (1 + 40 * (number // len(texts))))[:8000]
        if operation.query is not None and number % 2:
            names = list(operation.query.model_fields)
            yield Sent(operation.method, f"{path}?{names[number // 2 % len(names)]}={text}")
        else:
            yield Sent(
                operation.method,
                f"{path.rpartition('/')[0]}/{text}" if "{" in operation.path else f"{path}?{text}",
            )


RIGHT: dict[str, Mapping[str, str]] = {
    "web.choose_language": {"_language": "ja", "asset": "example.com"},
    "web.start_import": {"party": "", "usages": "train-ai", "policy": "", "contact": ""},
    "web.request_link": {"address": "aoi@studio.example"},
    "web.create_token": {"label": "a token"},
    "web.create_party": {"name": "Aoi", "shown": "yes", "capacity": "author", "principal": ""},
    "web.create_work": {
        "party": "", "titles": "ja: 青い本", "creators": "青井", "kind": "book", "identifiers": "ISBN 9784873119328",
        "series": "青", "characters": "青井そら / Sora Aoi",
    },
    "web.amend_work": {
        "titles": "ja: 青い本", "creators": "青井", "kind": "book", "identifiers": "", "series": "青", "characters": "青井",
    },
    "web.merge_work": {"into": ""},
    "web.add_webhook": {"url": "https://hooks.example-studio.com/optout", "kinds": "grant.made"},
    "web.act_on_webhook": {"do": "again", "after": "0"},
    "web.change_feed": {"do": "renew"},
    "web.ask_second": {"address": "second@studio.example"},
    "web.add_second": {"address": "second@studio.example", "code": "123456"},
    "web.ask_first": {"address": "other@studio.example"},
    "web.change_first": {"address": "other@studio.example", "code": "123456"},
    "web.add_passkey": {"label": "phone", "answer": "{}"},
    "web.rename_passkey": {"label": "phone"},
    "web.use_passkey": {"answer": "{}"},
    "web.choose_proof": {"method": "dns-txt", "target": ""},
    "web.report_on_site": {"site": "https://art.example.com/"},
    "web.answer": {
        "party": "", "covers": "files", "lines": "ab" * 32, "usage-train-ai": "disallowed", "policy": "", "contact": "",
        "territory": "", "works": "",
    },
}  # fmt: skip
"""The fields of each form; the other buttons have none."""

UPLOADS = {
    "web.start_import": "multipart/form-data; boundary=b",
    "web.receive_import": "application/octet-stream",
}
"""Pages that take a file, with how it comes."""

UPLOADED = (
    b"https://example.com/a\n", b"a,b,c\n", b"\n", b",", b'"', b"\x00", b"\xff", b"[", b'{"a":', b"<a>", b"<!--", b"PK\x03\x04",
    "あ".encode(), b"--b\r\n", b'\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
)  # fmt: skip
PART = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
LIST_PART = b'--b\r\nContent-Disposition: form-data; name="list"; filename="list.csv"\r\n\r\n'

QUERIES = {"web.choose_language": "?next=/check&form=check"}
"""What belongs to the address of a form."""

ASKED = {
    "web.check": ("asset", "usage"),
    "web.speak": ("next",),
    "web.sign_in": ("next",),
    "web.check_site": ("site",),
    "web.works": ("after",),
    "web.declarations": ("after",),
    "web.party_page": ("after",),
    "web.question": ("party", "then"),
    "web.new_party": ("draft",),
    "web.record": ("done",),
    "web.search": ("q",),
}
"""What pages read of their addresses."""


def of_page(scene: Scene, endpoint: str, method: str) -> Iterator[Sent]:
    """The page as it is meant, then with hostile places, parameters and forms."""
    rules = [rule for rule in scene.service.client.application.url_map.iter_rules() if rule.endpoint == endpoint]
    for rule in rules:
        right = _filled(scene, rule.rule) + QUERIES.get(endpoint, "")
        yield Sent(method, right, b"" if method == "POST" else None, is_page=True)
        if method == "GET":
            yield from _of_addresses(endpoint, rule.rule, right)
            continue
        for path in _all_ways(scene, rule.rule, right):
            fields = _fields(scene, endpoint) or {"a": "b"}
            limits = scene.service.registry.config.limits
            if endpoint in UPLOADS:
                yield from _of_uploads(path, UPLOADS[endpoint], fields, limits.lookup_body_bytes)
            most = limits.body_bytes
            for kind, body in forms(fields, most, 2 * COUNT if "lines" in fields else COUNT):
                yield Sent(method, path, body, kind, is_page=True)


def _of_uploads(path: str, kind: str, fields: Mapping[str, str], most: int) -> Iterator[Sent]:
    """Lists of works as a form and as a script send them, and what neither does."""
    for piece in UPLOADED:
        content = piece * (most // 2 // len(piece))
        form = b"".join(PART % name.encode() + text.encode() + b"\r\n" for name, text in fields.items())
        body = form + LIST_PART + content + b"\r\n--b--\r\n" if kind.startswith("multipart") else content
        yield Sent("POST", f"{path}?at=0", body, kind, is_page=True)


def as_meant(scene: Scene, endpoint: str, method: str) -> Sent:
    """The page or form as somebody honest sends it."""
    right = next(of_page(scene, endpoint, method))
    fields = _fields(scene, endpoint)
    if method == "GET" or not fields:
        return right
    return replace(right, body=urlencode(fields).encode(), content_type="application/x-www-form-urlencoded")


def _fields(scene: Scene, endpoint: str) -> dict[str, str]:
    fields = dict(RIGHT.get(endpoint, {}))
    if "party" in fields:
        fields["party"] = scene.service.owner.party.id
    if "into" in fields:
        fields["into"] = scene.service.work()["id"]
    return fields


def _of_addresses(endpoint: str, rule: str, right: str) -> Iterator[Sent]:
    texts, asked = _texts(), ASKED.get(endpoint, ("a", "lang"))
    for number in range(COUNT - 1):
        text = texts[number % len(texts)] * (1 + 40 * (number // len(texts)))
        if "<" in rule and number % 2:
            yield Sent("GET", re.sub(r"<[^>]+>", quote(text[:2000], safe=""), rule), is_page=True)
        else:
            yield Sent("GET", f"{right}?{urlencode({asked[number // 2 % len(asked)]: text})[:8000]}", is_page=True)


def _all_ways(scene: Scene, rule: str, right: str) -> Iterator[str]:
    """A question's address has a choice in it: each is asked."""
    choice = re.search(r"<any\(([^)]*)\):\w+>", rule)
    if choice is None:
        yield right
        return
    for name in choice[1].split(", "):
        yield _filled(scene, rule.replace(choice[0], name))


def _filled(scene: Scene, rule: str) -> str:
    """Return an address of something that is the owner's, made when it is first asked for."""
    service = scene.service
    makers: dict[str, Callable[[], str]] = {
        "draft": lambda: _draft(scene),
        "number": lambda: _number(service, rule),
        "party": lambda: _party_to_close(service) if rule.endswith("/close") else service.declared()["party"],
        "challenge": lambda: service.challenge(_number_in(scene))["id"],
        "token": lambda: "a" * 43,
        "session": lambda: "a" * 26,
        "language": lambda: "ja",
        "slug": lambda: "rate-limited",
        "job": lambda: examples.a_list(service, read=True),
        "passkey": lambda: _passkey(service),
        "name": lambda: "where",
    }
    if "/feed/private/" in rule:
        makers["secret"] = lambda: service.registry.feeds.renew(service.owner.actor, service.owner.party.id)
    path = rule
    for found in re.finditer(r"<(?:[^:>]+:)?(\w+)>", rule):
        made = makers.get(found[1], lambda: "a" * 52)()  # a mailed secret that nobody has
        if found[1] == "number":
            scene.ids["number"] = made
        path = path.replace(found[0], made)
    return path


def _number_in(scene: Scene) -> str:
    return scene.ids["number"]


def _number(service: Service, rule: str) -> str:
    """The number of what an address is about, as its first part says; a receipt is of what the log shows."""
    makers: dict[str, Callable[[Service], str]] = {
        "w": lambda service: service.work()["id"],
        "operators": examples.operator,
        "enquiries": examples.asked,
        "grants": examples.grant,
        "webhooks": examples.webhook,
    }
    subject = rule.split("/")[1]
    if subject in makers:
        return makers[subject](service)
    if rule.endswith(("/certificate.pdf", "/receipt")):
        return service.published()["id"]
    return (service.pending() if "prove" in rule else service.declared())["id"]


def _passkey(service: Service) -> str:
    """A passkey of the owner's."""
    passkeys, actor = service.registry.passkeys, service.owner.actor
    begun = passkeys.begin_adding(actor, network="203.0.113.7")
    return passkeys.add(actor, begun.nonce, Authenticator().make(begun.options), "phone").id


def _party_to_close(service: Service) -> str:
    """A party that nothing else is about: a closed one declares nothing more."""
    return make_party(service.registry, service.owner.actor, "To be closed").id


def _draft(scene: Scene) -> str:
    service = scene.service
    response = service.client.post("/declare", headers=OURS, base_url=ORIGIN)
    draft = re.search(r"/declare/(\w+)/", response.headers["Location"])[1]
    for name, fields in (
        ("who", {"party": service.owner.party.id}),
        ("what", {"covers": "files"}),
        ("where", {"lines": "ab" * 32}),
        ("uses", {"usage-train-ai": "disallowed"}),
    ):
        service.client.post(f"/declare/{draft}/{name}", data=fields, headers=OURS, base_url=ORIGIN)
    return draft


def pages_of(scene: Scene) -> list[tuple[str, str]]:
    """Every (endpoint, method) of the pages."""
    found = {
        (rule.endpoint, method)
        for rule in scene.service.client.application.url_map.iter_rules()
        if rule.endpoint.startswith("web.") and rule.endpoint != "web.static"
        for method in rule.methods & {"GET", "POST"}
    }
    return sorted(found)


def everything(scene: Scene) -> dict[str, Callable[[Scene], Iterator[Sent]]]:
    """What may be sent, by the name that the table of results has."""
    operations = {
        f"{row.method} {row.path}": lambda scene, row=row: of_operation(scene, row) for row in BY_NAME.values()
    }
    pages = {}
    for endpoint, method in pages_of(scene):
        rule = next(r for r in scene.service.client.application.url_map.iter_rules() if r.endpoint == endpoint)
        shown = re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)
        pages[f"{method} {shown}"] = lambda scene, endpoint=endpoint, method=method: of_page(
            scene, endpoint, method
        )
    return operations | pages
