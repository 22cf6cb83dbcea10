"""Characters in prompts, and in what was made of them: up to three weak signals, each said apart.

A name with its context, a description, a drawing that is like one of the declaration's. Each flags, with the page
where permission is asked. A policy may let two that agree decide, except where the owner calls the operator
licensed. The file of sheets is as trustworthy as that of names: a sheet counts only while the snapshot holds its
declaration.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from crawler_filter.characters.sheets import Characters, Sign, Signal, TextMatcher
from crawler_filter.checks.combining import joined
from crawler_filter.checks.newest_file import NewestFile
from crawler_filter.decision import Decision
from crawler_filter.errors import DataError, MissingExtraError, SnapshotMissingError
from crawler_filter.finding import Evidence, Finding, Likeness, Source, Unavailable
from crawler_filter.formats.characters import OwnedSheet, decode_sheets
from crawler_filter.formats.names import MAX_CAPTION
from crawler_filter.formats.registry_pages import declaration_page
from crawler_filter.policy import CharacterRule, Policy
from crawler_filter.preference import Preference
from crawler_filter.reason import Reason
from crawler_filter.snapshot.reader import Snapshot

MOST_READ: Final = 1 << 16
"""Most characters of a prompt that are read. Whoever hides a name behind more of them was not checked."""
_SHARED: Final = 512
"""Characters that two pieces share, so that no name and no description is cut apart."""


class Prompts:
    """The character sheets in the file at `path`, read when first looked for (needs the extra `names`)."""

    def __init__(self, path: Path, readers: Sequence[TextMatcher] = ()) -> None:
        self.path = path
        self.readers = tuple(readers)
        self._sheets = NewestFile(path, "characters", lambda data: Characters(decode_sheets(data)))

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Prompts, (self.path, self.readers)

    def judge(self, decision: Decision, prompt: str, snapshot: Snapshot, policy: Policy) -> Decision:
        """Return a decision with the characters that a prompt, and what was found in an output, point to."""
        try:
            sheets = self._sheets.beside(snapshot)
            signs = [sign for piece in _pieces(prompt) for sign in sheets.find(piece, self.readers)]
        except (DataError, MissingExtraError, SnapshotMissingError) as error:
            missing = Unavailable(Source.REGISTRY, f"characters: {error}", Reason.UNCHECKED_SNAPSHOT)
            return joined(decision, (), (*decision.unavailable, missing), policy)
        signs += _drawn(decision.findings, sheets, {sign.sheet.owner for sign in signs})
        findings = tuple(_findings(signs, snapshot, policy))
        return joined(decision, findings, (*decision.unavailable, *_unread(prompt)), policy)


def _pieces(prompt: str) -> Iterator[str]:
    """Yield a prompt in pieces of the length that is read at once, each with the end of the one before."""
    read = prompt[:MOST_READ]
    for start in range(0, max(1, len(read) - _SHARED), MAX_CAPTION - _SHARED):
        yield read[start : start + MAX_CAPTION]


def _unread(prompt: str) -> Iterator[Unavailable]:
    if len(prompt) > MOST_READ:
        words = f"characters: only the first {MOST_READ} characters of the prompt were read"
        yield Unavailable(Source.REGISTRY, words, Reason.UNCHECKED_ASSET)


def _drawn(findings: Sequence[Finding], sheets: Characters, signed: set[int]) -> Iterator[Sign]:
    """Yield the drawings: what was recognised of a declaration that has one sheet, or one with another signal."""
    for leaf in dict.fromkeys(each.leaf for each in findings if each.evidence is not None):
        of_leaf = sheets.of_leaf(leaf) if leaf is not None else ()
        if len(of_leaf) == 1 or leaf in signed:
            rule = next(each.rule for each in findings if each.leaf == leaf)
            yield from (Sign(sheet, Signal.DRAWING, rule, 1) for sheet in of_leaf)


def _findings(signs: Iterable[Sign], snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    by_sheet: defaultdict[tuple[int, tuple[str, ...]], list[Sign]] = defaultdict(list)
    for sign in signs:
        by_sheet[sign.sheet.owner, sign.sheet.sheet.names].append(sign)
    for of_one in by_sheet.values():
        sheet = of_one[0].sheet
        declaration = snapshot.declaration_at(sheet.owner)
        if declaration is not None:
            told = {sign.signal: sign for sign in reversed(of_one)}
            agree = len(told) > 1
            decides = agree and policy.characters is CharacterRule.TWO_AGREE and not _licensed(sheet, policy)
            for sign in sorted(told.values(), key=of_one.index):
                yield _finding(sign, snapshot, declaration, policy, decides=decides)


def _licensed(sheet: OwnedSheet, policy: Policy) -> bool:
    return bool(policy.domain) and sheet.sheet.allows(policy.domain)


def _finding(sign: Sign, snapshot: Snapshot, declaration: str, policy: Policy, *, decides: bool) -> Finding:
    evidence = Evidence(sign.signal.value, Likeness.WEAK, registered=sign.found, hits=sign.hits)
    permission = "licensed" if _licensed(sign.sheet, policy) else f"permission-{sign.sheet.sheet.permission}"
    flags = (sign.signal.value, *(() if sign.alone else ("with-company",)), permission)
    return Finding(
        source=Source.REGISTRY,
        preference=Preference.DISALLOWED if decides else Preference.UNKNOWN,
        rule=f"character {sign.sheet.sheet.names[0]}",
        locator=declaration_page(snapshot.id.origin, declaration),
        decides=decides,
        declaration=declaration,
        leaf=sign.sheet.owner,
        flags=flags,
        evidence=evidence,
        origin=snapshot.id.origin,
    )
