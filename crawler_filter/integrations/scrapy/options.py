"""The add-on's settings, read once and checked: a word that means nothing keeps a crawl from starting."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Literal, Self

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler_filter.filter import Filter
from crawler_filter.policy import ContentLookup, Mode, Policy
from crawler_filter.preference import Usage

_AGENT_SETTINGS: Final = ("OPTOUT_AGENT", "ROBOTSTXT_USER_AGENT", "USER_AGENT")
_SIGNALS: Final = frozenset({"headers", "html", "robots.txt"})
_LOOKUPS: Final = {"false": ContentLookup.OFF, "0": ContentLookup.OFF, "digests": ContentLookup.DIGESTS}
"""Pages are read for what they say; this keeps them from being compared too."""
_CONTENT: Final = {"true": "all", "1": "all", "false": "none", "0": "none", "digests": "digests"}
_WHEN_UNAVAILABLE: Final = ("close", "pause", "drop")
_LOGGED_ONCE: Final = ("url", "domain")


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of the add-on; the manual explains them."""

    content: Literal["all", "digests", "none"]
    content_types: tuple[str, ...]
    max_bytes: int
    signals: frozenset[str]
    asks_robots: bool
    on_unavailable: str
    retry_seconds: float
    report: str | None
    log_level: str
    logged_once: str

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """Read the settings. Raises ValueError for words that mean nothing."""
        content = str(settings.get("OPTOUT_CHECK_CONTENT", True)).lower()
        return cls(
            content=_CONTENT[_one_of("OPTOUT_CHECK_CONTENT", content, _CONTENT)],  # type: ignore[arg-type]
            content_types=tuple(settings.getlist("OPTOUT_CONTENT_TYPES", ["*"])),
            max_bytes=settings.getint("OPTOUT_MAX_BYTES", 0),
            signals=_signals(settings),
            asks_robots=settings.getbool("OPTOUT_FETCH_ROBOTS", True) or settings.getbool("ROBOTSTXT_OBEY"),
            on_unavailable=_one_of(
                "OPTOUT_ON_UNAVAILABLE", settings.get("OPTOUT_ON_UNAVAILABLE", "close"), _WHEN_UNAVAILABLE
            ),
            retry_seconds=settings.getfloat("OPTOUT_RETRY_SECONDS", 60),
            report=settings.get("OPTOUT_REPORT"),
            log_level=settings.get("OPTOUT_LOG_LEVEL", "DEBUG"),
            logged_once=_one_of("OPTOUT_LOG_ONCE_PER", settings.get("OPTOUT_LOG_ONCE_PER", "url"), _LOGGED_ONCE),
        )


def open_filter(settings: BaseSettings) -> Filter:
    """Open the filter that the settings name. Raises ValueError where they name none, FilterError as it does."""
    for name in ("OPTOUT_SNAPSHOT", "OPTOUT_TRUST"):
        if not settings.get(name):
            raise ValueError(f"set {name}: without a snapshot and a trust file nothing can be checked")
    return Filter.open(
        settings["OPTOUT_SNAPSHOT"],
        trust=settings["OPTOUT_TRUST"],
        policy=policy_from(settings),
        refresh=timedelta(seconds=settings.getfloat("OPTOUT_REFRESH_SECONDS", 3600)),
        directory=settings.get("OPTOUT_DIRECTORY"),
    )


def policy_from(settings: BaseSettings) -> Policy:
    """Return the policy that the settings describe. Raises ValueError for words that mean nothing."""
    policy = _whole_policy(settings.get("OPTOUT_POLICY"))
    if policy is None:
        usage = Usage(_one_of("OPTOUT_USAGE", settings.get("OPTOUT_USAGE", "train-ai"), [*Usage]))
        permission_first = settings.getbool("OPTOUT_PERMISSION_FIRST", False)
        policy = Policy.permission_first(usage) if permission_first else Policy.opt_out(usage)
    changes: dict[str, Any] = {}
    if mode := settings.get("OPTOUT_MODE"):
        changes["mode"] = Mode(_one_of("OPTOUT_MODE", mode, [*Mode]))
    if lookup := _LOOKUPS.get(str(settings.get("OPTOUT_CHECK_CONTENT", True)).lower()):
        changes["content"] = lookup
    if not policy.agent:
        changes["agent"] = next(filter(None, (settings.get(name) for name in _AGENT_SETTINGS)), "")
    for name, field in (("OPTOUT_FRESH_FOR", "fresh_for"), ("OPTOUT_MAX_AGE", "max_age")):
        if settings.get(name) is not None:
            changes[field] = timedelta(seconds=settings.getfloat(name))
    return replace(policy, **changes)


def _whole_policy(named: object) -> Policy | None:
    if named is None or isinstance(named, Policy):
        return named
    if str(named).endswith(".toml"):
        return Policy.from_file(str(named))
    found = load_object(str(named))
    if not isinstance(found, Policy):
        raise ValueError(f"OPTOUT_POLICY: expected a Policy at {named}, got {type(found).__name__}")  # noqa: TRY004
    return found


def _signals(settings: BaseSettings) -> frozenset[str]:
    named = settings.get("OPTOUT_READ_SIGNALS", True)
    words = str(named).lower()
    if words in _CONTENT and words != "digests":
        return _SIGNALS if _CONTENT[words] == "all" else frozenset()
    chosen = frozenset(settings.getlist("OPTOUT_READ_SIGNALS"))
    if unknown := chosen - _SIGNALS:
        raise ValueError(f"OPTOUT_READ_SIGNALS: expected some of {', '.join(sorted(_SIGNALS))}, got {unknown}")
    return chosen


def _one_of(setting: str, word: str, words: Any) -> str:
    if word not in words:
        raise ValueError(f"{setting}: expected one of {', '.join(words)}, got {word}")
    return word
