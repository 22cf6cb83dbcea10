"""Platforms where many people publish under one host, and where on a profile a proof must stand.

A row pins three things: which prefix a profile speaks for, which page is read, and which one place of that page
counts. The place is always one that only the profile's owner writes: a comment, a guest book or a search result
on the same page can never be taken for a proof. Where a platform publishes the profile as JSON, one field of it
is read.

Platforms that give each member a host of their own need no row: there, a file or meta-tag proof covers that host.
Software that anyone may host (Mastodon and its kin) has no row either, because its operator can write every
profile; such an operator proves the host.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}"


class Place(StrEnum):
    """The spot on a page where a proof stands, and so the meaning of `Platform.selector`.

    `link`: a link with `rel="me"`, found by an ElementPath, to the party's page at the registry. `text`: the token
    in the `content` of a head element found by an ElementPath. `json`: the token in a text field of a JSON
    document, named by dotted keys.
    """

    LINK = "link"
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Platform:
    """One row. `prefix` and `page` have `{user}` where the member's name or number stands.

    `field` is what the platform calls the place, for instructions.
    """

    name: str
    prefix: str
    user: str
    page: str
    place: Place
    selector: str
    field: str

    def match(self, prefix: str) -> str | None:
        """Return the member whose canonical prefix this is, or None when it is not one of this platform's.

        Folders that the platform keeps for itself, such as `github.com/topics/`, are no member's.
        """
        before, after = self.prefix.split("{user}")
        pattern = f"{re.escape(before)}({self.user}){re.escape(after)}"
        found = re.fullmatch(pattern, prefix, re.ASCII)
        is_own = found is not None and found[1].lower() in _reserved().get(prefix.partition("/")[0], ())
        return found[1] if found and not is_own else None

    def page_of(self, user: str) -> str:
        """Return the URL to read for a member."""
        return self.page.replace("{user}", user)


PLATFORMS: Final = (
    Platform(
        name="ArtStation",
        prefix="www.artstation.com/{user}/",
        user=_NAME,
        page="https://www.artstation.com/users/{user}.json",
        place=Place.JSON,
        selector="summary",
        field="Summary",
    ),
    Platform(
        name="Codeberg",
        prefix="codeberg.org/{user}/",
        user=_NAME,
        page="https://codeberg.org/api/v1/users/{user}",
        place=Place.JSON,
        selector="description",
        field="Biography",
    ),
    Platform(
        name="DeviantArt",
        prefix="www.deviantart.com/{user}/",
        user=_NAME,
        page="https://www.deviantart.com/{user}",
        place=Place.TEXT,
        selector="meta[@property='og:description']",
        field="Tagline",
    ),
    Platform(
        name="GitHub",
        prefix="github.com/{user}/",
        user=_NAME,
        page="https://api.github.com/users/{user}",
        place=Place.JSON,
        selector="bio",
        field="Bio",
    ),
    Platform(
        name="GitLab",
        prefix="gitlab.com/{user}/",
        user=_NAME,
        page="https://gitlab.com/{user}",
        place=Place.LINK,
        selector="a[@itemprop='url']",
        field="Website url",
    ),
    Platform(
        name="pixiv",
        prefix="www.pixiv.net/users/{user}/",
        user=r"[1-9][0-9]{0,11}",
        page="https://www.pixiv.net/ajax/user/{user}?full=1",
        place=Place.JSON,
        selector="body.comment",
        field="自己紹介 (self-introduction)",
    ),
    Platform(
        name="Tumblr",
        prefix="www.tumblr.com/{user}/",
        user=_NAME,
        page="https://www.tumblr.com/{user}",
        place=Place.TEXT,
        selector="meta[@property='og:description']",
        field="Description",
    ),
)


@cache
def _reserved() -> dict[str, frozenset[str]]:
    """Return the first folders of each host that are the platform's own, as `reserved_paths.txt` lists them."""
    text = (files("registry.control") / "reserved_paths.txt").read_text(encoding="ascii")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {host: frozenset(names) for host, *names in lines}


def find(prefix: str) -> tuple[Platform, str] | None:
    """Return the platform and the member that a canonical prefix belongs to, or None when no row knows it."""
    matches = ((platform, platform.match(prefix)) for platform in PLATFORMS)
    return next(((platform, user) for platform, user in matches if user is not None), None)
