import codecs
import sys
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.control import formats as proofs
from registry.control.formats import OneOffRecord, PersistRecord, RecordRefusedError, file_text

TOKEN = "abcdefghijklmnopqrstuvwxyz"
OTHER = "zyxwvutsrqponmlkjihgfedcba"
REGISTRY = "registry.example"
ACCOUNT = "https://registry.example/acct/1"
META = f'<meta name="optout-verification" content="{TOKEN}">'

tokens = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26)


@given(record=st.builds(OneOffRecord, token=tokens, expiry=st.none() | st.dates()))
def test_a_one_off_record_reads_back(record):
    assert OneOffRecord.parse(str(record)) == record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"token={TOKEN} expiry=2027-01-31", OneOffRecord(TOKEN, date(2027, 1, 31))),
        (f"token={TOKEN} expiry=never", OneOffRecord(TOKEN)),
        (f"token={TOKEN}", OneOffRecord(TOKEN)),
        (f"  expiry=never \t token={TOKEN} ", OneOffRecord(TOKEN)),
        (f"token={TOKEN} later=x later=y", OneOffRecord(TOKEN)),
    ],
)
def test_a_one_off_record_is_read_leniently_where_its_draft_is(text, expected):
    assert OneOffRecord.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expected token="),
        ("token=", "expected token="),
        (f"token={TOKEN}a", "26 letters"),
        (f"token={TOKEN} token={OTHER}", "token stands in it twice"),
        (f"token={TOKEN} expiry=never expiry=2027-01-31", "expiry stands in it twice"),
        (f"token={TOKEN} expiry=soon", "expiry=YYYY-MM-DD"),
        (f"token={TOKEN} expiry=2027-02-30", "expiry=YYYY-MM-DD"),
        ("v=spf1 -all", "expected token="),
    ],
)
def test_a_one_off_record_that_is_wrong_says_why(text, problem):
    with pytest.raises(RecordRefusedError, match=problem):
        OneOffRecord.parse(text)


@given(
    record=st.builds(
        PersistRecord,
        registry=st.just(REGISTRY),
        account=st.just(ACCOUNT),
        subtree=st.booleans(),
        until=st.none() | st.integers(-(10**11), 10**11),
    )
)
def test_a_lasting_record_reads_back(record):
    assert PersistRecord.parse(str(record)) == record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{REGISTRY};accounturi={ACCOUNT}", PersistRecord(REGISTRY, ACCOUNT)),
        (f"REGISTRY.EXAMPLE.;accounturi={ACCOUNT}", PersistRecord(REGISTRY, ACCOUNT)),
        (f"other.example;accounturi={ACCOUNT}", PersistRecord("other.example", ACCOUNT)),
        (
            f"  {REGISTRY}  ;  accounturi  =  {ACCOUNT}  ;\tpolicy = subtree ; persistUntil = 4102444800  ",
            PersistRecord(REGISTRY, ACCOUNT, subtree=True, until=4102444800),
        ),
        (f"{REGISTRY};ACCOUNTURI={ACCOUNT};pOlIcY=SubTree", PersistRecord(REGISTRY, ACCOUNT, subtree=True)),
        (f"{REGISTRY};accounturi={ACCOUNT};policy=wildcard", PersistRecord(REGISTRY, ACCOUNT)),
        (f"{REGISTRY};accounturi={ACCOUNT};new=x;new=y", PersistRecord(REGISTRY, ACCOUNT)),
        (f"{REGISTRY};accounturi={ACCOUNT};persistUntil=-1", PersistRecord(REGISTRY, ACCOUNT, until=-1)),
    ],
)
def test_a_lasting_record_is_an_issue_value(text, expected):
    assert PersistRecord.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "registry's name first"),
        (f";accounturi={ACCOUNT}", "registry's name first"),
        (REGISTRY, "expected accounturi="),
        (f"{REGISTRY};accounturi=", "expected accounturi="),
        (f"{REGISTRY};accounturi={ACCOUNT};flag", "tag=value"),
        (f"{REGISTRY};accounturi={ACCOUNT};=x", "tag=value"),
        (f"{REGISTRY};ACCOUNTURI={ACCOUNT};accounturi=x", "accounturi stands in it twice"),
        (f"{REGISTRY};accounturi={ACCOUNT};policy=subtree;policy=subtree", "policy stands in it twice"),
        (f"{REGISTRY};accounturi={ACCOUNT};policy=sub tree", "not allowed"),
        (f"{REGISTRY};accounturi={ACCOUNT};policy=süß", "not allowed"),
        (f"{REGISTRY};accounturi={ACCOUNT};persistUntil=", "unix time"),
        (f"{REGISTRY};accounturi={ACCOUNT};persistUntil=tomorrow", "unix time"),
        (f"{REGISTRY};accounturi={ACCOUNT};persistUntil=1e9", "unix time"),
        (f"{REGISTRY};accounturi={ACCOUNT};persistUntil=٣", "not allowed"),
    ],
)
def test_a_lasting_record_that_is_wrong_says_why(text, problem):
    with pytest.raises(RecordRefusedError, match=problem):
        PersistRecord.parse(text)


