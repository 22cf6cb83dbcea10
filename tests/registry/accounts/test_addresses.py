"""Two addresses of an account, and a first one that changes only after a delay that everybody hears of."""

import re

import pytest

from registry.errors import ConflictError, GoneError, InvalidRequestError, NotFoundError, RateLimitedError
from registry.model.credentials import TokenScope
from registry.model.membership import Invited
from registry.store.audit import actions_on
from tests.registry.accounts.test_export import take_away
from tests.registry.instance import session
from tests.registry.studio import SHA

FIRST, SECOND, NEW = "aoi@example.com", "aoi@second.example", "aoi@new.example"
DELAY = 72 * 3600


@pytest.fixture
def addresses(registry):
    return registry.addresses


@pytest.fixture
def enter(addresses, letterbox, studio):
    """Has a code mailed to an address, and gives what the browser and the letter hold."""

    def enter(email, actor=studio.actor):
        nonce = addresses.request_code(actor, email)
        return nonce, re.search(r"\d{4} \d{4}", letterbox.letters[-1][2])[0]

    return enter


@pytest.fixture
def second(addresses, enter, studio):
    return addresses.add_second(studio.actor, *enter(SECOND))


@pytest.fixture
def announced(addresses, enter, studio):
    return addresses.change_by_code(studio.actor, *enter(NEW))


def told(letterbox, words):
    return [to for to, subject, _ in letterbox.letters if words in subject]


def stop_link(letterbox):
    return re.search(r"/keep-address/([\w-]+)", letterbox.letters[-1][2])[1]


def audited(registry, account):
    with registry.store.read() as database:
        return [action for _, _, action in actions_on(database, account)]


def test_both_addresses_sign_in_to_one_account_and_both_hear_of_it(registry, letterbox, studio, second):
    assert registry.addresses.second(studio.actor) == SECOND
    assert told(letterbox, "second address was added") == [FIRST, SECOND]
    for address in (FIRST, SECOND):
        assert session(registry, letterbox, address).actor == studio.actor
    assert "address-added" in audited(registry, studio.actor.account)


def test_a_letter_goes_to_the_first_address_and_one_that_warns_to_both(registry, letterbox, studio, second, zone):
    declaration = studio.prove(zone, studio.declare(("domain", "studio.example.com")))
    letterbox.letters.clear()
    studio.withdraw(declaration)
    assert told(letterbox, "withdrawal") == [FIRST, SECOND]
    registry.members.invite(studio.actor, studio.party.id, "new@example.net", Invited.READER)
    link = re.search(r"/invitation/([\w-]+)", letterbox.letters[-1][2])[1]
    registry.members.accept(session(registry, letterbox, "new@example.net").actor, link)
    assert told(letterbox, "somebody joined") == [FIRST]


def test_an_invitation_to_the_second_address_is_the_accounts(registry, letterbox, rival, second, studio):
    registry.members.invite(rival.actor, rival.party.id, SECOND, Invited.EDITOR)
    link = re.search(r"/invitation/([\w-]+)", letterbox.letters[-1][2])[1]
    registry.members.accept(studio.actor, link)
    with pytest.raises(ConflictError):
        registry.members.invite(rival.actor, rival.party.id, SECOND, Invited.EDITOR)


def test_there_is_one_second_address_at_most(addresses, enter, studio, second):
    with pytest.raises(ConflictError, match="at most two"):
        addresses.add_second(studio.actor, *enter(NEW))
    for own in (FIRST, SECOND.upper()):
        with pytest.raises(ConflictError, match="already"):
            addresses.request_code(studio.actor, own)


def test_removing_it_tells_both_and_ends_its_way_in(registry, letterbox, studio, second):
    registry.addresses.remove_second(studio.actor)
    assert told(letterbox, "second address was removed") == [FIRST, SECOND]
    assert session(registry, letterbox, SECOND).actor != studio.actor
    with pytest.raises(NotFoundError):
        registry.addresses.remove_second(studio.actor)


def test_whether_an_address_has_an_account_is_told_only_to_who_reads_its_mail(
    addresses, enter, studio, rival, letterbox
):
    letterbox.letters.clear()
    nonce, code = enter("midori@example.org")
    addresses.request_code(studio.actor, "nobody@example.org")
    texts = [(subject, re.sub(r"\d{4} \d{4}", "", text)) for _, subject, text in letterbox.letters]
    assert texts[0] == texts[1]
    with pytest.raises(ConflictError, match="account of its own"):
        addresses.add_second(studio.actor, nonce, code)
    with pytest.raises(ConflictError, match="account of its own"):
        addresses.change_by_code(studio.actor, *enter("midori@example.org"))


def test_letters_to_addresses_of_others_are_counted(addresses, studio):
    for number in range(10):
        addresses.request_code(studio.actor, f"victim{number}@example.net")
    with pytest.raises(RateLimitedError):
        addresses.request_code(studio.actor, "one-more@example.net")


