"""The policies that a site names beside a reservation of TDMRep: whether they are there, and what they say.

A policy permits nothing by itself. It says whom to ask, so one that is not there leaves its reader without a way.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from crawler_filter.errors import Sentence
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.report import Advice
from crawler_filter.lint.site import looks_like_html
from crawler_filter.signals import headers, html, safe_json, tdmrep
from crawler_filter.signals.response import Response
from crawler_filter.signals.signal import Family, Signal
from crawler_filter.signals.tdm_policy import TdmPolicy, read_policy

MAX_RULES: Final = 500
"""Rules of tdmrep.json whose policies are looked for."""
_OK: Final = 200
_DUTIES: Final = {"obtainConsent": "consent", "compensate": "payment"}


def named(page: Response | None, well_known: Mapping[str, Response]) -> list[str]:
    """Return the addresses of policies that a page, its headers and tdmrep.json name, each once."""
    found: list[str] = []
    if page is not None:
        found += _of_signals([*headers.read(list(page.headers)), *html.read(page.body, page.url)])
    if (file := well_known.get(tdmrep.FILE)) is not None:
        found += (urljoin(file.url, policy) for policy in _of_file(file.body))
    return list(dict.fromkeys(address for address in found if address.startswith(("https://", "http://"))))


def _of_signals(signals: Iterable[Signal]) -> Iterator[str]:
    for signal in signals:
        is_policy = signal.family is Family.TDMREP or signal.warning == tdmrep.ALONE
        if is_policy and signal.terms.policy:
            yield signal.terms.policy


def _of_file(body: bytes) -> Iterator[str]:
    try:
        rules = safe_json.parse(body)
    except safe_json.UnreadableJsonError:
        return  # whoever judges the file says it
    for rule in (rules if isinstance(rules, list) else [rules])[:MAX_RULES]:
        policy = rule.get("tdm-policy") if isinstance(rule, Mapping) else None
        if isinstance(policy, str):
            yield policy.strip()


def advise_policy(address: str, answer: Response) -> Iterator[Advice]:
    """Yield whether a policy is there, what is wrong with it, and what it says."""
    if answer.status != _OK:
        detail = Sentence("it answered %(status)s", status=answer.status)
        yield Advice(Issue.TDM_POLICY_ABSENT, address, detail=detail)
    elif looks_like_html(answer.body) or answer.body.lstrip()[:1] not in (b"{", b"["):
        yield Advice(Issue.TDM_POLICY_FOR_PEOPLE, address)
    else:
        policy = read_policy(answer.body)
        for flaw in policy.flaws:
            yield Advice(Issue.TDM_POLICY_BROKEN, address, detail=flaw)
        if said := _said(policy):
            yield Advice(Issue.TDM_POLICY_READ, address, said)


def _said(policy: TdmPolicy) -> str:
    """Return who gives permission and what for, as the policy has it."""
    duties = (_DUTIES[duty] for duty in sorted(policy.duties))
    said = (policy.name, policy.terms.contact, policy.terms.policy, *duties)
    return ", ".join(filter(None, said))[:200]