@pytest.mark.parametrize("kind", [OneOffRecord, PersistRecord])
@given(text=st.text() | st.text("token=expiry; accounturi=persistUntil"))
def test_any_text_is_refused_or_reads_back(kind, text):
    with suppress(RecordRefusedError):
        record = kind.parse(text)
        assert kind.parse(str(record)) == record


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"<html><head>{META}</head></html>", (TOKEN,)),
        (f"<!doctype html><title>x</title>{META}<p>text", (TOKEN,)),
        (META.upper().replace(TOKEN.upper(), TOKEN), (TOKEN,)),
        (f"<meta content=' {TOKEN} ' name=OptOut-Verification>", (TOKEN,)),
        (f"<head>{META}{META.replace(TOKEN, OTHER)}</head>", (TOKEN, OTHER)),
        (f"<head><meta charset=shift_jis><title>\u00e9</title>{META}</head>", (TOKEN,)),
        (f"<head><meta name=description content={TOKEN}></head>", ()),
        ("<head><meta name=optout-verification></head>", ("",)),
        ("", ()),
        ("\0", ()),
    ],
)
def test_a_meta_tag_counts_in_the_head(page, expected):
    assert proofs.meta_tags(page.encode()) == expected


@pytest.mark.parametrize(
    "page",
    [
        f"<head></head><body>{META}</body>",
        f"<title>x</title><p>comment: {META}</p>",
        f"<p>text</p>{META}",
        f"<body><head>{META}</head></body>",
        f"<head></head><body></body><head>{META}</head>",
        f"<head><!-- {META} --></head>",
        f"<head><title>{META}</title></head>",
        f"<head><script>{META}</script></head>",
        f"<head><style>{META}</style></head>",
        f"<head><noscript>{META}</noscript></head>",
        f"<head><object>{META}</object></head>",
        f"<html><body><svg><head>{META}</head></svg>",
        f"<head><meta name=\"x\" content='{META}'></head>",
    ],
)
def test_a_meta_tag_anywhere_else_does_not_count(page):
    assert proofs.meta_tags(page.encode()) == ()


@pytest.mark.parametrize(
    "page",
    [
        b"<a " * 40_000,
        b"<!--" * 80_000,
        b"<div>" * 20_000,
        b"<a " + b"x=1 " * 60_000,
        b"&" * 500_000,
        b"\0" * 100_000,
    ],
    ids=["open tags", "open comments", "deep nesting", "attributes", "entities", "zeroes"],
)
def test_a_page_made_to_be_slow_takes_no_more_python_than_a_short_one(page):
    """Counted in lines of Python that run: the rest is a parser in C, whose time is linear."""

    def steps(page):
        counted = 0

        def count(frame, event, argument):
            nonlocal counted
            counted += event == "line"
            return count

        sys.settrace(count)
        try:
            assert proofs.meta_tags(META.encode() + page) == (TOKEN,)
            assert proofs.me_links(page, "a") == ()
        finally:
            sys.settrace(None)
        return counted

    assert steps(page) <= 2 * steps(page[:100])