def test_what_is_no_address_is_refused(addresses, studio):
    with pytest.raises(InvalidRequestError):
        addresses.request_code(studio.actor, "no address")


def test_the_first_address_changes_after_the_delay_and_everything_else_ends(
    registry, letterbox, clock, studio, second, enter
):
    secret = session(registry, letterbox, SECOND).secret
    token, _ = registry.accounts.create_token(studio.actor, label="x", scope=TokenScope.READ, days=30)
    change = registry.addresses.change_by_code(studio.actor, *enter(NEW))
    assert change.effective == clock.now + DELAY
    assert told(letterbox, "will be changed") == [FIRST, SECOND, NEW]
    clock.pass_(DELAY - 1)
    registry.do_what_is_due()
    assert registry.accounts.email(studio.actor) == FIRST
    assert registry.accounts.bearer(token).actor == studio.actor
    secret = session(registry, letterbox, SECOND).secret
    clock.pass_(1)
    registry.do_what_is_due()
    assert registry.accounts.email(studio.actor) == NEW
    assert told(letterbox, "was changed") == [FIRST, SECOND, NEW]
    assert registry.accounts.actor_for_session(secret) is None
    assert registry.accounts.bearer(token) is None
    assert session(registry, letterbox, NEW).actor == studio.actor
    assert session(registry, letterbox, SECOND).actor == studio.actor
    assert session(registry, letterbox, FIRST).actor != studio.actor
    assert audited(registry, studio.actor.account)[-3:].count("address-changed") == 1


def test_the_second_address_can_become_the_only_one(registry, letterbox, clock, studio, second):
    registry.addresses.change_to_second(studio.actor)
    clock.pass_(DELAY)
    registry.do_what_is_due()
    assert (registry.accounts.email(studio.actor), registry.addresses.second(studio.actor)) == (SECOND, None)


def test_every_letter_holds_a_link_that_stops_the_change_and_ends_all_sessions(
    registry, letterbox, clock, studio, second, announced
):
    thief = session(registry, letterbox, SECOND).secret
    warnings = [text for _, subject, text in letterbox.letters if "will be changed" in subject]
    links = {re.search(r"/keep-address/([\w-]+)", text)[1] for text in warnings}
    assert (len(warnings), len(links)) == (3, 1)
    link = links.pop()
    assert registry.addresses.behind(link).email == NEW
    registry.addresses.stop_by_link(link)
    assert registry.accounts.actor_for_session(thief) is None
    assert told(letterbox, "stays as it is") == [FIRST, SECOND]
    for again in (registry.addresses.behind, registry.addresses.stop_by_link):
        with pytest.raises(GoneError):
            again(link)
    clock.pass_(DELAY)
    registry.do_what_is_due()
    assert registry.accounts.email(studio.actor) == FIRST
    assert "address-change-stopped" in audited(registry, studio.actor.account)


def test_asking_again_neither_prolongs_nor_hastens_nor_locks_out(registry, clock, studio, announced, enter):
    clock.pass_(3600)
    with pytest.raises(ConflictError, match="waits already"):
        registry.addresses.change_by_code(studio.actor, *enter("other@example.net"))
    assert registry.addresses.waiting(studio.actor) == announced
    registry.addresses.stop(studio.actor)
    assert registry.addresses.change_by_code(studio.actor, *enter(NEW)).effective == clock.now + DELAY


def test_an_address_that_got_an_account_meanwhile_changes_nothing(registry, letterbox, clock, studio, announced):
    other = session(registry, letterbox, NEW).actor
    clock.pass_(DELAY)
    registry.do_what_is_due()
    assert other != studio.actor
    assert registry.accounts.email(studio.actor) == FIRST
    assert registry.addresses.waiting(studio.actor) is None
    assert told(letterbox, "could not be changed") == [FIRST]


def test_what_is_kept_is_exported_and_erased(registry, letterbox, studio, second, announced, tmp_path):
    taken = take_away(registry, studio.actor)
    assert [row["email"] for row in taken["second_address"]] == [SECOND]
    assert [row["address"] for row in taken["address_change"]] == [NEW]
    assert registry.closing.close(studio.actor) is None
    assert told(letterbox, "is deleted") == [FIRST, SECOND]
    for table in ("second_addresses", "address_changes"):
        with registry.store.read() as database:
            assert list(database[table].rows) == []
    registry.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for address in (FIRST, SECOND, NEW):
        assert address.encode() not in kept


def test_a_suspended_account_hears_of_it_at_both_addresses(registry, letterbox, studio, second):
    registry.moderation.suspend(SECOND, "a reason")
    assert told(letterbox, "suspended") == [FIRST, SECOND]
    assert registry.roles.suspension(studio.actor) is not None


def test_declarations_stay_as_they_are_when_an_address_changes(registry, clock, studio, announced):
    number = studio.declare(("sha256", SHA)).id
    clock.pass_(DELAY)
    registry.do_what_is_due()
    assert registry.declarations.get(number).state.in_force
