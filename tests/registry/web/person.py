"""A person with a browser that runs no script: opens pages, fills in forms, presses buttons, follows redirects."""

from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

OURS = {"Sec-Fetch-Site": "same-origin"}


class Person:
    """One browser. `page` is what it shows, `path` where it is."""

    def __init__(self, app: Flask, origin: str = "https://registry.example") -> None:
        self.client: FlaskClient = app.test_client()
        self.origin = origin
        self.path = "/"
        self.response: TestResponse | None = None
        self._page: BeautifulSoup | None = BeautifulSoup("", "lxml")
        self._typed: dict[str, object] = {}

    def open(self, path: str, status: int = 200, **headers: str) -> "Person":
        return self._go(self.client.get(path, base_url=self.origin, headers=headers), status)

    def fill(self, **values: object) -> "Person":
        """Type into fields, choose, tick; a list ticks several."""
        self._typed |= {name.replace("__", "-"): value for name, value in values.items()}
        return self

    def press(self, words: str, status: int = 200) -> "Person":
        """Press the button with these words and send its form as a browser would."""
        button = self._button(words)
        form = self.page.find(id=button["form"]) if button.has_attr("form") else button.find_parent("form")
        pressed = {button["name"]: button["value"]} if button.has_attr("name") else {}
        data = {**fields(form), **self._typed, **pressed}
        self._typed = {}
        target = urljoin(self.path, form.get("action") or self.path)
        if form.get("method", "get").lower() == "get":
            answer = self.client.get(target, query_string=data, base_url=self.origin)
        else:
            answer = self.client.post(target, data=data, base_url=self.origin, headers=OURS)
        self.path = target
        return self._go(answer, status)

    def follow(self, words: str, status: int = 200) -> "Person":
        """Follow the link with these words."""
        link = next(link for link in self.page.select("a") if words in link.get_text())
        return self.open(urljoin(self.path, link["href"]), status)

    @property
    def page(self) -> BeautifulSoup:
        """What the browser shows, parsed once somebody looks at it."""
        if self._page is None:
            self._page = BeautifulSoup(self.response.data, "lxml")
        return self._page

    @page.setter
    def page(self, kept: BeautifulSoup) -> None:
        self._page = kept

    @property
    def text(self) -> str:
        return " ".join(self.page.main.get_text(" ").split())

    @property
    def title(self) -> str:
        return self.page.title.get_text()

    @property
    def problems(self) -> dict[str, str]:
        """What the summary on top says, by the field it links to."""
        return {link["href"].lstrip("#"): link.get_text() for link in self.page.select(".problems a")}

    def copies(self) -> list[str]:
        """The texts to be copied elsewhere."""
        return [block.get_text() for block in self.page.select("[data-copy]")]

    def _go(self, answer: TestResponse, status: int) -> "Person":
        while answer.status_code == 303:
            self.path = answer.headers["Location"]
            answer = self.client.get(self.path, base_url=self.origin)
        self.response, self._page = answer, None
        self.path = answer.request.full_path.rstrip("?")
        assert answer.status_code == status, self.page.get_text(" ", strip=True)[:600]
        return self

    def _button(self, words: str) -> Tag:
        return next(button for button in self.page.select("button") if words in button.get_text())


def by_letter(app: Flask, letters: list[tuple[str, str, str]], email: str) -> Person:
    """Sign a new browser in through the pages, with the link in the last of `letters`."""
    person = Person(app).open("/sign-in").fill(address=email).press("Send the letter")
    link = next(word for word in letters[-1][2].split() if "/sign-in/" in word)
    return person.open(path_of(link)).press("Sign in")


def fields(form: Tag) -> dict[str, object]:
    """What a browser would send of a form as it stands."""
    sent: dict[str, object] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if field.name == "textarea":
            sent[field["name"]] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            sent[field["name"]] = field.select_one("option[selected]")["value"]
        else:
            sent[field["name"]] = field.get("value", "")
    return sent


def path_of(url: str) -> str:
    return urlsplit(url).path
