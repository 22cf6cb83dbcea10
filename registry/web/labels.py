"""The sentences by which pages call what the registry knows: usages, preferences, scopes, states, methods, flags.

One place, so that two pages never call one thing by two names. Nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from crawler_filter.formats.characters import Permission, Sheet
from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Preference, Usage
from registry.model.credentials import TokenScope
from registry.model.declaration import Part, Work, WorkKind
from registry.model.party import Capacity
from registry.web.form_input import Covers


@dataclass(frozen=True, slots=True)
class Badge:
    """A short status in words; `tone` is the colour that goes with it and never the only sign."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class UsageWords:
    """The name of a usage and its meaning, in one line each."""

    value: str
    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A work in a list."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class QuestionText:
    """The question about one kind of scope, with its hints."""

    title: str
    hint: str
    more: str = ""


def usage_words(usage: Usage) -> UsageWords:
    """Return what a usage is called and means."""
    title, meaning = {
        Usage.TRAIN_AI: (_("AI training"), _("Using the work to train a model that generates or decides.")),
        Usage.AI_USE: (_("Use as AI input"), _("Showing the work to a finished model, for summaries or answers.")),
        Usage.SEARCH: (_("Search"), _("Listing the work in a search engine, with a link and a short extract.")),
        Usage.TDM: (
            _("Text and data mining"),
            _("Any automated analysis, in the sense of EU Directive 2019/790. It includes AI training."),
        ),
    }[usage]
    return UsageWords(usage.value, title, meaning)


def usages() -> list[UsageWords]:
    """Return the words of every usage, in their order."""
    return [usage_words(usage) for usage in Usage]


def preference_words(preference: Preference) -> str:
    """Return what was said about a usage."""
    return str(
        {
            Preference.DISALLOWED: _("reserved (ask first)"),
            Preference.ALLOWED: _("allowed"),
            Preference.UNKNOWN: _("nothing said"),
        }[preference]
    )


def preference_badge(preference: Preference) -> Badge:
    """Return what was said about a usage, as a status."""
    badges = {
        Preference.DISALLOWED: Badge(_("Reserved (ask first)"), "kept"),
        Preference.ALLOWED: Badge(_("Allowed"), "good"),
        Preference.UNKNOWN: Badge(_("Nothing said"), "quiet"),
    }
    return badges[preference]


def scope_covers(kind: ScopeKind, value: str, exceptions: tuple[str, ...] = ()) -> str:
    """Return what a scope covers, in a sentence."""
    sentences = {
        ScopeKind.DOMAIN: _(
            "This website with every page, and every name below it such as www.%(name)s", name=value
        ),
        ScopeKind.HOST: _("Every page under exactly this name"),
        ScopeKind.PREFIX: _("Everything whose address begins like this"),
        ScopeKind.URL: _("Exactly this address"),
        ScopeKind.ISBN: _("The book with this ISBN"),
        ScopeKind.DOI: _("The publication with this DOI"),
        ScopeKind.EIDR: _("The film or programme with this EIDR"),
        ScopeKind.PDQ: _("Copies of the picture with this fingerprint, smaller, framed or mirrored ones too"),
        ScopeKind.ISCC: _("Works with this ISCC, or one that is near it"),
        ScopeKind.TEXT: _("Texts that have passages of the work with these fingerprints"),
        ScopeKind.VIDEO: _("Films and stills that show the frames with these fingerprints"),
        ScopeKind.EMBED: _("Pictures that a model takes for this one, where a crawler brings that model"),
    }
    sentence = sentences.get(kind) or _("Exact copies of the file with this %(kind)s digest", kind=kind.value)
    if exceptions:
        return str(_("%(sentence)s, except below %(names)s", sentence=sentence, names=", ".join(exceptions)))
    return str(sentence)


def cut(kind: ScopeKind, value: str) -> str:
    """Return a scope's value as a person may read it: digests and fingerprints are cut."""
    if kind.is_location or len(value) <= 32:
        return value
    return f"{kind}:{value[:12]}…"