def test_a_page_may_be_in_any_encoding_that_keeps_ascii():
    for encoding in ("utf-8", "shift_jis", "euc_jp", "gb18030", "utf-8-sig"):
        page = f"<head><title>権利者の作品</title>{META}</head>".encode(encoding)
        assert proofs.meta_tags(page) == (TOKEN,)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<a rel="me" href="https://r.example/@1">', ("https://r.example/@1",)),
        ('<a href=" https://r.example/@1 " rel="nofollow ME noopener">', ("https://r.example/@1",)),
        ('<link rel=me href="https://r.example/@1">', ()),
        ('<a rel="home" href="https://r.example/@1">', ()),
        ('<a rel="some" href="https://r.example/@1">', ()),
        ('<a href="https://r.example/@1">', ()),
        ('<a rel="me">', ("",)),
    ],
)
def test_a_link_counts_when_the_selector_finds_it_and_it_is_me(tag, expected):
    assert proofs.me_links(f"<body>{tag}x</a>".encode(), "a") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOKEN, True),
        (f"I draw. ({TOKEN})", True),
        (f"認証:{TOKEN}。", True),
        (f"x{TOKEN}", False),
        (f"{TOKEN}2", False),
        (OTHER, False),
        ("", False),
    ],
)
def test_a_token_in_prose_is_a_word_of_its_own(text, expected):
    assert proofs.holds_token(text, TOKEN) is expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b'{"body":{"comment":"hello"}}', "hello"),
        (b'{"body":{"comment":null}}', ""),
        (b'{"body":{"comment":["hello"]}}', ""),
        (b'{"body":[]}', ""),
        (b'{"body":"comment"}', ""),
        (b"{}", ""),
        (b"[]", ""),
        (b"", ""),
        (b'{"body":{"comment":"hel', ""),
        (b"\xff\xfe", ""),
        (b"[" * 200_000, ""),
        (b"1" * 100_000, ""),
    ],
)
def test_a_field_of_a_document_is_text_or_empty(document, expected):
    assert proofs.json_field(document, "body.comment") == expected


def test_a_head_element_is_found_by_its_path():
    page = b'<head><meta property="og:description" content="hello"></head><body><meta property="og:description">'
    assert proofs.head_contents(page, "meta[@property='og:description']") == ("hello",)


@pytest.mark.parametrize(
    "saved",
    [
        TOKEN.encode(),
        f"  {TOKEN}\r\n".encode(),
        codecs.BOM_UTF8 + f"{TOKEN}\r\n".encode(),
        f"{TOKEN}\r\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + f"{TOKEN}\r\n".encode("utf-16-be"),
        TOKEN.encode("utf-16-le"),
        TOKEN.encode("utf-16-be"),
        f'"{TOKEN}"'.encode(),
        f"\u201c{TOKEN}\u201d".encode(),
        b"\x93" + TOKEN.encode() + b"\x94",
        f"-n {TOKEN}\n".encode(),
        f"-e {TOKEN}\\n\n".encode(),
        f"- {TOKEN}\n".encode(),
        f"{TOKEN}\n{TOKEN}\n".encode(),
        f"`{TOKEN}`\r\n\x1a".encode(),
        f"\u200b{TOKEN}\u00ad\0".encode(),
        2 * codecs.BOM_UTF8 + TOKEN.encode(),
        TOKEN.encode("utf-32"),
        f"token={TOKEN}\n".encode(),
        f"token={TOKEN} expiry=never".encode(),
        f"optout-verification: {TOKEN}".encode(),
        TOKEN.upper().encode(),
        f"[{TOKEN}];\n".encode(),
        f'{{"token": "{TOKEN}"}}\n'.encode(),
        f"\u300c{TOKEN}\u300d\u3002".encode(),
        META.encode(),
        f"<!doctype html><html><head><title>x</title></head><body><p>{TOKEN}</p></body></html>".encode(),
        f"<style>p {{ color: red }}</style><pre>\n{TOKEN}\n</pre>".encode(),
        b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fnil Arial;}}\\pard\\f0\\fs20 " + TOKEN.encode() + b"\\par\r\n}",
        b"{\\rtf1\\cocoartf26\n{\\fonttbl\\f0 A;}\n{\\*\\expandedcolortbl;;}\n\\f0 \\cf0 " + TOKEN.encode() + b"}",
    ],
)
def test_a_proof_file_is_read_as_editors_save_it(saved):
    assert file_text(saved) == TOKEN


@pytest.mark.parametrize(
    "page", ["<p>A comment: {}</p>", "<title>Shop</title><p>Not found</p>{}", "{{\\rtf1 {} and more}}"]
)
def test_a_page_that_shows_more_than_the_token_proves_nothing(page):
    assert file_text(page.format(TOKEN).encode()) != TOKEN


@given(st.binary(max_size=128))
def test_any_file_has_a_text(saved):
    file_text(saved)


