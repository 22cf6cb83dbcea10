"""Whom a name that is not quite right is meant for."""

import pytest

from crawler_filter.signals.robots.named import meant_agent

OTHERS = [
    "googlebot",
    "bingbot",
    "slurp",
    "duckduckbot",
    "baiduspider",
    "yandexbot",
    "sogou",
    "facebot",
    "iaarchiver",
    "mj12bot",
    "ahrefsbot",
    "semrushbot",
    "dotbot",
    "rogerbot",
    "screamingfrog",
    "yeti",
    "naverbot",
    "daumoa",
    "seznambot",
    "mojeekbot",
    "qwantify",
    "twitterbot",
    "linkedinbot",
    "pinterestbot",
    "slackbot",
    "discordbot",
    "whatsapp",
    "telegrambot",
    "blexbot",
    "barkrowler",
    "dataforseobot",
    "zoombot",
    "serpstatbot",
    "nutch",
    "heritrix",
    "archiveorgbot",
    "uptimerobot",
    "turnitinbot",
    "mediapartnersgoogle",
    "adsbotgoogle",
    "googlebotimage",
    "googlebotnews",
    "googlebotvideo",
    "apisgoogle",
    "coccocbot",
    "gigabot",
    "wget",
    "httrack",
    "psbot",
    "msnbot",
    "bingpreview",
    "hatena",
    "ichiro",
    "mogimogi",
    "sistrix",
    "linkdexbot",
    "spbot",
    "mainbot",
    "wikibot",
    "airbot",
    "ai3bot",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gtpbot", "gptbot"),
        ("gptbots", "gptbot"),
        ("openaigptbot", "gptbot"),
        ("antropicai", "anthropic-ai"),
        ("googleextented", "google-extended"),
        ("googleextendedai", "google-extended"),
        ("claudbot", "claudebot"),
        ("bytespyder", "bytespider"),
        ("img2datasetpy", "img2dataset"),
    ],
)
def test_a_name_with_one_letter_wrong_or_a_word_more_is_that_of_a_known_crawler(written: str, meant: str) -> None:
    assert meant_agent(written) == meant


@pytest.mark.parametrize("name", [*OTHERS, "gptbot", "ccbots", "a", "x" * 1000])
def test_a_name_of_its_own_is_meant_for_nobody_else(name: str) -> None:
    assert meant_agent(name) == ("ccbot" if name == "ccbots" else "")