def covers_choices() -> tuple[tuple[str, str, str], ...]:
    """Return the choices of the question what to exclude: value, label, explanation."""
    return (
        (
            Covers.SITE.value,
            _("A whole website"),
            _("A domain and all its subdomains. You need access to its DNS settings."),
        ),
        (
            Covers.HOST.value,
            _("One host name only"),
            _("Such as www.example.com. You put a small file or a tag on the site."),
        ),
        (
            Covers.FOLDER.value,
            _("A part of a website"),
            _("A folder of your site, or your profile on a platform such as pixiv or DeviantArt."),
        ),
        (Covers.PAGE.value, _("Single pages or files on the web"), _("Exact addresses. No proof is needed.")),
        (
            Covers.FILES.value,
            _("Files you have"),
            _("Pictures, texts, films. They stay on your device, and match wherever a copy turns up."),
        ),
        (
            Covers.NUMBERS.value,
            _("A work with an ISBN, DOI or EIDR"),
            _("A book with an ISBN, a paper with a DOI, a film with an EIDR."),
        ),
    )


def covers_title(covers: Covers) -> str:
    """Return what the person chose to exclude."""
    return next(label for value, label, _note in covers_choices() if value == covers.value)


def asked(covers: Covers) -> QuestionText:
    """Return how to ask for the scopes of one kind."""
    return {
        Covers.SITE: QuestionText(_("Which website?"), _such_as("example.com")),
        Covers.HOST: QuestionText(_("Which host name?"), _such_as("www.example.com")),
        Covers.FOLDER: QuestionText(
            _("Which part of a website?"),
            _such_as("example.com/gallery/, www.pixiv.net/users/123/"),
            _("Everything whose address begins like this is covered."),
        ),
        Covers.PAGE: QuestionText(
            _("Which pages or files?"),
            _such_as("example.com/art/1.png"),
            _("An address is matched exactly, with everything after a question mark."),
        ),
        Covers.FILES: QuestionText(
            _("Which files?"),
            _("SHA-256, SHA-1 or MD5; or what crawler-filter fingerprint prints, such as pdq:… and text:…"),
        ),
        Covers.NUMBERS: QuestionText(
            _("Which ISBN, DOI or EIDR?"), _such_as("ISBN 978-4-00-310101-8, 10.1000/182")
        ),
    }[covers]


def _such_as(examples: str) -> str:
    return str(_("Such as %(examples)s. Several? One on each line.", examples=examples))


def flag_sentence(flag: str) -> str:
    """Return what a flag beside a finding means."""
    return str(
        {
            "disputed": _("Somebody disputes it; it stands until that is decided."),
            "lapsed": _("Its proof was not found lately; it stands for now."),
            "held": _(
                "It matched far too much, or several others have the same text, and is under review; without a "
                "proof it does not count."
            ),
            "carried": _(
                "The registry lost its record and keeps it for now; whoever declared it must do so again."
            ),
            "party-unverified": _("This rights holder has not proved control of any website."),
        }.get(flag, flag)
    )


def scope_badge(*, proved: bool, disputed: bool, lapsed: bool) -> Badge:
    """Return how a scope is backed, as a status."""
    if disputed:
        return Badge(_("Disputed"), "warn")
    if lapsed:
        return Badge(_("Proof lapsed"), "warn")
    return Badge(_("Proved"), "good") if proved else Badge(_("Stated, not checked"), "quiet")


def event_words(type_: str) -> str:
    """Return what a log entry of this type says happened."""
    return str(
        {
            "declare": _("Published"),
            "amend": _("Changed"),
            "prove": _("Control proved"),
            "lapse": _("Proof no longer found"),
            "dispute": _("Disputed"),
            "hold": _("Held for review"),
            "resolve": _("Dispute or review decided"),
            "notice": _("Withdrawal or change announced"),
            "cancel": _("Announced change stopped"),
            "withdraw": _("Withdrawn"),
            "expire": _("Expired"),
            "erase": _("Erased"),
            "consent": _("Consent given"),
            "revoke": _("Consent ended"),
        }.get(type_, type_)
    )


def method_title(method: str) -> str:
    """Return what a method of proof is called."""
    return str(
        {
            "dns-txt": _("A DNS record, once"),
            "dns-persist": _("A DNS record that stays"),
            "http-file": _("A file on the site"),
            "html-meta": _("A tag in the home page"),
            "profile-page": _("A text or link on your profile"),
        }.get(method, method)
    )


def method_note(method: str) -> str:
    """Return for whom a method of proof is made."""
    return str(
        {
            "dns-txt": _(
                "For whoever manages the domain. Covers everything below it. To be renewed after a year."
            ),
            "dns-persist": _("The same, and it never has to be renewed as long as the record stays."),
            "http-file": _("For whoever can upload a file."),
            "html-meta": _("For whoever can edit the head of the home page."),
            "profile-page": _("For members of a platform."),
        }.get(method, "")
    )