@pytest.mark.parametrize(
    "left",
    [
        TOKEN,
        f"'{TOKEN}'",
        f"token={TOKEN}; expiry=never;",
        f"token = {TOKEN} expiry = never",
        f"token: {TOKEN}",
        f"TOKEN={TOKEN.upper()} Expiry=never.",
        f"token={TOKEN}expiry=never",
        f"token={TOKEN} token={TOKEN}",
        f'_optout-challenge.example.jp. 3600 IN TXT "token={TOKEN} expiry=never"',
        f"Value: token={TOKEN} expiry=never",
        f"値：token＝{TOKEN}\u3000expiry＝never",  # noqa: RUF001 - as an input method writes it
        f"&quot;token={TOKEN}&quot;",
        f"<p>token={TOKEN}</p>",
        f"token={TOKEN}\\032expiry=never",
        f"token={TOKEN}\u200b\u00a0expiry=never",
        f"( token={TOKEN} expiry=never )",
        f'"token={TOKEN[:9]}" "{TOKEN[9:]} expiry=never"',
        f"optout-verification={TOKEN}",
        f"token=[{TOKEN}]",
    ],
)
def test_what_panels_and_zone_files_make_of_a_record_is_that_record(left):
    assert OneOffRecord.parse(left) == OneOffRecord(TOKEN)


def test_an_expiry_with_slashes_and_a_full_stop_is_a_day():
    assert OneOffRecord.parse(f"token={TOKEN} expiry=2027/01/31.") == OneOffRecord(TOKEN, date(2027, 1, 31))


@pytest.mark.parametrize(
    "left",
    [
        "{};",
        '_optout-persist.example.jp. IN TXT "{}"',
        "&quot;{}&quot;",
        "'{}'",
    ],
)
def test_what_panels_make_of_a_lasting_record_is_that_record(left):
    lasting = PersistRecord(REGISTRY, ACCOUNT, subtree=True)
    assert PersistRecord.parse(left.format(lasting)) == lasting
    assert PersistRecord.parse(left.format(str(lasting).replace(";", "；"))) == lasting  # noqa: RUF001
    assert PersistRecord.parse(left.format(str(lasting).replace(" ", "\u00a0"))) == lasting


@pytest.mark.parametrize(
    "tag",
    [
        "<meta property='optout-verification' content='{}'>",
        "<meta name='optout-verification' value='{}'>",
        "<meta name=' Optout-Verification ' content='token={}'>",
        "<meta name=\u201coptout-verification\u201d content=\u201c{}\u201d>",
    ],
)
def test_a_meta_tag_that_an_editor_changed_counts(tag):
    assert proofs.meta_tags(f"<html><head>{tag.format(TOKEN)}</head></html>".encode()) == (TOKEN,)


@pytest.mark.parametrize("quoted", ['"{}"', "\u201c{}\u201d", '\\"{}\\"', '"{}', '""{}""'])
def test_quotes_that_a_control_panel_leaves_are_no_part_of_a_record(quoted):
    one_off = OneOffRecord(TOKEN)
    lasting = PersistRecord("registry.example", "https://registry.example/acct/x", subtree=True)
    assert OneOffRecord.parse(quoted.format(one_off)) == one_off
    assert PersistRecord.parse(quoted.format(lasting)) == lasting


@pytest.mark.parametrize(
    "written", [f"token=<{TOKEN}>", f"token%3D{TOKEN}", f"token->{TOKEN}", f"\ufffetoken={TOKEN}"]
)
def test_a_sign_in_place_of_the_equals_sign_is_understood(written):
    assert OneOffRecord.parse(written).token == TOKEN


@pytest.mark.parametrize(
    "saved",
    [
        codecs.BOM_UTF16_LE + TOKEN.encode("utf-16-be"),
        f"\ufffe{TOKEN}".encode(),
        f"{TOKEN}<br>\n".encode(),
        f"content: {TOKEN}".encode(),
    ],
    ids=["a mark that changed places", "the same in UTF-8", "a line end of a page", "the name of a field"],
)
def test_a_proof_file_is_read_with_what_slipped_in_around_it(saved):
    assert file_text(saved) == TOKEN


def test_a_file_with_more_words_than_the_token_is_none():
    assert file_text(f"{TOKEN}<br>{OTHER}".encode()) != TOKEN
