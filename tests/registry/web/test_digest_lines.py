"""What programs print about a digest is read as people paste it."""

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.web.digest_lines import digest_in, says_nothing
from registry.web.form_input import Covers, Line, read_lines

pytestmark = pytest.mark.usefixtures("in_a_request")

HEX = "0123456789abcdef" * 4
SPACED = " ".join(HEX[place : place + 2] for place in range(0, 64, 2))
# fmt: off
PRINTED = {
    "sha256sum": f"{HEX}  a b.png",
    "sha256sum, binary": f"{HEX} *a.png",
    "sha256sum, an odd name": f"\\{HEX}  a\\nb.png",
    "shasum --tag": f"SHA256 (a (1).png) = {HEX}",
    "openssl dgst": f"SHA2-256(a.png)= {HEX}",
    "Get-FileHash": f"\nAlgorithm       Hash                     Path\n---------       ----                     ----\nSHA256          {HEX.upper()}       C:\\art\\a.png\n",
    "Get-FileHash as a list": f"Algorithm : SHA256\nHash      : {HEX.upper()}\nPath      : C:\\art\\a.png",
    "certutil": f"SHA256 hash of a.png:\n{HEX}\nCertUtil: -hashfile command completed successfully.",
    "certutil in Japanese": f"SHA256 ハッシュ (対象 a.png):\n{SPACED}\nCertUtil: -hashfile コマンドは正常に完了しました。",
    "a list": f"・{HEX}",
}
# fmt: on


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_the_digest_is_read_out_of_what_a_program_prints(printed):
    assert read_lines(Covers.FILES, printed) == ((Line(ScopeKind.SHA256, HEX),), ())


def test_a_kind_that_is_not_stored_is_refused_by_its_name():
    _, (problem,) = read_lines(Covers.FILES, f"SHA512 (a.png) = {HEX * 2}")
    assert "sha512" in problem.message


def test_an_ordinary_line_is_not_passed_over():
    assert not says_nothing(HEX)
    assert not says_nothing("md5 of my picture")
    assert digest_in("") == ""


@pytest.mark.parametrize("head", ["・", "・ ", "\ufeff", "- ", "● ", "1. ", "\u3000", "\ufeff・"])
def test_what_a_list_puts_before_a_name_is_no_part_of_it(head):
    assert read_lines(Covers.SITE, f"{head}example-art.jp") == ((Line(ScopeKind.DOMAIN, "example-art.jp"),), ())
