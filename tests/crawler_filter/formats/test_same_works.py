"""One work of a platform is one under every address that has its number."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from crawler_filter.formats.accounts import account_form
from crawler_filter.formats.same_works import WORKS, work_form
from crawler_filter.formats.urls import canonical
from tests.crawler_filter.formats.test_same_files import declared

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "same_works.json").read_text("utf-8"))


def form_of(url: str) -> str:
    account = account_form(canonical(url))
    return work_form(account) or account


@pytest.mark.parametrize("urls", CASES["same"], ids=lambda urls: urls[0])
def test_addresses_of_one_work_have_one_form(urls: list[str]) -> None:
    (form,) = set(map(form_of, urls))
    assert canonical(f"https://{form}") == form
    assert form_of(f"https://{form}") == form


@pytest.mark.parametrize(("one", "other"), CASES["other"])
def test_another_work_is_kept(one: str, other: str) -> None:
    assert form_of(one) != form_of(other)
    assert declared(one).check(other).keep


@pytest.mark.parametrize("urls", CASES["same"], ids=lambda urls: urls[0])
def test_whichever_is_declared_the_others_are_found(urls: list[str]) -> None:
    for of_owner, asked in permutations(urls[:4], 2):
        optout = declared(of_owner)
        assert not optout.check(asked).keep
        assert optout.mask([asked, of_owner, "https://a.example/"]) == [False, False, True]


def test_every_row_has_an_example() -> None:
    known = [account_form(canonical(url)) for urls in CASES["same"] for url in urls]
    assert [row.written for row in WORKS if not any(map(row.read, known))] == []


def test_a_smaller_copy_at_a_host_without_the_works_form_is_found() -> None:
    name = "/d/1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1u"
    declared_copy = declared(f"https://lh3.googleusercontent.com{name}=w100")
    assert not declared_copy.check(f"https://lh4.googleusercontent.com{name}=w50").keep
    assert declared_copy.check(f"https://lh4.googleusercontent.com{name[:-1]}x=w50").keep
