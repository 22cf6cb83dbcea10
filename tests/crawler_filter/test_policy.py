"""A policy is one value, however it is written down."""

import pickle
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Agent, Assurance, Family, Likeness, Mode, Policy, Source, Usage
from crawler_filter.policy import ContentLookup

durations = st.integers(0, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
agents = st.builds(
    Agent,
    st.text("abcXYZ-", min_size=1, max_size=8),
    st.lists(st.sampled_from(list(Usage)), max_size=3).map(tuple),
)
policies = st.builds(
    Policy,
    usage=st.sampled_from(list(Usage)),
    keep_unknown=st.booleans(),
    keep_unavailable=st.booleans(),
    fresh_for=durations,
    max_age=durations,
    assurance=st.frozensets(st.sampled_from(list(Assurance))),
    likeness=st.sampled_from(list(Likeness)),
    content=st.sampled_from(list(ContentLookup)),
    mode=st.sampled_from(list(Mode)),
    signals=st.frozensets(st.sampled_from(list(Family))),
    required=st.frozensets(st.sampled_from(list(Source))),
    agent=st.text("abc", max_size=5),
    user_type=st.none() | st.just("commercial"),
    robots_agents=st.none() | st.lists(agents, max_size=2).map(tuple),
    trust_anchors=st.none() | st.just(b"-----BEGIN CERTIFICATE-----\n"),
)


@given(policies)
def test_a_policy_is_what_its_words_say(policy: Policy) -> None:
    assert Policy.from_dict(policy.to_dict()) == policy
    copy = pickle.loads(pickle.dumps(policy))
    assert copy == policy
    assert pickle.dumps(copy) == pickle.dumps(policy)


FILE = """
usage = "train-ai"
permission_first = true
max_age = "3d"
fresh_for = "90m"
assurance = ["verified"]
likeness = "same-rendition"
content = "digests"
mode = "audit"
signals = ["tdmrep", "robots-tag"]
required = ["robots.txt"]
agent = "ExampleBot"
robots_agents = ["GPTBot", {token = "OtherBot", usages = ["search"]}]
trust_anchors = "anchors.pem"
"""


def test_a_policy_file_says_all_that_a_policy_can(tmp_path: Path) -> None:
    (tmp_path / "optout.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "anchors.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    assert Policy.from_file(tmp_path / "optout.toml") == replace(
        Policy.permission_first(Usage.TRAIN_AI),
        max_age=timedelta(days=3),
        fresh_for=timedelta(minutes=90),
        assurance=frozenset({Assurance.VERIFIED}),
        likeness=Likeness.SAME_RENDITION,
        content=ContentLookup.DIGESTS,
        mode=Mode.AUDIT,
        signals=frozenset({Family.TDMREP, Family.ROBOTS_TAG}),
        required=frozenset({Source.ROBOTS_TXT}),
        agent="ExampleBot",
        robots_agents=(Agent("GPTBot"), Agent("OtherBot", (Usage.SEARCH,))),
        trust_anchors=b"-----BEGIN CERTIFICATE-----\n",
    )


def test_a_policy_file_needs_a_usage_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "optout.toml").write_text('usage = "tdm"', encoding="utf-8")
    assert Policy.from_file(str(tmp_path / "optout.toml")) == Policy.opt_out(Usage.TDM)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "usage"),
        ('usage = "train"', "train"),
        ('usage = "tdm"\nmax_aeg = "7d"', "got max_aeg"),
        ('usage = "tdm"\nmax_age = "a week"', "24h, 7d or 30m, got 'a week'"),
        ('usage = "tdm"\nmax_age = 7', "got 7"),
        ('usage = "tdm"\nassurance = "verified"', "a list"),
        ('usage = "tdm"\npermission_first = "no"', "true or false"),
        ('usage = "tdm"\nkeep_unknown = true', "keep_unknown"),
        ('usage = "tdm"\nrobots_agents = [7]', "name of a crawler"),
        ('usage = "tdm"\nagent = 7', "a text"),
        ('usage = "tdm', "optout.toml"),
    ],
    ids=[
        "empty",
        "usage",
        "unknown",
        "duration",
        "number",
        "list",
        "flag",
        "not a word",
        "agent",
        "text",
        "broken",
    ],
)
def test_a_policy_file_with_a_mistake_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "optout.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"optout\.toml is not a policy file: ") as refused:
        Policy.from_file(tmp_path / "optout.toml")
    assert says in str(refused.value)
