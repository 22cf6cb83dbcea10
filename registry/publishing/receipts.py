"""Receipts: the proof a rights holder keeps, made from the log as it is published."""

from crawler_filter.formats.receipt import Receipt
from crawler_filter.formats.record import REMOVES_RECORD, STATES_RECORD, LeafType
from crawler_filter.log import TlogProof, hash_reader, inclusion_proof
from registry.errors import NotFoundError, UnavailableError
from registry.publishing import Publisher
from registry.publishing.keys import Keyring
from registry.store.database import Store
from registry.store.log import body, entries, history, log_size


class Receipts:
    """Makes receipts of leaves that the published checkpoint covers."""

    def __init__(self, publisher: Publisher, store: Store, keyring: Keyring) -> None:
        self._publisher = publisher
        self._store = store
        self._roots = tuple(keyring.root_notes())

    def of_leaf(self, index: int) -> Receipt:
        """Return the receipt of one leaf.

        Raises:
            NotFoundError: the log has no such leaf.
            UnavailableError: it will be in a checkpoint in a moment.
        """
        log = self._publisher.current.log
        with self._store.read() as database:
            if not 0 <= index < log_size(database):
                raise NotFoundError("the log has no leaf %(index)s", index=index)
            (entry,) = entries(database, index, index + 1)
            salt, stated = body(database, index) or (None, None)
        if index >= log.size:
            raise UnavailableError("the receipt is made with the log's next checkpoint", retry_after=1)
        hashes = inclusion_proof(index, log.size, hash_reader(log.size, self._publisher.read_tile))
        return Receipt(entry, salt, stated, self._roots, TlogProof(index, tuple(hashes), log.signed.note))

    def of_grant(self, grant: str) -> Receipt:
        """Return the receipt of what a grant says now. Raises as `of_leaf`."""
        with self._store.read() as database:
            told = [one.index for one in history(database, grant) if one.type is LeafType.GRANT]
        if not told:
            raise NotFoundError("nothing of this grant was logged")
        return self.of_leaf(told[-1])

    def of_declaration(self, declaration: str) -> Receipt:
        """Return the receipt of what a declaration states now. Raises as `of_leaf`."""
        with self._store.read() as database:
            told = [
                one.index for one in history(database, declaration) if one.type in STATES_RECORD | REMOVES_RECORD
            ]
        if not told:
            raise NotFoundError("nothing of this declaration was logged yet")
        return self.of_leaf(told[-1])
