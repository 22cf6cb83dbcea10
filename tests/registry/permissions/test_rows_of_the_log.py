"""Whatever happens to grants and declarations, the files beside the snapshot merge to what the log says, live answers
are those of a filter that synced, and a grant that ended is nowhere."""

import random
from dataclasses import replace

from crawler_filter.checks.asset import Asset
from crawler_filter.filter import Filter
from crawler_filter.grants.operator import Identity, Operator
from crawler_filter.grants.rows import all_rows
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.errors import RegistryError
from registry.model.grant import GrantRequest
from registry.publishing.grants import rows_between
from registry.store.log import log_size
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.studio import DAY
from tests.simulators.crawler import CLIENT_ID, make_key, print_of

PAGES = [f"https://studio-aoi.com/{number}.png" for number in range(4)]
DIGESTS = [f"{number:064x}" for number in range(1, 5)]
ASSETS = [Asset(page) for page in PAGES] + [Asset(PAGES[0], sha256=digest) for digest in DIGESTS]


def act(seed, studio, operator, clock, made, granted) -> None:
    """One thing that a party may do."""
    scopes = lambda: seed.sample([("url", page) for page in PAGES] + [("sha256", one) for one in DIGESTS], 2)  # noqa: E731
    match seed.randrange(8):
        case 0 | 1:
            made.append(studio.declare(*scopes()))
        case 2 if made:
            studio.amend(seed.choice(made), *scopes())
        case 3 if made:
            studio.withdraw(seed.choice(made))
        case 4 | 5 if made:
            request = GrantRequest(
                studio.party.id, operator.id, ("train-ai",), declarations=(seed.choice(made).id,),
                until=seed.choice([None, clock.now + DAY]), territory=seed.choice([None, ("JP",)]),
            )  # fmt: skip
            granted.append(studio.registry.grants.grant(studio.actor, request).grant.id)
        case 6 if granted:
            studio.registry.grants.revoke(studio.actor, seed.choice(granted))
        case 7 if made and seed.random() < 0.3:
            studio.registry.erasure.erase(seed.choice(made).id)
        case _:
            clock.pass_(DAY // 3)
            studio.registry.do_what_is_due()


def test_the_files_of_grants_are_those_of_the_log_and_live_answers_those_of_a_filter(
    registry, studio, operator, clock
):
    seed, made, granted = random.Random(7), [], []
    folder = registry.config.instance
    source = FolderSource(
        SnapshotDirectory(folder / "filter"), Trust.parse((folder / "registry.policy").read_bytes()),
        url=FolderTransport.URL, transport=lambda: FolderTransport(folder / "public"), clock=clock, look_every=0,
    )  # fmt: skip
    operators = [Operator(CLIENT_ID, make_key(1), "JP"), Operator(CLIENT_ID, make_key(1)), Operator(CLIENT_ID)]
    lifted = 0
    for step in range(90):
        try:
            act(seed, studio, operator, clock, made, granted)
        except RegistryError:
            continue
        registry.publisher.publish()
        with registry.store.read() as database:
            expected = rows_between(database, 0, log_size(database))
        assert registry.publisher.snapshot().grants == expected
        standing = {one for one in granted if not _is_gone(registry, one)}
        assert {row.id for row in all_rows(expected)} == standing
        if step % 3:
            continue
        source.sync()
        assert source.current().grants == expected
        for who in operators:
            policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=who)
            offline = Filter(source, policy, clock=clock)
            shown = who.thumbprint and Identity(CLIENT_ID, print_of(make_key(1)), who.territory)
            for asset in ASSETS if shown else ():
                answer = offline.check(asset.url, sha256=asset.sha256)
                assert registry.lookup.lookup(asset, Usage.TRAIN_AI, shown=shown) == answer
                lifted += bool(answer.grants)
    assert lifted > 20
    assert len(granted) > 10


def _is_gone(registry, grant: str) -> bool:
    try:
        return registry.grants.get(grant).grant.ended is not None
    except RegistryError:
        return True
