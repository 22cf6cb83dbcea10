"""Reading a tutorial as steps."""

from tools.tutorial import Step, Verb, steps


def test_words_that_go_on_in_the_next_line_are_read_with_a_space():
    page = (
        "1. Type `Aoi` into **Name of the\n   person**, choose **Author**, and press **Save and\n   continue**.\n"
    )
    assert list(steps(page)) == [
        Step(Verb.TYPE, "Name of the person", "Aoi"),
        Step(Verb.CHOOSE, "Author"),
        Step(Verb.PRESS, "Save and continue"),
    ]


def test_the_lines_of_a_block_are_kept():
    page = "Save this as `look.py`:\n\n```python\nimport a\n\nprint(a)\n```\n\n```console\n$ python look.py\none\n  two\n```\n"
    assert list(steps(page)) == [
        Step(Verb.SAVE, "look.py", "import a\n\nprint(a)\n"),
        Step(Verb.RUN, "python look.py", "one\n  two\n"),
    ]
