"""Lists of crawlers: what a name stands for, and one that is listed twice."""

import pytest

from crawler_filter.preference import Usage
from crawler_filter.signals.agents import Agent, AgentList, usages_by_token


@pytest.mark.parametrize("first", [Usage.TRAIN_AI, Usage.AI_USE])
def test_a_name_that_is_listed_twice_stands_for_both(first: Usage) -> None:
    second = Usage.AI_USE if first is Usage.TRAIN_AI else Usage.TRAIN_AI
    stands_for = usages_by_token([Agent("ABot", (first,)), Agent("abot", (second,))])
    assert set(stands_for["abot"]) == {first, second}


def test_a_name_that_occurs_twice_in_the_list_of_the_community_keeps_both_rows() -> None:
    text = '{"ABot": {"function": "Trains models."}, "ABot": {"function": "AI search"}, "B": {"function": "Scrapes data"}}'
    agents = AgentList.parse_community(text, "1").agents
    assert [agent.token for agent in agents] == ["ABot", "ABot", "B"]
    assert Usage.TRAIN_AI in usages_by_token(agents)["abot"]


@pytest.mark.parametrize("text", ["[]", "1", "{", '{"a": 1}'])
def test_what_is_no_list_is_an_error(text: str) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError)):
        AgentList.parse_community(text, "1")
