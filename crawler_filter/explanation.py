"""What a decision says to a person, in English or Japanese.

What a site, a file or an error says is shown as it was said. All else is one sentence of `_JA` or its English.
"""

# ruff: noqa: E501, RUF001 - a sentence stays on its line, and Japanese has signs of its own

from typing import Final, Literal

from crawler_filter.finding import Finding, Unavailable
from crawler_filter.formats.record import Assurance, rfc3339
from crawler_filter.formats.terms import Route, RouteKind, Terms
from crawler_filter.formats.territories import territory_of
from crawler_filter.grants.permits import Doubted, GrantDoubt
from crawler_filter.reason import Reason

Language = Literal["en", "ja"]

_JA: Final = {
    "keep": "使用可",
    "exclude": "除外",
    "would exclude": "除外対象（監査モードのため除外しません）",
    "nobody has reserved it": "権利留保の宣言はありません",
    "allowed by %s": "許可されています：%s",
    "reserved by %s": "権利が留保されています（要許諾）：%s",
    "robots.txt forbids to fetch it: %s": "robots.txt が取得を禁じています：%s",
    "nobody has allowed it, and the policy keeps only what was allowed": "許可の宣言がありません（許可されたもののみ使用する方針です）",
    "could not be checked, because there is no usable snapshot: %s": "使えるスナップショットがないため確認できませんでした：%s",
    "could not be checked, because something is not installed: %s": "必要なものがインストールされていないため確認できませんでした：%s",
    "could not be checked, because it cannot be read: %s": "対象を読み取れないため確認できませんでした：%s",
    "could not be checked, because what the site says was not read: %s": "サイト側の意思表示を読み取れていないため確認できませんでした：%s",
    "could not be checked, and the policy keeps it: %s": "確認できませんでしたが、方針により使用可とします：%s",
    " (policy: %s)": "（方針：%s）",
    "not checked: %s": "確認できなかったもの：%s",
    "allowed": "許可",
    "disallowed": "権利留保",
    "unknown": "表明なし",
    "not to be crawled": "取得禁止",
    " (shown by %s)": "（%s に掲載）",
    "attested": "申告（未確認）",
    "disputed": "異議申立て中",
    "lapsed": "失効後も有効",
    "held": "保留中",
    "party-unverified": "権利者未確認",
    " (not decisive)": "（判断には用いません）",
    "; permission: %s": "；許諾の相談先：%s",
    " or ": " または ",
    "; licence: %s": "；ライセンス窓口：%s",
    "; payment claimed where the law lets nobody refuse: %s": "；法律上拒否できない地域での報酬請求（権利者の表明）：%s",
    "%s, as of %s: %s (%s; no legal advice; sources: %s)": "%s（%s 現在）：%s（%s。法的助言ではありません。出典：%s）",
    "compared with the words of the law on %s": "%s に法律の文言と照合",
    "not compared with the words of the law": "法律の文言とは未照合",
    "the table of territories says nothing about %s": "%s については地域別の一覧に記載がありません",
    "the rights holder": "権利者本人",
    "agent": "代理人",
    "collective society": "集中管理団体",
    "RSL licence server": "RSLライセンスサーバー",
    "price list": "料金表",
    "from snapshot %s of %s": "%s 版のスナップショット（%s）による",
    "from the log of %s as of %s: %s entries, the last one of %s": (
        "%s のログの %s 時点の状態による（%s 件、最後の記録は %s）"
    ),
    ", stale": "、更新が必要",
    "reserved by %s, and granted to you by grant %s": "権利が留保されていますが（%s）、許諾 %s により利用できます",
    " (lifted by grant %s)": "（許諾 %s により解除）",
    "no grant counts: %s": "許諾は適用されません：%s",
    "grant %s does not count: %s": "許諾 %s は適用されません：%s",
    "the snapshot came without its grants; sync again": "スナップショットに許諾の一覧がありません。同期し直してください",
    "you have not shown that you hold the operator's key": "利用事業者の鍵を持つことが確認できません",
    "the snapshot is stale, and a grant may have been revoked since": "スナップショットが古く、その後に撤回された可能性があります",
    "it begins later than the snapshot was issued": "開始日時がスナップショットの発行より後です",
    "it has ended, or ends within ten minutes": "終了しているか、10分以内に終了します",
    "it names other keys than yours": "別の鍵を対象としています",
    "it is for other territories, or you have named none": "対象地域が異なるか、利用地域が指定されていません",
    "it is for other usages": "別の利用を対象としています",
    "it covers only a part of what the declaration reserves now": "宣言が現在留保している内容の一部だけを対象としています",
    "the scope is disputed, lapsed, held or carried over": "対象が異議申立て中、確認失効、保留中または引き継ぎ中です",
    ", keys trusted on first use": "、鍵は初回接続時に信頼したもの",
}  # fmt: skip

_ROUTES: Final = {
    RouteKind.PARTY: "the rights holder",
    RouteKind.AGENT: "agent",
    RouteKind.SOCIETY: "collective society",
    RouteKind.RSL_SERVER: "RSL licence server",
    RouteKind.PRICE_LIST: "price list",
}

