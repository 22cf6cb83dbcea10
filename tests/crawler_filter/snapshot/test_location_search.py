from crawler_filter.snapshot import location_search
from crawler_filter.snapshot.location_search import LocationSearch


class Nothing:
    """A table of hosts that has no row, and counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def find(self, key):
        self.asked += 1
        return 0, 0


def search(table):
    return LocationSearch(table, table, None, lambda canonical: ())


def test_a_host_without_rules_is_looked_up_once_however_many_of_its_pages_are_asked_for():
    table = Nothing()
    hosts = search(table)
    assert [list(hosts.match(f"a.example/{page}")) for page in range(9)] == [[]] * 9
    assert table.asked == 1
    assert not hosts.match("b.example/")
    assert table.asked == 2


def test_no_more_than_so_many_hosts_without_rules_are_remembered(monkeypatch):
    monkeypatch.setattr(location_search, "_MOST_SILENT", 3)
    hosts = search(Nothing())
    for number in range(100):
        assert not hosts.match(f"{number}.example/")
        assert len(hosts._silent) <= 3


def test_a_name_that_no_host_can_have_is_looked_up_and_not_remembered():
    hosts = search(Nothing())
    assert not hosts.match("a." * 10_000 + "example/")
    assert not hosts._silent
