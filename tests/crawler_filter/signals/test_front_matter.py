"""What stands before a text in the language of a program that makes pages refuses as its page would."""

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.signals.front_matter import MAX_BLOCK, MAX_LONG_BLOCK
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

EMPTY = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
FILTER = Filter(FixedSource(EMPTY), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)
NOAI = '<meta name="robots" content="noai">'
PAGE = f"<!DOCTYPE html><html><head>{NOAI}</head><body></body></html>"

# fmt: off
REFUSING = {
    "YAML": "---\ntitle: A\nrobots: noai, noimageai\n---\n\n# A\n",
    "YAML, in quotes": '---\r\n"robots": "noai"\r\n---\r\nA',
    "YAML, with a remark": "---\nrobots: noai # for all\n---\nA",
    "YAML, a list below": "---\nrobots:\n  - noindex\n  - noai\n---\nA",
    "YAML, a list beside": "---\nrobots: [noindex, noai]\n---\nA",
    "YAML, dots at its end": "---\nrobots: noai\n...\nA",
    "YAML, a byte order mark": "\ufeff---\nrobots: noai\n---\nA",
    "YAML, another name": "---\nmetaRobots: noai\n---\nA",
    "a plug-in's settings": "---\nseo:\n  robots: \"noai\"\n---\nA",
    "MyST": "---\nmyst:\n  html_meta:\n    \"robots\": \"noai\"\n---\n# A",
    "a list of tags": "---\nmeta:\n  - name: robots\n    content: noai\n---\nA",
    "VuePress": "---\nhead:\n  - - meta\n    - name: robots\n      content: noai\n---\nA",
    "a name for it": "---\nnoai: true\n---\nA",
    "training": "---\nai-training: false\n---\nA",
    "training, refused": "---\nai_training: disallow\n---\nA",
    "TDMRep": "---\ntdm_reservation: 1\n---\nA",
    "AIPREF": "---\ncontent-usage: train-ai=n\n---\nA",
    "Content Signals": "---\ncontent_signals: ai-train=no, search=yes\n---\nA",
    "Japanese": "---\ntitle: \u7d75\nrobots: AI\u5b66\u7fd2\u7981\u6b62\n---\n\u672c\u6587",
    "TOML": '+++\ntitle = "A"\n[params]\nrobots = "noai"\n+++\nA',
    "JSON": '{\n "title": "A",\n "robots": "noai"\n}\n\nA text',
    "reStructuredText": "Title\n=====\n\n.. meta::\n   :description: x\n   :robots: noai\n\nText",
    "AsciiDoc": "= Title\nAuthor\n:robots: noai\n\nText",
    "Org": f"#+TITLE: A\n#+HTML_HEAD: {NOAI}\n\nText",
    "MDX": f"---\nid: a\n---\n\n<head>\n  {NOAI}\n</head>\n\n# A",
    "Svelte": f"<script>let a;</script>\n<svelte:head>\n  {NOAI}\n</svelte:head>\n<h1>A</h1>",
    "a page behind it": f"---\nlayout: default\n---\n{PAGE}",
    "a page behind an empty one": f"---\n---\n{PAGE}",
    "a page of Jinja": f"{{% load static %}}\n{{# x #}}\n{PAGE}",
    "a page of JSP": f'<%@ page contentType="text/html" %>\n{PAGE}',
    "a page of Razor": f"@page\n@model IndexModel\n{PAGE}",
    "a page of FreeMarker": f"<#assign x=1>\n{PAGE}",
}
KEPT = {
    "keywords": "---\ntitle: A\ntags: [noai, ai-training]\n---\n# A",
    "for search engines": "---\nrobots: noindex, nofollow\n---\n# A",
    "a title": "---\ntitle: How to write robots: noai\ndescription: noai\n---\nA",
    "no AI wrote it": "---\nai: false\nai_generated: false\nai-assisted: none\n---\nA",
    "no training page": "---\ntitle: training\ntraining: false\n---\nA",
    "taken back": "---\nnoai: false\n---\nA",
    "below it": "---\ntitle: A\n---\n\nrobots: noai\n",
    "further down": "# How to\n\nWrite\n\n---\nrobots: noai\n---\n",
    "in a fence": f"# How to\n\n```html\n<head>\n{NOAI}\n</head>\n```\n",
    "in quotes": f"# How to\n\nWrite `{NOAI}`.\n",
    "in code": f"Title\n=====\n\n.. code-block:: html\n\n   {NOAI}\n",
    "rulers": "---\n\nrobots: noai is what you write\n\n---\n",
    "another kind of YAML": "---\nname: CI\non: push\njobs:\n  robots: noai-test\n",
    "JSON alone": '{"robots": "noai"}',
}
# fmt: on


@pytest.mark.parametrize("text", REFUSING.values(), ids=REFUSING.keys())
def test_what_is_said_before_a_text_refuses_in_every_form(text: str) -> None:
    assert not FILTER.check("https://a.example/a.md", content=text.encode()).keep
    assert not FILTER.check("https://a.example/a.md", html=text).keep


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_a_text_tells_of_refuses_nothing(text: str) -> None:
    assert FILTER.check("https://a.example/a.md", content=text.encode()).keep


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16", "utf-8-sig"])
def test_front_matter_is_read_in_japanese_encodings(encoding: str) -> None:
    assert not FILTER.check("https://a.example/a.md", content=REFUSING["Japanese"].encode(encoding)).keep


@pytest.mark.parametrize("before", ["", "robots: noai\n"], ids=["below a picture", "above it"])
def test_metadata_that_hold_a_picture_are_read_to_their_end(before: str) -> None:
    picture = f"image: data:image/png;base64,{'A' * 2 * MAX_BLOCK}\n"
    said = before or "robots: noai\n"
    text = f"---\n{before}{picture}{'' if before else said}---\n\nA"
    assert not FILTER.check(content=text.encode()).keep


def test_metadata_that_do_not_end_are_said_to_be_unread() -> None:
    decision = FILTER.check(content=b"---\ntitle: a\nimage: " + b"A" * (MAX_LONG_BLOCK + 9) + b"\n---\nA")
    assert not decision.keep
    assert any("more metadata before the text" in str(each.reason) for each in decision.unavailable)


def test_a_long_text_that_begins_with_a_rule_has_no_metadata() -> None:
    assert FILTER.check(content=b"---\n\n" + b"robots: noai is what some write. " * 6000).keep
