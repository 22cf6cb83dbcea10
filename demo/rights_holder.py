"""The artist: signs in with the mailed link, gets an API token, declares and proves."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from lxml import html

_TOKEN = re.compile(r"orp_[0-9A-Za-z]{36}")


class RightsHolder:
    """One person with one browser, and a program that uses the token the person made."""

    def __init__(self, registry: str, letters: Path) -> None:
        self._registry = registry
        self._letters = letters
        self._browser = requests.Session()
        self._browser.headers["Origin"] = registry
        self._program = requests.Session()

    def sign_in(self, address: str) -> None:
        """Ask for a link, find it in the letter, open it and press its button."""
        self._submit("/sign-in", address=address)
        link = re.findall(rf"{re.escape(self._registry)}/sign-in/\S+", self._letters.read_text())[-1]
        self._browser.get(link).raise_for_status()
        self._submit(urlsplit(link).path)

    def make_token(self) -> None:
        """Make an API token on the account's page; it is shown this once."""
        page = self._submit("/account/tokens", label="demo", scope="declare", days="30")
        found = _TOKEN.search(html.fromstring(page.text).text_content())
        if found is None:
            raise RuntimeError("the account page showed no token")
        self._program.headers["Authorization"] = f"Bearer {found[0]}"

    def become(self, name: str) -> str:
        """Add the party that declares, and return its id."""
        party = {"name": name, "capacity": "author", "public": True, "statement": "2026-11"}
        return str(self.call("/v1/parties", party)["id"])

    def declare(self, party: str, *scopes: tuple[str, str, str], **terms: str) -> dict[str, Any]:
        """Declare scopes, each (kind, value, what it says about training)."""
        return self.call(
            "/v1/declarations",
            {
                "party": party,
                "scopes": [
                    {"kind": kind, "value": value, "preferences": {"train-ai": said}}
                    for kind, value, said in scopes
                ],
                "terms": terms,
                "statement": "2026-11",
            },
        )

    def prove_by_file(self, declaration: str, put_up: dict[str, bytes]) -> dict[str, Any]:
        """Ask for the file method, put the file up, have it looked for."""
        challenge = self.call(f"/v1/declarations/{declaration}/proofs", {"method": "http-file"})
        put_up[urlsplit(challenge["at"]).path] = challenge["value"].encode()
        return self.call(f"/v1/declarations/{declaration}/proofs/{challenge['id']}/check", None)

    def receipt(self, declaration: str) -> requests.Response:
        """Fetch the receipt of a declaration; 503 while the log has not taken it up yet."""
        return self._program.get(f"{self._registry}/v1/declarations/{declaration}/receipt", timeout=300)

    def call(self, path: str, body: object) -> dict[str, Any]:
        """Call the JSON API; a refusal is an error that says what the registry said."""
        headers = {"Idempotency-Key": str(uuid4())}
        answer = self._program.post(self._registry + path, json=body, headers=headers, timeout=300)
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
        value: dict[str, Any] = answer.json()
        return value

    def _submit(self, path: str, **fields: str) -> requests.Response:
        page = self._browser.post(self._registry + path, data=fields, timeout=300)
        page.raise_for_status()
        return page