def capacities() -> tuple[tuple[str, str, str], ...]:
    """Return the choices of the question in which capacity: value, label, explanation."""
    return (
        (Capacity.AUTHOR.value, _("Author"), _("You made the works.")),
        (
            Capacity.RIGHTS_HOLDER.value,
            _("Rights holder"),
            _("The rights were made over to you."),
        ),
        (Capacity.EXCLUSIVE_LICENSEE.value, _("Exclusive licensee"), _("You alone may use the works.")),
        (Capacity.AGENT.value, _("Agent"), _("A rights holder has authorised you to act.")),
    )


def token_scopes() -> tuple[tuple[str, str, str], ...]:
    """Return what a token may do: value, label, explanation."""
    return (
        (TokenScope.READ.value, _("Read"), _("See what you can see, and change nothing.")),
        (TokenScope.DECLARE.value, _("Read and declare"), _("Make, change and withdraw declarations as you can.")),
    )


def capacity_words(capacity: str, on_behalf_of: str | None) -> str:
    """Return the capacity of a party in words."""
    if on_behalf_of:
        return str(_("Agent for %(name)s", name=on_behalf_of))
    if capacity == Capacity.AGENT:
        return str(_("Agent for a rights holder who is not named in public"))
    return next((label for value, label, _note in capacities() if value == capacity), capacity)


def preference_choices(*, may_allow: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the choices for one usage: value, label, explanation."""
    reserved = (Preference.DISALLOWED.value, _("Reserved (ask first)"), "")
    allowed = (Preference.ALLOWED.value, _("Allowed"), "")
    silent = ("", _("Say nothing"), "")
    return (reserved, allowed, silent) if may_allow else (reserved, silent)


def work_row(work: Work) -> WorkRow:
    """Return a work as a line of a list: its first title."""
    return WorkRow(work.id, work_title(work.id, work.titles))


def work_title(number: str, titles: Mapping[str, str]) -> str:
    """Return what a work is called in a list: its first title."""
    return next(iter(titles.values()), number)


def sheet_row(sheet: Sheet) -> Mapping[str, object]:
    """Return a character sheet for its work's page, with the permission in words."""
    permission = {
        Permission.NONE: _("Nobody may make pictures of this character"),
        Permission.ASK: _("Ask before you make pictures of this character"),
        Permission.LICENSED: _("Licensed to %(operators)s; others ask", operators=", ".join(sheet.licensed_to)),
    }[sheet.permission]
    looks = {"names": sheet.names, "attributes": sheet.attributes, "description": sheet.description}
    return {**looks, "permission": permission}


def parts() -> tuple[tuple[str, str, str], ...]:
    """Return the choices of which part of a series a work is: value, label, explanation."""
    return (
        ("", _("It is no part"), ""),
        (Part.VOLUME.value, _("Volume"), ""),
        (Part.CHAPTER.value, _("Chapter"), ""),
        (Part.SEASON.value, _("Season"), ""),
        (Part.EPISODE.value, _("Episode"), ""),
    )


def part_words(work: Work) -> str:
    """Return which part of its series a work is, empty where that is not said."""
    named = next((label for value, label, _note in parts() if value and value == work.part), "")
    return f"{named} {work.number}".strip()


def work_kinds() -> tuple[tuple[str, str, str], ...]:
    """Return the choices of what a work is: value, label, explanation."""
    return (
        (WorkKind.ANIME.value, _("Anime"), ""),
        (WorkKind.MANGA.value, _("Manga or comic"), ""),
        (WorkKind.ILLUSTRATION.value, _("Illustration"), ""),
        (WorkKind.PHOTOGRAPH.value, _("Photograph"), ""),
        (WorkKind.BOOK.value, _("Book"), ""),
        (WorkKind.ARTICLE.value, _("Article"), ""),
        (WorkKind.MUSIC.value, _("Music"), ""),
        (WorkKind.VIDEO.value, _("Film or video"), ""),
        (WorkKind.GAME.value, _("Game"), ""),
        (WorkKind.OTHER.value, _("Something else"), ""),
    )


def work_kind(kind: str) -> str:
    """Return what a work is."""
    return next((label for value, label, _note in work_kinds() if value == kind), kind)
