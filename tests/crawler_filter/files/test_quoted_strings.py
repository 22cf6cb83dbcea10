"""Sentences that stand in strings are read together, whatever stands between them."""

import json

import pytest

from crawler_filter.files.quoted_strings import strings
from tests.costs import SECOND, cost

WORDS = [f"word{number}" for number in range(40)]
TABLES = {
    "sentences of a program with remarks (ARB)": json.dumps(
        {
            name: said
            for number, word in enumerate(WORDS)
            for name, said in ((f"line{number}", word), (f"@line{number}", {"description": "a remark"}))
        }
    ),
    "a table of Lua": "lines = {" + ",".join(f'{{name="Aoi", text="{word}"}}' for word in WORDS) + "}",
    "objects of JavaScript": "var lines = ["
    + ",".join(f'{{name: "Aoi", text: "{word}"}}' for word in WORDS)
    + "];",
    "a document as pandoc has it": "[ Para [ " + " , Space , ".join(f'Str "{word}"' for word in WORDS) + " ] ]",
    "nested sentences": json.dumps(
        {f"line{at}": {"en": f"line {at}", "ja": word} for at, word in enumerate(WORDS)}
    ),
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_the_sentences_come_one_after_another(text):
    assert "\n".join(WORDS) in list(strings(text))


@pytest.mark.parametrize("text", ['{"a": "b"}', '{"a": "b", "c": "d"}', "x", '{a="b"}'])
def test_a_few_strings_are_no_table(text):
    assert list(strings(text)) == []


@pytest.mark.parametrize("piece", ['"a":"b",', '{a="', '"', '"a', '\\"', '{a="b",', '"' + "a" * 300])
def test_a_hostile_text_is_read_in_linear_time(piece):
    text = "{" + piece * (500_000 // len(piece))
    assert cost(lambda: list(strings(text)), limit=6 * SECOND) <= 6 * SECOND
