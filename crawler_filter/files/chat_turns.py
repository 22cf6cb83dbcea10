"""Conversations as language models are trained on them: what each role says, without the marks between.

Templates of ChatML, Llama, Mistral and Gemma write every turn into one text, `<|im_start|>assistant … <|im_end|>`.
What is joined are the turns of one role, and all of them. Look-ups alone ask; every pattern is linear in the text.
"""

import re
from collections.abc import Iterator
from typing import Final

_FEW: Final = 3
"""Marks up to which nothing is taken to be a conversation."""

_MARK: Final = re.compile(
    r"<\|start\|>([a-z_.]{1,24})(?:[^<>|\n]{0,80}<\|channel\|>[a-z]{1,24})?[^<>|\n]{0,80}<\|message\|>"
    r"|<[|\uff5c](?:start_header_id\|>)?([A-Za-z_\u2581]{1,32})(?:[|\uff5c]>|<\|)(?:end_header_id\|>)?"
    r"(?:(system|user|assistant|tool|model)\b)?"
    r"|<(?:start|end)_of_turn>(?:(user|model)\b)?"
    r"|(\[/?INST\])|</?s>|<</?SYS>>"
    r"|\b(USER|ASSISTANT|Human|Assistant|User):"
)
_SIGNS: Final = ("<|", "<\uff5c", "_of_turn>", "[INST]", "USER:", "Human:", "User:")


def turns(text: str) -> Iterator[str]:
    """Yield what the roles of a conversation say, the role that says most first, then all roles together."""
    if not any(sign in text for sign in _SIGNS):
        return
    marks = list(_MARK.finditer(text))
    if len(marks) <= _FEW:
        return
    said: dict[str, list[str]] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        if words := text[mark.end() : end].strip():
            said.setdefault(_role(mark), []).append(words)
    spoken = sorted(said.values(), key=lambda words: -sum(map(len, words)))
    yield from ("\n".join(words) for words in spoken)
    yield "\n".join(filter(None, (text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True))))


def _role(mark: re.Match[str]) -> str:
    return mark[3] or mark[1] or mark[4] or mark[5] or mark[6] or mark[2] or ""
