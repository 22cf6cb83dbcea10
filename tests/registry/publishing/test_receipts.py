"""The registry's receipts verify with the trust file alone, as soon as a checkpoint covers the leaf."""

from pathlib import Path

import pytest

from crawler_filter.formats import receipt
from crawler_filter.formats.record import LeafType
from crawler_filter.log import Trust
from registry.errors import NotFoundError, UnavailableError
from registry.publishing.receipts import Receipts
from tests.registry.publishing.instance import Instance, make_instance, opened, record


@pytest.fixture
def instance(tmp_path: Path):
    make_instance(tmp_path)
    with opened(tmp_path) as made:
        yield made


def trust(instance: Instance) -> Trust:
    return Trust.parse((instance.directory / "registry.policy").read_bytes())


def test_the_receipt_of_every_leaf_verifies_at_every_published_size(instance):
    publisher = instance.publisher()
    receipts = Receipts(publisher, instance.store, instance.keyring)
    for size in (1, 2, 255, 257, 300):
        instance.declare(*range(instance.size, size))
        publisher.publish()
        for index in {0, size // 2, size - 1}:
            verified = receipt.verify(receipts.of_leaf(index).encode(), trust(instance))
            assert (verified.index, verified.record) == (index, record(index))
            assert verified.checkpoint.size == size


def test_a_receipt_waits_for_the_checkpoint_that_covers_its_leaf(instance):
    publisher = instance.publisher()
    receipts = Receipts(publisher, instance.store, instance.keyring)
    instance.declare(1)
    with pytest.raises(UnavailableError) as refusal:
        receipts.of_leaf(0)
    assert refusal.value.retry_after == 1
    publisher.publish()
    assert receipts.of_leaf(0).proof.index == 0


def test_the_receipt_of_a_declaration_is_that_of_what_it_states_now(instance):
    publisher = instance.publisher()
    receipts = Receipts(publisher, instance.store, instance.keyring)
    for leaf_type in (LeafType.DECLARE, LeafType.AMEND, LeafType.NOTICE):
        instance.append(leaf_type, record(1))
    publisher.publish()
    assert receipts.of_declaration(record(1).id).proof.index == 1
    instance.append(LeafType.WITHDRAW, record(1))
    publisher.publish()
    assert receipt.verify(receipts.of_declaration(record(1).id).encode(), trust(instance)).leaf.type == "withdraw"


def test_the_receipt_of_an_erased_declaration_proves_the_leaf_alone(instance):
    instance.declare(1)
    instance.append(LeafType.ERASE, record(1))
    receipts = Receipts(instance.publisher(), instance.store, instance.keyring)
    verified = receipt.verify(receipts.of_leaf(0).encode(), trust(instance))
    assert (verified.leaf.type, verified.record) == (LeafType.DECLARE, None)


def test_what_was_never_logged_has_no_receipt(instance):
    receipts = Receipts(instance.publisher(), instance.store, instance.keyring)
    for ask in (
        lambda: receipts.of_leaf(0),
        lambda: receipts.of_leaf(-1),
        lambda: receipts.of_declaration("a" * 26),
    ):
        with pytest.raises(NotFoundError):
            ask()