_DOUBTS: Final = {
    GrantDoubt.NO_GRANTS: "the snapshot came without its grants; sync again",
    GrantDoubt.UNPROVED: "you have not shown that you hold the operator's key",
    GrantDoubt.STALE: "the snapshot is stale, and a grant may have been revoked since",
    GrantDoubt.NOT_YET: "it begins later than the snapshot was issued",
    GrantDoubt.ENDED: "it has ended, or ends within ten minutes",
    GrantDoubt.OTHER_KEY: "it names other keys than yours",
    GrantDoubt.OTHER_TERRITORY: "it is for other territories, or you have named none",
    GrantDoubt.OTHER_USAGE: "it is for other usages",
    GrantDoubt.PARTIAL: "it covers only a part of what the declaration reserves now",
    GrantDoubt.FLAGGED: "the scope is disputed, lapsed, held or carried over",
}

_UNCHECKED: Final = {
    Reason.UNCHECKED_SNAPSHOT: "could not be checked, because there is no usable snapshot: %s",
    Reason.UNCHECKED_EXTRA: "could not be checked, because something is not installed: %s",
    Reason.UNCHECKED_ASSET: "could not be checked, because it cannot be read: %s",
    Reason.UNCHECKED_SIGNAL: "could not be checked, because what the site says was not read: %s",
}


def why(cause: Finding | Unavailable | None, reason: Reason, language: Language) -> str:
    """Return the cause of a decision on one line, with the page or line where a person can read it."""
    if isinstance(cause, Unavailable):
        template = _UNCHECKED.get(reason, "could not be checked, and the policy keeps it: %s")
        return say(language, template, cause.reason)
    if cause is None:
        wanted = reason is Reason.NO_PERMISSION
        silent = "nobody has allowed it, and the policy keeps only what was allowed"
        return say(language, silent if wanted else "nobody has reserved it")
    place = f"{cause.rule} ({cause.locator})"
    if reason is Reason.GRANTED:
        return say(language, "reserved by %s, and granted to you by grant %s", place, cause.grant)
    if reason is Reason.ALLOWED:
        return say(language, "allowed by %s", place)
    return say(language, "reserved by %s" if cause.crawl else "robots.txt forbids to fetch it: %s", place)


def in_words(finding: Finding, language: Language) -> str:
    """Return what one statement says and where, on one line."""
    notes = [*(["attested"] if finding.assurance is Assurance.ATTESTED else []), *finding.flags]
    flags = f" [{', '.join(say(language, note) for note in notes)}]" if notes else ""
    aside = "" if finding.decides else say(language, " (not decisive)")
    warning = f"; {finding.warning}" if finding.warning else ""
    granted = _lifting(finding, language)
    asking = terms_in_words(finding.terms, language)
    shown = say(language, " (shown by %s)", finding.shown_by) if finding.shown_by else ""
    said = say(language, finding.preference if finding.crawl else "not to be crawled")
    return f"{said}: {finding.rule}{shown}{flags}{aside}{granted} — {finding.locator}{warning}{asking}"


def terms_in_words(terms: Terms, language: Language) -> str:
    """Return whom to ask, who gives a licence, and where payment is claimed, as the end of a line."""
    asking = say(language, " or ").join(filter(None, (terms.policy, terms.contact)))
    said = say(language, "; permission: %s", asking) if asking else ""
    said += "".join(say(language, "; licence: %s", _route(route, language)) for route in terms.routes)
    if terms.remuneration:
        said += say(
            language, "; payment claimed where the law lets nobody refuse: %s", ", ".join(terms.remuneration)
        )
    return said


def made_from(origin: str, sequence: int, language: Language, *, stale: bool, first_use: bool) -> str:
    """Return which snapshot an answer was made from, and what to know of it."""
    age = say(language, ", stale") if stale else ""
    trust = say(language, ", keys trusted on first use") if first_use else ""
    return f"{say(language, 'from snapshot %s of %s', sequence, origin)}{age}{trust}"


def made_from_log(origin: str, as_of: int, entries: int, last: int, language: Language) -> str:
    """Return which state of the past an answer was made from: times in unix seconds, `last` of the last entry."""
    said = origin, rfc3339(as_of), entries, rfc3339(last)
    return say(language, "from the log of %s as of %s: %s entries, the last one of %s", *said)


def law_in_words(code: str, language: Language) -> str:
    """Return what a reservation means in a territory, on one line, with its date and sources."""
    line = territory_of(code)
    if line is None:
        return say(language, "the table of territories says nothing about %s", code)
    where = ", ".join(each.url for each in line.sources)
    read = say(language, "not compared with the words of the law")
    if line.statute_read is not None:
        read = say(language, "compared with the words of the law on %s", line.statute_read)
    said = line.name[language], line.as_of, line.means[language], read, where
    return say(language, "%s, as of %s: %s (%s; no legal advice; sources: %s)", *said)


def _route(route: Route, language: Language) -> str:
    return " ".join(
        filter(None, (say(language, _ROUTES[route.kind]), route.name, route.address, route.identifier))
    )


def _lifting(finding: Finding, language: Language) -> str:
    """Return the grant by which a finding was lifted, in words; empty if it was not."""
    is_lifted = finding.grant is not None and not finding.decides
    return say(language, " (lifted by grant %s)", finding.grant) if is_lifted else ""


def doubted_in_words(doubted: Doubted, language: Language) -> str:
    """Return which grant did not count, and why, on one line."""
    why_not = say(language, _DOUBTS[doubted.doubt])
    if not doubted.grant:
        return say(language, "no grant counts: %s", why_not)
    return say(language, "grant %s does not count: %s", doubted.grant, why_not)


def say(language: Language, template: str, *values: object) -> str:
    """Return a sentence of this module in a language; what it has no words for stays as it is."""
    said = _JA.get(template, template) if language == "ja" else template
    return said % values if values else said
