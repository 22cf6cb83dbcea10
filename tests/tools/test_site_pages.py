"""Pages of sites in repositories, from which the registry's list of shared texts is made."""

import subprocess

import pytest

from crawler_filter.fingerprints.winnowing import Hashes
from tools import site_pages
from tools.chosen import chosen_of

NOTICE = "Your address will not be published. Required fields are marked. Save my name in this browser. "
SITES = [f"site{number}.example" for number in range(12)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a repository of one page of each site: words of its own, and a notice that all have."""
    repository = tmp_path / "someone+pages"
    repository.mkdir()
    for site in SITES:
        own = "".join(f"<p>{site} tells {number} stories of {site} and no other</p>" for number in range(20))
        page = f'<link rel="canonical" href="https://www.{site}/a"><p>{NOTICE}</p>{own}'
        (repository / f"{site}.html").write_text(page, encoding="utf-8")
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@site.example"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Pages"]):
        subprocess.run([*git, *command], check=True)
    monkeypatch.setattr(site_pages, "REPOSITORIES", {"someone/pages": ("HEAD", r"\.html\Z")})
    return tmp_path


def listed(found: Hashes, text: str) -> set[int]:
    return set(found.tolist()) & set(chosen_of(text).tolist())


def test_what_several_sites_have_is_listed_and_what_one_has_is_not(folder):
    found = site_pages.of_sites(folder)
    assert listed(found, NOTICE) == set(chosen_of(NOTICE).tolist())
    assert not listed(found, f"{SITES[0]} tells 7 stories of {SITES[0]} and no other")


def test_a_page_is_of_the_domain_that_it_names(folder):
    pages = list(site_pages.site_pages(folder))
    assert sorted(page.site for page in pages) == sorted(SITES)
    assert {page.is_measured for page in pages} == {True, False}
