"""ai.txt in the forms that sites write: Spawning's is tested with the other well-known files."""

import pytest

from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals.agents import default_agents, usages_by_token
from crawler_filter.signals.ai_txt import read
from tests.costs import SECOND, cost

AGENTS = usages_by_token(default_agents().agents)

REFUSING = {
    "draft-car": "# ai.txt\nSite-Name: A\nSite-URL: https://a.example\nTraining: deny\n",
    "draft-car, for a licence": "Site-Name: A\nTraining: conditional\nTraining-License: CC-BY-4.0\n",
    "draft-car, a path": "Training: allow\nTraining-Deny: /art/*\n",
    "draft-car, one crawler": "Training: allow\nAgent: GPTBot\n  Training: deny\n",
    "a name that permits": "User-Agent: *\nAllow: /\nAllow-Training: no\n",
    "asked for": "Allow-AI-Training: ask\n",
    "beside Allow": "User-Agent: *\nAllow: /\nai-training: disallow\n",
    "a path for its value": "User-Agent: *\nDisallow-AI-Training: /art/\n",
    "a kind of file for its value": "User-Agent: *\nDisallow-AI-Training: image/*\n",
    "a list": "Permission: deny-training, allow-search\n",
    "a remark behind it": "AI-Training: no - ask us first\n",
    "Japanese": "User-agent: *\nAI-Training: 禁止\n",
    "YAML": "version: 1\ntraining: false\n",
    "Markdown": "# ai.txt\n\n## Rules\n\n- **AI-Training**: prohibited\n",
    "named crawlers alone": "User-Agent: CCBot\nUser-Agent: GPTBot\nDisallow: /\n",
    "a use in a list": "policies:\n  - use: training\n    allow: false\n",
    "a use in a name": "use_for_training: false\n",
    "Content-Usage": "User-Agent: *\nAllow: /\nContent-Usage: train-ai=n, search=y\n",
    "Content-Signal": "Content-Signal: search=yes, ai-train=no\n",
}
KEEPING = {
    "draft-car, allowed": "Training: allow\nScraping: deny\n",
    "draft-car, another path": "Training: allow\nTraining-Deny: /shop/*\n",
    "draft-car, a path that is left open": "Training: conditional\nTraining-Allow: /art/*\n",
    "with thanks": "License: MIT\nTraining: Allowed with attribution\nUsage: Commercial and non-commercial\n",
    "no restrictions": "Training: no restrictions\n",
    "restrictions that are none": "Training: allow\nRestrictions: none\n",
    "another use in a list": "policies:\n  - use: search\n    allow: false\n",
    "not refused": "Disallow-AI-Training: no\n",
    "a comment": "# Training: deny\nTraining: allow\n",
    "a pointer": "AI agents are welcome.\n\nindex: https://a.example/llms.txt\n",
    "another crawler": "User-Agent: Googlebot\nDisallow: /\n",
}


def refused(text: str) -> set[Usage]:
    signals = read(text, "https://a.example/art/1", "/ai.txt", AGENTS)
    return {usage for each in signals for usage, said in each.preferences.items() if said is Preference.DISALLOWED}


@pytest.mark.parametrize("text", REFUSING.values(), ids=REFUSING)
def test_an_ai_txt_refuses_training_that_says_so_in_its_own_words(text: str) -> None:
    assert Usage.TRAIN_AI in refused(text)


@pytest.mark.parametrize("text", KEEPING.values(), ids=KEEPING)
def test_an_ai_txt_refuses_nothing_that_it_does_not_speak_of(text: str) -> None:
    assert refused(text) == set()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("Allow: *.png\nDisallow: *.png", True),
        ("Disallow: *.png\nAllow: *.png", True),
        ("Disallow: *.png\nAllow: /*.png$", True),
        ("Disallow: .PNG\nAllow: *.png", True),
        ("Disallow: /\nAllow: /", True),
        ("Disallow: /\nAllow: *.png", False),
        ("Disallow: *.jpg\nAllow: *.png", False),
        ("Disallow: /art/\nAllow: /art/1", False),
    ],
)
def test_what_is_allowed_and_refused_alike_is_refused_and_warned_of(rules: str, expected: bool) -> None:
    signals = list(read(f"User-Agent: *\n{rules}\n", "https://a.example/art/1.png", "/ai.txt"))
    assert combine(signal.says(Usage.TRAIN_AI) for signal in signals) is (
        Preference.DISALLOWED if expected else Preference.ALLOWED
    )
    assert any("the refusal counts" in signal.warning for signal in signals) is expected


@pytest.mark.parametrize("text", ["Training: allow", "Allow-AI-Training: yes", "Training-Allow: /"])
def test_what_other_names_permit_is_not_believed(text: str) -> None:
    assert list(read(text, "https://a.example/", "/ai.txt")) == []


