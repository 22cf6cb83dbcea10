"""The list of AI crawlers is brought up to date from a file, and filters that are opened from then on use it."""

import json
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.cli import main
from crawler_filter.errors import DataError
from crawler_filter.signals.agents import Agent, AgentList, default_agents, product_token, usages_by_token
from crawler_filter.sync.agent_file import current_agents, path_of_updates, read_list
from crawler_filter.sync.update import sync
from tests.simulators.published import NOW, URL, PublishedRegistry

COMMUNITY = {
    "NewTrainBot": {"operator": "[New](https://new.example)", "function": "Scrapes data to train LLMs."},
    "NewAnswerBot": {"operator": "New", "function": "AI Assistants"},
    "NewUnclearBot": {"operator": "New", "function": "Unclear at this time."},
    "Perplexity-User": {"operator": "Perplexity", "function": "AI training"},
}
BOTH = (Usage.TRAIN_AI, Usage.AI_USE)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name: tmp_path / "data" / name)
    return tmp_path


def written(path: Path, value: object) -> str:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_an_update_adds_names_and_what_they_stand_for(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agents", "update", written(home / "robots.json", COMMUNITY)]) == 0
    said = capsys.readouterr().out
    assert "added\tNewTrainBot\ttrain-ai, ai-use" in said
    assert "widened\tPerplexity-User\ttrain-ai, ai-use" in said
    agents = usages_by_token(current_agents().agents)
    assert agents["newtrainbot"] == agents["newunclearbot"] == agents["perplexity-user"] == BOTH
    assert agents["newanswerbot"] == (Usage.AI_USE,)
    assert agents["gptbot"] == (Usage.TRAIN_AI,)


def test_an_update_never_takes_anything_away(home: Path) -> None:
    own = {"version": "2020-01-01", "agents": [{"token": "GPTBot", "usages": ["ai-use"]}]}
    assert main(["agents", "update", written(home / "own.json", own)]) == 0
    agents = current_agents()
    assert {agent.token for agent in agents.agents} == {agent.token for agent in default_agents().agents}
    assert usages_by_token(agents.agents)["gptbot"] == BOTH
    assert agents.version == default_agents().version


def test_a_filter_that_is_opened_after_an_update_refuses_what_the_new_name_stands_for(home: Path) -> None:
    registry = PublishedRegistry()
    registry.publish()
    sync(home / "snapshot", URL, registry.trust, transport=registry, now=NOW)
    policy = Policy.opt_out(Usage.TRAIN_AI)
    robots = "User-agent: NewTrainBot\nDisallow: /"

    def keeps(policy: Policy) -> bool:
        optout = Filter.open(home / "snapshot", trust=registry.trust, policy=policy, clock=lambda: NOW)
        return optout.check("https://a.example/1", robots_txt=robots).keep

    assert keeps(policy)
    main(["agents", "update", written(home / "robots.json", COMMUNITY)])
    assert not keeps(policy)
    assert keeps(replace(policy, robots_agents=()))


def test_the_list_is_shown_with_what_each_name_stands_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agents"]) == 0
    shown = capsys.readouterr().out
    assert "GPTBot\ttrain-ai\tOpenAI\n" in shown
    assert main(["agents", "--json"]) == 0
    assert AgentList.parse(capsys.readouterr().out).agents == default_agents().agents


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", "{", '{"agents": 7}', '{"agents": [{"token": "A"}]}', '{"A": 7}', '{"agents": [{"usages": ["x"], "token": "A"}], "version": 1}', "[" * 99999],
)  # fmt: skip
def test_what_is_no_list_is_refused_and_changes_nothing(
    home: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agents", "update", written(home / "list.json", text)]) == 3
    assert "list.json is no list of agents" in capsys.readouterr().err
    assert not path_of_updates().exists()
    with pytest.raises(DataError):
        read_list(text.encode(), "list.json")


def test_an_update_without_a_file_or_of_a_file_that_is_absent_is_refused(home: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["agents", "update"])
    assert main(["agents", "update", str(home / "absent.json")]) == 3


@pytest.mark.parametrize(
    "token",
    ["Claude-Web", "cohere-ai", "Diffbot", "omgilibot", "Applebot", "Linguee Bot", "TavilyBot"],
)
def test_names_of_the_community_stand_for_training(token: str) -> None:
    assert Usage.TRAIN_AI in usages_by_token(default_agents().agents)[product_token(token)]


def test_a_search_engine_stands_for_search_and_what_it_answers_and_not_for_training() -> None:
    """A provider of many sites refuses PetalBot for all of them."""
    assert usages_by_token(default_agents().agents)["petalbot"] == (Usage.AI_USE, Usage.SEARCH)


def test_no_two_names_of_the_list_are_one() -> None:
    agents = default_agents().agents
    assert len(usages_by_token(agents)) == len(agents) > 100
    assert all(agent.usages for agent in agents)
    assert AgentList("x", ()).extended_by(AgentList("y", (Agent("A"), Agent("a", BOTH)))).agents == (
        Agent("A", BOTH),
    )
