"""What lies inside a file, looked up as it is outside: pictures, films and digests each, texts as one.

Of one declaration's works the nearest is reported, with the name of what is like it and how many others are: a
volume of two hundred pages is one finding. What could not be looked at is said of the first few, and counted.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Final

from crawler_filter.checks.content import MAX_TEXT, MOST_BYTES, MOST_CHARACTERS, ContentMatches
from crawler_filter.checks.matchers import NO_MATCHERS, Matchers
from crawler_filter.files.archive import EPUB, is_about_the_book, with_ruby_as_in_html
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.charset import readings
from crawler_filter.files.media_type import BESIDE, TEXTS
from crawler_filter.files.walk import walk
from crawler_filter.finding import Evidence, Likeness, Match, Statement
from crawler_filter.formats.record import ScopeKind
from crawler_filter.reason import UNCHECKED, Reason
from crawler_filter.snapshot.reader import Snapshot

_SHORT: Final = 1 << 14
"""Characters, markup included, of a text that may be a work too short for passages."""

_SAYS_MUCH: Final = re.compile("[\u3041-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
"""A letter of a script in which a few make a poem. In others so few are a name, a date or the mark of a program:
`Created with GIMP`, `NIKON CORPORATION`, `© 2019 Example Images`."""

_MOST_SAID: Final = 4
_SURENESS: Final = tuple(Likeness)
_EXACT: Final = Evidence("sha256", Likeness.SAME_RENDITION)
"""The evidence of a digest, which outside an archive needs none."""


def look_inside(
    snapshot: Snapshot, content: bytes, kind: str, *, pictures: bool, matchers: Matchers = NO_MATCHERS
) -> tuple[list[Match], list[tuple[str, Reason]]]:
    """Return what is found inside a file of one of `walk.HOLDING`, and what could not be looked at, and why."""
    budget = Budget.of_file(len(content), characters=MAX_TEXT, pictures=pictures)
    inside = _MemberLookup(snapshot, matchers, budget)
    for each in walk(content, kind, budget):
        inside.look_at(each)
    inside.look_up_texts()
    if kind == EPUB and not inside.documents:
        inside.unread.append(Skipped("", "it has no document of text"))
    return list(inside.nearest.values()), _said(inside.unread)


@dataclass(slots=True)
class _MemberLookup:
    """`nearest` has what was found by kind and statement; `texts` are not looked up yet.

    `may_be_works` tells whether one of these may be a work as a whole, however short.
    """

    snapshot: Snapshot
    matchers: Matchers
    budget: Budget
    nearest: dict[tuple[ScopeKind, Statement], Match] = field(default_factory=dict)
    unread: list[Skipped] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    may_be_works: bool = False
    length: int = 0
    documents: int = 0
    known: dict[tuple[bytes, str], ContentMatches] = field(default_factory=dict)
    """What was found in each file, by its digest and kind: what Office programs write has much in common."""

    def look_at(self, each: Member | Skipped) -> None:
        if isinstance(each, Skipped):
            self.unread.append(each)
            return
        if not isinstance(each.content, bytes):
            self._take(self._found_in(each), each.name)
            return
        digest = hashlib.sha256(each.content).digest()
        known = self.known.get((digest, each.kind))
        if known is None:
            known = self.known[digest, each.kind] = self._found_in(each, digest)
        self._take(known, each.name)

    def _found_in(self, each: Member, digest: bytes = b"") -> ContentMatches:
        found = ContentMatches(self.snapshot, self.matchers)
        if digest and found.has_registered(ScopeKind.SHA256):
            found.matches += self.snapshot.match_digest("sha256", digest)
        if digest:
            found.add_codes(each.content)
        if each.kind in TEXTS:
            self.documents += not is_about_the_book(each.name)
            if found.has_registered(ScopeKind.TEXT, ScopeKind.ISCC):
                self._read(each, found)
        else:
            found.add_media(each.content, each.kind, self.budget)
        return found

    def look_up_texts(self) -> None:
        """Look up the texts that have come together, as one that runs through all of them."""
        found = ContentMatches(self.snapshot, self.matchers)
        if self.texts:
            found.add_readings(["\n".join(self.texts)], as_whole=self.may_be_works)
        self.texts, self.length, self.may_be_works = [], 0, False
        self._take(found, None)

    def _read(self, each: Member, found: ContentMatches) -> None:
        if self.budget.characters <= 0:
            self.unread.append(
                Skipped(each.name, "the texts before it are all that is read of a file of this size")
            )
            return
        texts = [each.content] if isinstance(each.content, str) else readings(each.content[:MOST_BYTES])
        self.budget.characters -= sum(map(len, texts))
        if self.budget.characters < 0 and isinstance(each.content, str):
            self.unread.append(Skipped(each.name, "this text is cut: no more is read of a file of this size"))
        if len(texts) > 1:
            found.add_encoded(each.content)
            return
        text = with_ruby_as_in_html(texts[0])
        found.report_truncation(len(each.content), text)
        may_be_work = each.kind != BESIDE or _SAYS_MUCH.search(text) is not None
        if may_be_work:
            self._look_up_whole(each.name, text, found)
        if self.length + len(text) > MOST_CHARACTERS:
            self.look_up_texts()
        self.texts.append(text)
        self.may_be_works = self.may_be_works or may_be_work
        self.length += len(text) + 1

    def _look_up_whole(self, name: str, text: str, found: ContentMatches) -> None:
        if len(text) > _SHORT or not found.has_registered(ScopeKind.TEXT):
            return
        self.budget.short_texts -= 1
        if self.budget.short_texts >= 0:
            found.add_whole(text)
        else:
            self.unread.append(Skipped(name, "of very many short texts only the first ones are looked up each"))

    def _take(self, found: ContentMatches, name: str | None) -> None:
        for match in found.matches:
            self._keep_nearest(match, name)
        self.unread.extend(Skipped(name or "", *missed) for missed in found.unavailable)

    def _keep_nearest(self, match: Match, name: str | None) -> None:
        found, known = match.evidence or _EXACT, self.nearest.get((match.kind, match.statement))
        before = known.evidence if known else None
        members = (before.members or 0 if before else 0) + (name is not None)
        if known and before and _nearness(before) >= _nearness(found):
            match, found, name = known, before, before.member
        evidence = replace(found, member=name, members=members or None)
        self.nearest[match.kind, match.statement] = replace(match, evidence=evidence)


def _nearness(evidence: Evidence) -> tuple[int, int, int]:
    return _SURENESS.index(evidence.likeness), -(evidence.distance or 0), evidence.hits or 0


def _said(unread: list[Skipped]) -> list[tuple[str, Reason]]:
    """Report a fault once that happened to many members."""
    said = [(f"{each.name}: {each.reason}" if each.name else each.reason, each.cause) for each in unread]
    if len(said) <= _MOST_SAID:
        return said
    rest = [cause for _, cause in said[_MOST_SAID:]]
    cause = min(rest, key=UNCHECKED.index)
    return [*said[:_MOST_SAID], (f"{len(rest)} more things in this file could not be looked up", cause)]
