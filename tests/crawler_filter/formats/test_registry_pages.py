"""Where a registry shows what it publishes."""

import pytest

from crawler_filter.formats.registry_pages import declaration_page, grant_page


@pytest.mark.parametrize("origin", ["registry.example", "localhost.example", "127.example:8443"])
def test_pages_of_a_registry_are_read_over_tls(origin: str) -> None:
    assert declaration_page(origin, "d7") == f"https://{origin}/d/d7"
    assert grant_page(origin, "g7") == f"https://{origin}/grants/g7"


@pytest.mark.parametrize("origin", ["127.0.0.1:8080", "localhost", "localhost:8080"])
def test_pages_of_a_registry_on_this_machine_open_where_it_answers(origin: str) -> None:
    assert declaration_page(origin, "d7") == f"http://{origin}/d/d7"
