"""The pattern of URLs that are in normal form already, which is nearly all of them.

Left to the parser: credentials, ports, hosts that could be IPv4 (the last label starts with a digit), any path
segment that starts with a dot, an empty query, and every escape that is not spelled or composed as it must be.
ASCII names with `xn--` labels, well-formed or not, are their own normal form in the standard.
"""

import sys
from typing import Final

_SEGMENT: Final = r"A-Za-z0-9_~!$&'()*+,;=:@-"
_QUERY: Final = r"A-Za-z0-9._~!$&'()*+,;=:@/?-"
_SEGMENT_ESCAPE: Final = r"[01][0-9A-F]|2[0235F]|3[CEF]|5[BDE]|60|7[BCDF]"
_QUERY_ESCAPE: Final = r"[01][0-9A-F]|2[2356B]|3[BCDE]|5[B-E]|60|7[BCDF]"
# Behind the `%`: first bytes of UTF-8, but of characters that composing could change; and bytes that begin none.
TEXT_ESCAPE: Final = (
    r"[89AB][0-9A-F]|C[0-9AB]|CE(?!%87)|CF|D[01345]|D2(?!%8[3-7])|D8(?!%9[0-9A])|D9(?!%8[B-F]|%9|%B0)|DA"
    r"|DB(?!%9|%A)|E2(?!%80%8[01]|%83|%84%A|%8C%A|%AB%9C|%B3|%B5|%B7)|E3(?!%80%A[A-F]|%82%9[9A])|E[4-9BCD]"
    r"|EA(?=%B)|EF(?=%B[C-F])|F0(?=%9F|%A[0-9A])"
)
"""The alternatives of two digits of an escape that stands for text, and is composed as it must be."""

# Python before 3.11.5, which Debian 12 has, matches a group that is repeated possessively wrongly (gh-106052).
_IS_POSSESSIVE_RIGHT: Final = sys.version_info >= (3, 11, 5)


def repeated(group: str, times: str, *, possessively: bool = _IS_POSSESSIVE_RIGHT) -> str:
    """Return the pattern of a group that is repeated, and of which no repetition is given back.

    So what is rejected costs no more than what is accepted. Possessively it takes two thirds of the time, and no
    memory for each repetition; an atomic group, which means the same, is right in every version of Python.
    """
    return f"(?:{group}){times}+" if possessively else f"(?>(?:{group}){times})"


def normal_form(
    *, segment: str = "", query: str = "", escape: str = "", not_in_path: str = "", not_in_query: str = ""
) -> str:
    """Return the pattern of URLs in normal form; its groups are their identity and their host.

    For those of them that are more besides: `segment` is what none may begin with, alternatives each behind a `|`,
    `query` is what a look from where it begins must find, `escape` what one behind the `%` must, `not_in_path` and
    `not_in_query` are characters that are not taken.
    """
    in_path = "".join(each for each in _SEGMENT if each not in not_in_path)
    in_query = "".join(each for each in _QUERY if each not in not_in_query)
    path_escapes, query_escapes = (
        repeated(f"%{escape}(?:{of}|{TEXT_ESCAPE})[{taken}]*+", "*")
        for of, taken in ((_SEGMENT_ESCAPE, f".{in_path}"), (_QUERY_ESCAPE, in_query))
    )
    labels = repeated(r"[a-z0-9_-]++\.", "*")
    segments = repeated(rf"/(?!\.{segment})[.{in_path}]*+{path_escapes}", "+")
    fields = repeated(rf"{query}\?(?=[^#])[{in_query}]*+{query_escapes}", "?")
    return f"https?://(({labels}[a-z][a-z0-9_-]*+){segments}{fields}){repeated('#[!-~]*+', '?')}"
