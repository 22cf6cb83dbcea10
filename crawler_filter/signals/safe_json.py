"""JSON from strangers: what cannot be read is one error, which says where."""

import json

from crawler_filter.errors import Sentence


class UnreadableJsonError(ValueError):
    """A text that is no JSON, or is nested too deep; `sentence` says where it stops being JSON."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse(text: str | bytes) -> object:
    """Return what a JSON text stands for. Raises UnreadableJsonError."""
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise UnreadableJsonError(
            Sentence("not JSON from line %(line)s, column %(column)s on", **where)
        ) from error
    except RecursionError as error:
        raise UnreadableJsonError(Sentence("JSON that is nested too deep")) from error
    except ValueError as error:  # bytes of no encoding, a number of a million digits
        raise UnreadableJsonError(Sentence("not JSON")) from error
    return value
