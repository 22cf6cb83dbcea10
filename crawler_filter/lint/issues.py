"""What can be wrong with how a site speaks about AI: the kinds of mistakes. `explanations` has them in words."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The gravity of an issue."""

    ERROR = "error"
    """Crawlers understand nothing, or something else than was meant."""
    WARNING = "warning"
    """Some crawlers overlook it."""
    NOTE = "note"
    """Nothing is wrong, but it may not be what you expect."""


class Issue(StrEnum):
    """One kind of mistake; the value is its name in reports and in `docs/reference/lint-messages.md`."""

    ROBOTS_PAGE = "robots-page"
    FILE_MISPLACED = "file-misplaced"
    LLMS_TXT_ALONE = "llms-txt-alone"
    ROBOTS_UNREACHABLE = "robots-unreachable"
    ROBOTS_TOO_LONG = "robots-too-long"
    ROBOTS_ORPHAN = "robots-orphan"
    ROBOTS_BLANK_LINE = "robots-blank-line"
    ROBOTS_BOUNDARY = "robots-boundary"
    ROBOTS_HIDDEN = "robots-hidden"
    ROBOTS_CONFLICT = "robots-conflict"
    ROBOTS_MISSPELT = "robots-misspelt"
    ROBOTS_UNREAD_LINE = "robots-unread-line"
    ROBOTS_SEVERAL_NAMES = "robots-several-names"
    ROBOTS_MATCHES_NOTHING = "robots-matches-nothing"
    ROBOTS_OVERLOOKED = "robots-overlooked"
    ROBOTS_HOSTED = "robots-hosted"
    INVISIBLE_CHARACTER = "invisible-character"
    BYTE_ORDER_MARK = "byte-order-mark"
    NOT_UTF8 = "not-utf8"
    CRAWLERS_MISSED = "crawlers-missed"
    AIPREF_DEAD_LABEL = "aipref-dead-label"
    AIPREF_INVALID = "aipref-invalid"
    AIPREF_SILENT = "aipref-silent"
    AIPREF_CARRIER = "aipref-carrier"
    CONTENT_SIGNAL_INVALID = "content-signal-invalid"
    CONTENT_SIGNAL_CARRIER = "content-signal-carrier"
    ROBOTS_TAG_MISSPELT = "robots-tag-misspelt"
    ROBOTS_TAG_SEPARATOR = "robots-tag-separator"
    ROBOTS_TAG_ADDRESSEE = "robots-tag-addressee"
    META_IN_BODY = "meta-in-body"
    META_UNREAD = "meta-unread"
    TDMREP_UNREADABLE = "tdmrep-unreadable"
    TDMREP_SHAPE = "tdmrep-shape"
    TDMREP_RULE = "tdmrep-rule"
    TDMREP_VALUE = "tdmrep-value"
    TDMREP_SHADOWED = "tdmrep-shadowed"
    TDMREP_REPLACED = "tdmrep-replaced"
    TDM_POLICY_ABSENT = "tdm-policy-absent"
    TDM_POLICY_ALONE = "tdm-policy-alone"
    TDM_POLICY_BROKEN = "tdm-policy-broken"
    TDM_POLICY_FOR_PEOPLE = "tdm-policy-for-people"
    TDM_POLICY_READ = "tdm-policy-read"
    RSL_RELATIVE = "rsl-relative"
    RSL_NAMED = "rsl-named"
    RSL_LINK_RELATIVE = "rsl-link-relative"
    RSL_NOT_READ = "rsl-not-read"
    RSL_BROKEN = "rsl-broken"
    RSL_NO_LICENSE = "rsl-no-license"
    RSL_SELF_DEFEATING = "rsl-self-defeating"
    RSL_TOKEN = "rsl-token"  # noqa: S105 - the name of a mistake
    WELL_KNOWN_PAGE = "well-known-page"
    AI_TXT_SILENT = "ai-txt-silent"
    INVENTED_NAME = "invented-name"
    TRUST_TXT_VALUE = "trust-txt-value"
    PLUS_VALUE = "plus-value"
    FILE_STATEMENT = "file-statement"
    PAGE_ONLY = "page-only"
    FAMILIES_CONFLICT = "families-conflict"
    PAYMENT = "payment"
    NOTHING_SAID = "nothing-said"
    HOSTED_SILENT = "hosted-silent"
    NOT_READ = "not-read"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fault in words, and its cure."""

    wrong: str
    fix: str
    level: Level
