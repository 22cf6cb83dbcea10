"""Names that are not quite right: of lines (`Disllow`, `User-agnt`), of companies in place of crawlers."""

from functools import lru_cache
from typing import Final

_RIGHTLY: Final = {
    "disallow": "DISALLOW",
    "useragent": "AGENT",
    "contentsignal": "SIGNAL",
    "contentusage": "USAGE",
}
_OTHER_WORDS: Final = ("allow", "agent", "user", "sitemap", "crawldelay", "contenttype", "useragentstring")
_EDITS: Final = 2

FOR_ALL_OF_AI: Final = frozenset(
    (
        *("ai", "aibot", "aibots", "allai", "allaibots", "anyaibot", "aicrawler", "aicrawlers"),
        *("allaicrawlers", "aiagent", "aiagents", "allaiagents", "aitraining", "aitrainingbots"),
        *("generativeaibots", "genaibots", "aitrainingcrawlers", "aicompanies", "machinelearning", "mlbots"),
        *("llm", "llms", "llmbots", "llmcrawlers", "generativeai", "genai", "airobots", "aiscrapers"),
    )
)
"""Words for everybody who collects for AI; inside of a longer name they are a part of it."""

COMPANIES: Final = {
    **dict.fromkeys(("openai", "chatgpt", "dalle", "openaibot", "chatgptbot"), "gptbot"),
    **dict.fromkeys(("anthropic", "anthropicbot"), "anthropic-ai"),
    **dict.fromkeys(("claude", "claudeai", "claudeaibot"), "claudebot"),
    **dict.fromkeys(
        ("gemini", "geminiai", "bard", "googleai", "googlebard", "googlegemini", "googlebotextended"),
        "google-extended",
    ),
    **dict.fromkeys(("commoncrawl", "commoncrawlbot", "commoncrawlorg"), "ccbot"),
    **dict.fromkeys(("appleextended", "appleai", "appleintelligence"), "applebot-extended"),
    **dict.fromkeys(("allenai", "ai2"), "ai2bot"),
    **dict.fromkeys(("perplexity", "perplexityai"), "perplexitybot"),
    **dict.fromkeys(
        ("midjourney", "stablediffusion", "stabilityai", "laion", "laionbot", "laion5b"), "img2dataset"
    ),
    **dict.fromkeys(("metaai", "meta", "llama", "facebookexternalagent", "facebookai"), "meta-externalagent"),
    **dict.fromkeys(("deepseek", "deepseekai"), "deepseekbot"),
    **dict.fromkeys(("cohere", "cohereai"), "cohere-ai"),
    **dict.fromkeys(("huggingface",), "laion-huggingface-processor"),
    **dict.fromkeys(("xai", "grok"), "xai-bot"),
    **dict.fromkeys(("mistral", "mistralai"), "mistralbot"),
    **dict.fromkeys(("bytedance", "tiktok"), "bytespider"),
    **dict.fromkeys(FOR_ALL_OF_AI, "gptbot"),
}
"""What sites address by a name that no crawler goes by, and the crawler that collects for it."""


@lru_cache(maxsize=1024)
def meant_by(word: str) -> str:
    """Return the name that a misspelt one is meant for, by two letters at most; empty where it is none."""
    word = word.removesuffix("all") if word.startswith("dis") else word
    if word in _OTHER_WORDS:
        return ""
    return next((kind for right, kind in _RIGHTLY.items() if is_near(word, right, _EDITS)), "")


def is_near(word: str, right: str, edits: int) -> bool:
    """Tell whether so many edits at most part two words: a letter more, less or another, or two exchanged."""
    if abs(len(word) - len(right)) > edits:
        return False
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, letter in enumerate(word, 1):
        older, before, row = before, row, [at]
        for of, other in enumerate(right, 1):
            least = min(before[of] + 1, row[-1] + 1, before[of - 1] + (letter != other))
            if at > 1 and of > 1 and letter == right[of - 2] and word[at - 2] == other:
                least = min(least, older[of - 2] + 1)
            row.append(least)
    return row[-1] <= edits
