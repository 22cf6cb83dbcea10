"""The authors of Web Bot Auth as a judge: what their package signs is known here, and what is signed here they verify.

The package is fetched from npm for this test, once a machine, and is never part of this project.
"""

import json
import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from crawler_filter.formats.jwk import encode_base64url, read_key_set, thumbprint
from crawler_filter.formats.message_signature import Post, sign_post
from crawler_filter.formats.webhooks import EVENT_TAG
from registry.permissions.signed_requests import SignedRequest, SignedRequests
from tests.conftest import require_network, require_system
from tests.registry.permissions.test_signed_requests import COVERED, URL, operator, signed
from tests.simulators.crawler import CLIENT_ID, make_key, print_of

pytestmark = [pytest.mark.slow, pytest.mark.system]

PACKAGE = "web-bot-auth@0.1.3"
SEED = 1
JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": encode_base64url(bytes([SEED]) * 32),
    "x": encode_base64url(make_key(SEED).public_key().public_bytes_raw()),
}
PUBLIC = {name: value for name, value in JWK.items() if name != "d"}

SIGN = """
import { signatureHeaders } from "web-bot-auth";
import { signerFromJWK } from "web-bot-auth/crypto";
const { jwk, url, agent, components, created, expires } = JSON.parse(process.argv[2]);
const headers = agent ? { "Signature-Agent": agent } : {};
const made = await signatureHeaders({ method: "GET", url, headers }, await signerFromJWK(jwk), {
  created: new Date(created * 1000), expires: new Date(expires * 1000), components,
});
console.log(JSON.stringify({ ...headers, ...made }));
"""
VERIFY = """
import { verify } from "web-bot-auth";
import { verifierFromJWK } from "web-bot-auth/crypto";
const { jwk, method, url, headers } = JSON.parse(process.argv[2]);
await verify({ method, url, headers }, await verifierFromJWK(jwk));
console.log(JSON.stringify("verified"));
"""
VERIFY_ANY = """
import { verify } from "http-message-sig";
const { jwk, method, url, headers } = JSON.parse(process.argv[2]);
const key = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, true, ["verify"]);
let params;
await verify({ method, url, headers }, async (data, signature, found) => {
  params = found;
  if (!(await crypto.subtle.verify("Ed25519", key, signature, new TextEncoder().encode(data)))) throw new Error("wrong");
});
console.log(JSON.stringify({ keyid: params.keyid, tag: params.tag }));
"""
NAME_KEY = """
import { jwkToKeyID } from "web-bot-auth";
import { helpers } from "web-bot-auth/crypto";
console.log(JSON.stringify(await jwkToKeyID(JSON.parse(process.argv[2]).jwk, helpers.WEBCRYPTO_SHA256, helpers.BASE64URL_DECODE)));
"""


@pytest.fixture(scope="module")
def node():
    """Runs a module of JavaScript beside the package, with one argument in JSON; returns what it prints."""
    require_system(shutil.which("node") and shutil.which("npm"), "Node.js with npm (Debian packages nodejs, npm)")
    folder = Path(tempfile.gettempdir()) / "training-optout-web-bot-auth"
    if not (folder / "node_modules" / "web-bot-auth").is_dir():
        require_network(f"fetch {PACKAGE} from npm")
        folder.mkdir(exist_ok=True)
        command = ["npm", "install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", PACKAGE]
        done = subprocess.run(command, check=False, capture_output=True, timeout=300)
        if done.returncode:
            pytest.skip(f"{PACKAGE} could not be fetched from npm")

    def node(program: str, **said):
        file = folder / "program.mjs"
        file.write_text(program, encoding="utf-8")
        command = ["node", file, json.dumps(said)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return node


@pytest.fixture
def now():
    """The package asks the machine's clock, so this test does too."""
    return int(time.time())


@pytest.fixture
def known(now):
    two = [operator(1, CLIENT_ID, SEED), operator(2, "https://two.example/card", SEED)]
    return lambda *numbers: SignedRequests(
        lambda print_: [
            (replace(each), key) for each in two[: max(numbers)] for key in each.keys if key.thumbprint == print_
        ],
        lambda: now,
    )


def test_a_key_has_the_name_that_the_package_gives_it(node):
    assert node(NAME_KEY, jwk=PUBLIC) == print_of(make_key(SEED))
    (read,) = read_key_set({"keys": [PUBLIC]})
    assert read.thumbprint == thumbprint(read.raw)


@pytest.mark.parametrize("agent", ["", CLIENT_ID])
def test_a_request_that_the_package_signed_says_who_asks(node, known, now, agent):
    components = [*COVERED, *(["signature-agent"] if agent else [])]
    quoted = f'"{agent}"' if agent else ""
    headers = node(SIGN, jwk=JWK, url=URL, agent=quoted, components=components, created=now - 1, expires=now + 60)
    request = SignedRequest("GET", URL, headers)
    assert known(1).identify(request, "JP").client_id == CLIENT_ID
    assert known(1).identify(replace(request, url=URL.replace("1.png", "2.png")), None) is None
    several = known(2).identify(request, None)
    assert (several is not None) is bool(agent), "of several with one key the signed Signature-Agent says which"


def test_a_request_that_the_package_signs_by_its_defaults_covers_too_little_for_a_lookup(node, known, now):
    """By default it covers the authority alone: whoever saw it could ask for anything else with it."""
    headers = node(
        SIGN, jwk=JWK, url=URL, agent=f'"{CLIENT_ID}"', components=None, created=now - 1, expires=now + 60
    )
    assert known(1).identify(SignedRequest("GET", URL, headers), None) is None


def test_a_request_that_is_signed_by_hand_is_verified_by_the_package(node, now):
    made = signed(make_key(SEED), created=now - 1, expires=now + 60)
    assert node(VERIFY, jwk=PUBLIC, method="GET", url=URL, headers=dict(made.headers)) == "verified"


def test_an_event_of_the_registry_is_verified_by_the_package_beneath(node, now):
    class Key:
        public = make_key(SEED).public_key().public_bytes_raw()
        sign = staticmethod(make_key(SEED).sign)

    url = "https://hooks.example/optout?key=1"
    headers = sign_post(Post(url, b'{"kind":"grant.made"}'), Key, tag=EVENT_TAG, now=now)
    told = node(VERIFY_ANY, jwk=PUBLIC, method="POST", url=url, headers=headers)
    assert told == {"keyid": print_of(make_key(SEED)), "tag": EVENT_TAG}
