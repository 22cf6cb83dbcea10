"""A list over the API: sent in parts, looked at, accepted, reported on, withdrawn from."""

import pytest

from registry.model.credentials import TokenScope
from registry.model.party import AUTHORITY_STATEMENT
from tests.registry.imports.lists import urls


@pytest.fixture
def send(service, request):
    """Sends a list that no other test sends: they share a registry."""

    def send(content, **more):
        body = {
            "party": service.owner.party.id,
            "name": f"{request.node.name}.csv",
            "size": len(content),
            "usages": ["train-ai"],
            **more,
        }
        made = service.call("POST", "/v1/imports", body, by=service.owner)
        assert made.status_code == 201, made.text
        path = made.headers["Location"]
        assert path == f"/v1/imports/{made.json['id']}"
        part(service, path, 0, content)
        service.registry.import_work.work()
        return path

    return send


def part(service, path, at, content):
    return service.call("POST", f"{path}/parts?at={at}", content.decode(), by=service.owner)


def get(service, path):
    return service.call("GET", path, by=service.owner).json


def accept(service, path, **more):
    answer = service.call("POST", f"{path}/accept", {"statement": AUTHORITY_STATEMENT, **more}, by=service.owner)
    service.registry.import_work.work()
    return answer


def test_a_list_is_read_accepted_and_reported_on(service, send):
    path = send(urls(range(100, 103)) + b"not an address,x\n")
    ready = get(service, path)
    assert (ready["state"], ready["rows"], ready["outcomes"]) == ("ready", 4, {"new": 3, "problem": 1})
    (wrong,) = get(service, f"{path}/rows?outcome=problem")["rows"]
    assert (wrong["line"], wrong["column"]) == (5, "url")
    assert wrong["detail"]
    assert accept(service, path).json["state"] == "declaring"
    done = get(service, path)
    assert (done["state"], done["outcomes"]) == ("done", {"declared": 3, "problem": 1})
    rows = get(service, f"{path}/rows")["rows"]
    assert [row["outcome"] for row in rows] == ["declared", "declared", "declared", "problem"]
    assert service.call("GET", f"/v1/declarations/{rows[0]['declaration']}").json["state"] == "active"


def test_a_list_that_broke_off_goes_on_where_it_stopped(service):
    content = urls(range(200, 203))
    body = {"party": service.owner.party.id, "name": "a.csv", "size": len(content), "usages": ["train-ai"]}
    path = service.call("POST", "/v1/imports", body, by=service.owner).headers["Location"]
    assert part(service, path, 0, content[:10]).json == {"received": 10}
    assert get(service, path)["received"] == 10
    again = part(service, path, 0, content[:10])
    assert (again.status_code, "from 10 on" in again.json["detail"]) == (409, True)
    assert part(service, path, 10, content[10:]).json == {"received": len(content)}
    assert part(service, path, len(content), b"x").status_code == 409
    assert get(service, path)["state"] == "reading"


def test_what_is_missing_is_withdrawn_when_that_is_said_and_never_else(service, send):
    accept(service, send(urls(range(300, 303))))
    second = send(urls(range(300, 302)))
    assert get(service, second)["missing"] == 1
    accept(service, second)
    assert get(service, second)["outcomes"] == {"known": 2}
    third = send(urls(range(300, 302)))
    accept(service, third, missing=True)
    assert get(service, third)["outcomes"] == {"known": 2, "withdrawn": 1}


def test_a_list_with_rows_that_cannot_be_read_withdraws_nothing(service, send):
    accept(service, send(urls(range(20, 23))))
    second = send(urls(range(20, 22)) + b"https:// art.example.com/22,T\n")
    refused = accept(service, second, missing=True)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/missing")
    assert get(service, second)["state"] == "ready"
    assert accept(service, second).status_code == 200
    assert get(service, second)["outcomes"] == {"known": 2, "problem": 1}


def test_a_position_that_no_list_has_is_refused_or_behind_the_last(service, send):
    path = send(urls(range(30, 32)))
    assert get(service, f"{path}/rows?after={2**53 - 1}") == {"rows": []}
    for query in (f"rows?after={10**30}", "rows?after=-1", "rows?outcome=gone"):
        assert service.call("GET", f"{path}/{query}", by=service.owner).status_code == 422, query
    assert service.call("POST", f"{path}/parts?at={10**30}", "x", by=service.owner).status_code == 422


def test_a_list_has_terms_as_a_declaration_has(service, send):
    terms = {"contact": "rights@studio-aoi.com", "remuneration": ["JP"],
             "routes": [{"kind": "society", "name": "A society", "identifier": "isni:0000 0001 2281 955X"}]}  # fmt: skip
    path = send(urls(range(40, 41)), terms=terms)
    accept(service, path)
    (row,) = get(service, f"{path}/rows")["rows"]
    said = service.call("GET", f"/v1/declarations/{row['declaration']}").json["terms"]
    assert (said["contact"], said["remuneration"]) == ("rights@studio-aoi.com", ["JP"])
    assert said["routes"][0]["name"] == "A society"


def test_rows_come_in_pages(service, send, monkeypatch):
    monkeypatch.setattr("registry.api.import_views.ROWS", 2)
    path = send(urls(range(400, 403)))
    first = service.call("GET", f"{path}/rows?outcome=new", by=service.owner)
    assert first.headers["Link"] == '<?after=1&outcome=new>; rel="next"'
    rest = get(service, f"{path}/rows?after=1&outcome=new")["rows"]
    assert [row["position"] for row in rest] == [2]


def test_a_list_of_works_enters_them(service, send):
    path = send("title,isbn\n青い本,9784873119328\n".encode(), usages=[], works=True)
    assert accept(service, path).status_code == 200
    assert get(service, path)["outcomes"] == {"declared": 1}


def test_lists_are_their_accounts_alone_and_a_token_that_reads_declares_nothing(service, send):
    path = send(urls(range(600, 602)))
    for method, tail, body in (
        ("GET", "", None), ("GET", "/rows", None), ("POST", "/parts?at=0", "x"), ("POST", "/discard", None),
        ("POST", "/accept", {"statement": AUTHORITY_STATEMENT}),
    ):  # fmt: skip
        assert service.call(method, path + tail, body, by=service.other).status_code == 404, tail
    assert service.call("GET", "/v1/imports", by=service.other).json == {"imports": []}
    reading = {"by": service.owner, "scope": TokenScope.READ}
    assert service.call("GET", path, **reading).status_code == 200
    assert service.call("POST", f"{path}/accept", {"statement": AUTHORITY_STATEMENT}, **reading).status_code == 403


def test_what_cannot_be_taken_is_said_with_its_field(service):
    body = {"party": service.owner.party.id, "name": "a.csv", "size": 5}
    refused = service.call("POST", "/v1/imports", body, by=service.owner)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/usages")
    too_large = service.call(
        "POST", "/v1/imports", {**body, "size": 2**40, "usages": ["train-ai"]}, by=service.owner
    )
    assert too_large.status_code == 413


def test_a_discarded_list_is_gone_and_what_it_declared_stays(service, send):
    path = send(urls(range(800, 801)))
    accept(service, path)
    (row,) = get(service, f"{path}/rows")["rows"]
    assert service.call("POST", f"{path}/discard", by=service.owner).json == {"deleted": path.rpartition("/")[2]}
    assert service.call("GET", path, by=service.owner).status_code == 404
    assert service.call("GET", f"/v1/declarations/{row['declaration']}").json["state"] == "active"
