"""Names of no standard in headers, meta tags and robots.txt: what they refuse counts wherever they stand."""

import pytest

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import headers, html
from crawler_filter.signals.invented_names import refused
from crawler_filter.signals.robots.robots_txt import RobotsTxt

NO = {Usage.TRAIN_AI: Preference.DISALLOWED}
REFUSING = [
    ("AI-Training", "no"),
    ("X-AI-Training", "disallowed"),
    ("x-ai-training", "disabled"),
    ("ai-training-consent", "denied"),
    ("Allow-AI-Training", "No."),
    ("no-ai-training", "true"),
    ("ai-policy", "retrieval=allowed, training=prohibited"),
    ("ai-policy", "cite-source, no-train"),
    ("machine-learning", "not allowed"),
    ("data-usage", "no-ai-training"),
]
HEADERS = len(REFUSING) - 4
"""Names that servers send too, and not pages alone."""
KEEPING = [
    ("AI-Training", "allowed"),
    ("AI-Training", "permitted; license=CC-BY-4.0"),
    ("ai-policy", "https://a.example/no-training"),
    ("ai-policy", "training and citation are welcome"),
    ("ai-content-declaration", "no AI was used"),
    ("no-ai-training", "false"),
    ("training", "no"),
    ("data-usage", "none of your data is sold"),
]


@pytest.mark.parametrize(("name", "value"), REFUSING)
def test_an_invented_name_refuses_in_a_meta_tag(name: str, value: str) -> None:
    (of_page,) = html.read(f'<meta name="{name}" content="{value}">', "https://a.example/")
    assert of_page.preferences.items() >= NO.items()
    assert "no standard" in of_page.warning


@pytest.mark.parametrize(("name", "value"), REFUSING[:HEADERS])
def test_an_invented_name_refuses_in_a_header(name: str, value: str) -> None:
    (of_header,) = headers.read([(name, value)])
    assert of_header.preferences == NO
    assert "no standard" in of_header.warning


@pytest.mark.parametrize(("name", "value"), KEEPING)
def test_what_an_invented_name_permits_or_does_not_say_is_nothing(name: str, value: str) -> None:
    assert headers.read([(name, value)]) == ()
    assert html.read(f'<meta name="{name}" content="{value}">', "https://a.example/") == ()


def test_shorter_names_count_where_a_file_is_about_ai() -> None:
    assert refused("Training", "deny", is_about_ai=True) == NO
    assert refused("Training", "deny") == {}


@pytest.mark.parametrize(
    "line",
    [
        "Allow-Training: no",
        "AllowAITraining: no",
        "X-Disallow-Training: /",
        "Disallow-Generative-AI: /",
        "Deny-AI-Training: yes",
        "DisallowAIModelTraining: /",
    ],
)
def test_a_line_of_robots_txt_in_other_names_refuses_training(line: str) -> None:
    said = RobotsTxt.parse(f"User-agent: *\nAllow: /\n{line}\n").usage("ExampleBot", "/a")
    assert said.get(Usage.TRAIN_AI) is Preference.DISALLOWED


@pytest.mark.parametrize("line", ["Allow-Training: yes", "Disallow-AI-Training: no", "Block-Training: never"])
def test_a_line_that_takes_its_name_back_refuses_nothing(line: str) -> None:
    assert RobotsTxt.parse(f"User-agent: *\nAllow: /\n{line}\n").usage("ExampleBot", "/a") == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("deny", True),
        ("deny; distribution:private", True),
        ("allow; distribution:public; price:0.15; payto:kaze", True),
        ("allow; price:$2", True),
        ("allow; price: on request", True),
        ("allow; payto:kaze", True),
        ("allow; price:0.00; payto:kaze", False),
        ("allow; price:10", True),
        ("allow", False),
        ("https://creativecommons.org/licenses/by/4.0/", False),
        ("CC0-1.0", False),
    ],
)
def test_a_licence_for_ai_that_denies_or_costs_something_refuses(value: str, expected: bool) -> None:
    said = refused("ai-license", value)
    assert (set(said) == {Usage.TRAIN_AI, Usage.AI_USE}) is expected
    assert bool(said) is expected