def test_a_finding_says_which_line_it_is_and_that_no_standard_has_it() -> None:
    (signal,) = read("Site-Name: A\nTraining: deny", "https://a.example/", "/ai.txt")
    assert (signal.rule, signal.locator) == ("Training: deny", "/ai.txt line 2")
    assert "no standard" in signal.warning


@pytest.mark.parametrize(
    "line", ["Training: deny\n", "a" * 40 + ":\n", "User-agent: GPTBot\nDisallow: /a*b*c\n", "-" * 30]
)
def test_a_hostile_file_costs_little(line: str) -> None:
    text = line * (600_000 // len(line))
    most = 2 * SECOND  # it is read as robots.txt is, in both ways, and in a third
    assert cost(lambda: refused(text), limit=most) <= most


OF_OTHER_USES = {
    "a use beside it": '{"use": "search", "permission": "denied"}',
    "rules": '{"rules": [{"use": "indexing", "permission": "denied"}, {"use": "training", "permission": "granted"}]}',
    "a use above it": '{"search": {"permission": "denied"}, "training": {"permission": "granted"}}',
    "YAML": "- use: search\n  permission: denied\n- use: training\n  permission: granted\n",
    "YAML, indented": "search:\n  permission: denied\ntraining:\n  permission: granted\n",
    "a section": "[search]\npermission = denied\n[training]\npermission = granted\n",
    "two of them": "use: search\npurpose: indexing\npermission: denied\n",
    "with more of it": "- use: search\n  agents: Bingbot\n  permission: denied\n",
    "two rules of it": '[{"use": "search", "permission": "denied"}, {"use": "cache", "permission": "denied"}]',
    "a table": "| search | denied |\n| training | allowed |\n",
}
OF_TRAINING_TOO = {
    "alone": '{"permission": "denied"}',
    "beside a search": '{"search": {"permission": "denied"}, "permission": "denied"}',
    "below training": '{"search": {"permission": "denied"}, "training": {"permission": "denied"}}',
    "of a use that nobody knows": '{"use": "everything", "permission": "denied"}',
    "the switch of the whole file": '{"ai": false}',
    "behind an empty line": "use: search\npermission: denied\n\npermission: denied\n",
    "the use below its answer": "permission: granted\nuse: search\npermission: denied\nuse: training\n",
    "two uses, one below the other": "use: training\npurpose: search\npermission: denied\n",
    "two uses in one line": "use: search, training\npermission: denied\n",
    "all uses beside one": "use: search\nuse: '*'\npermission: denied\n",
    "a second answer in a block": "use: search\npermission: granted\npermission: denied\n",
    "below a remark on AI": "use: search\n# AI training\npermission: denied\n",
    "a remark on AI behind the use": "use: search # and AI training\npermission: denied\n",
    "a remark on AI behind the answer": "use: search\npermission: denied # no AI\n",
    "a Japanese use beside it": "use: search\n用途: 学習\npermission: denied\n",
    "another section": "use: search\npermission: granted\n[GPTBot]\npermission: denied\n",
    "a section with a name of its own": "[search]\ntraining:\npermission: denied\n",
    "a section with all uses": "[search]\nuse: all\npermission: denied\n",
    "the next item without a use": "- use: search\n  permission: granted\n- permission: denied\n",
    "the next item in another order": "- use: search\n  permission: granted\n- permission: denied\n  use: ai\n",
    "outside the item": "- use: search\n  allowed: true\npermission: denied\n",
    "JSON with two uses": '{"use": "search", "purpose": "training", "permission": "denied"}',
    "JSON with a list of uses": '{"use": "search", "purpose": ["training"], "permission": "denied"}',
    "JSON of all uses below one": '{"search": {"use": "all", "permission": "denied"}}',
    "JSON with one search in another": '{"search": {"use": "search", "permission": "denied"}, "permission": "denied"}',
    "JSON in a list": '[{"use": "search", "permission": "denied"},\n{\n"permission": "denied"\n}]',
    "JSON with a name given twice": '{"use": "training", "use": "search", "permission": "denied"}',
    "JSON with an object for an answer": '{"search": {"permission": {"denied": 1}},\n"permission": "denied"}',
    "training in a rule of search": '{"use": "search", "permission": "denied", "training": "no"}',
}


@pytest.mark.parametrize("text", OF_OTHER_USES.values(), ids=OF_OTHER_USES.keys())
def test_an_answer_about_another_use_refuses_no_training(text: str) -> None:
    assert list(read(text, "https://a.example/", "ai.txt")) == []


@pytest.mark.parametrize("text", OF_TRAINING_TOO.values(), ids=OF_TRAINING_TOO.keys())
def test_an_answer_that_may_be_about_training_refuses_it(text: str) -> None:
    said = [signal.preferences.get(Usage.TRAIN_AI) for signal in read(text, "https://a.example/", "ai.txt")]
    assert Preference.DISALLOWED in said
