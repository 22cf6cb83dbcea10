"""Words that are written as escapes of programs, addresses and mails are read as what they say."""

import json
import quopri
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.text_layout import further_readings
from crawler_filter.files.written_letters import as_letters
from tests.crawler_filter.files.published_layouts import SONGS

WORDS = "\n".join(SONGS["ja"])
UTF_8 = "".join(f"\\x{octet:02x}" for octet in WORDS.encode())
UTF_16 = "".join(f"\\u{ord(letter):04X}" for letter in WORDS)


def letters(text):
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("t = b'" + UTF_8 + "'", id="a string of Python"),
        pytest.param('var t = "' + UTF_16 + '";', id="a string of JavaScript"),
        pytest.param("INSERT INTO t VALUES ('" + WORDS.replace("\n", "\\r\\n") * 9 + "');", id="a dump of SQL"),
        pytest.param("t=" + quote_plus(WORDS), id="a form"),
        pytest.param("/" + quote(WORDS), id="an address"),
        pytest.param(WORDS.encode("utf-7").decode(), id="UTF-7"),
        pytest.param("\n" + quopri.encodestring(WORDS.encode()).decode(), id="quoted-printable"),
        pytest.param(json.dumps(json.dumps(WORDS)).replace("\\\\", ""), id="JSON in JSON, once read"),
        pytest.param(
            "Content-Type: text/plain; charset=shift_jis\n\n"
            + quopri.encodestring(WORDS.encode("cp932")).decode(),
            id="quoted-printable in Shift_JIS",
        ),
        pytest.param(
            "Content-Type: text/plain; charset=iso-2022-jp\n\n"
            + quopri.encodestring(WORDS.encode("iso2022_jp"), quotetabs=True).decode(),
            id="quoted-printable in ISO-2022-JP",
        ),
        pytest.param(WORDS.encode().decode("latin-1"), id="UTF-8 taken for Latin letters"),
        pytest.param("<p>" + WORDS.encode("cp932").decode("latin-1"), id="Shift_JIS taken for Latin letters"),
        pytest.param("<p>" + WORDS.encode("euc_jp").decode("latin-1"), id="EUC-JP taken for Latin letters"),
        pytest.param(
            "".join(f"\x1b[3{at % 8}m{letter}\x1b[0m" for at, letter in enumerate(WORDS)), id="a terminal"
        ),
        pytest.param("".join(f"\\{octet:03o}" for octet in WORDS.encode()), id="octal"),
        pytest.param(" ".join(f"\\emph{{{line}}}" for line in SONGS["ja"] * 9), id="LaTeX"),
    ],
)
def test_words_are_read_that_are_written_as(written):
    assert any(letters(WORDS) in letters(each) for each in as_letters(written))
    assert any(letters(WORDS) in letters(each.text) for each in further_readings(written).readings)


@pytest.mark.parametrize("text", ["50 % of C:\\new\\table = nothing", WORDS, "a%20b", "\\u3042 is a letter"])
def test_a_text_with_few_escapes_is_read_as_it_is(text):
    assert not list(as_letters(text))


@given(st.text(alphabet="\\ux0a9{}%=E\n", max_size=200))
def test_nothing_raises(text):
    for each in as_letters(text * 20):
        assert len(each) <= 20 * len(text)
