"""Whether those who stand behind declarations agree to what would let more be used. Silence is no.

What a party announces in one declaration may loosen another of its own, because a narrower permission speaks over
a wider reservation. Co-owners of that other one cannot agree here: it has to be changed itself.
"""

from collections.abc import Iterable

from sqlite_utils import Database

from crawler_filter.formats.grant import GrantedScope
from crawler_filter.preference import Preference
from registry.model.declaration import Declaration
from registry.rules.loosening import ancestors
from registry.store.co_owners import confirmed_co_owners, without_licensing
from registry.store.declarations import find_declaration, stated_at


def is_agreed(database: Database, declaration: Declaration) -> bool:
    """Tell whether every co-owner concerned agreed to the change that a declaration announced."""
    change = declaration.change
    if change is None:
        return True
    scopes = () if change.record is None else change.record.scopes
    allowed = (scope for scope in scopes if Preference.ALLOWED in scope.preferences.values())
    places = {place for scope in allowed for place in ancestors((scope.kind, scope.value))}
    others = stated_at(database, declaration.party, sorted(places)) - {declaration.id}
    return all(each.agreed == change.leaf for each in confirmed_co_owners(database, declaration.id)) and not any(
        confirmed_co_owners(database, other) for other in others
    )


def not_licensed(database: Database, party: str, scopes: Iterable[GrantedScope]) -> list[str]:
    """Return the declarations in force for which a party may grant nothing and that hold any of these scopes.

    A folder that is granted is lifted from a wider reservation of the same party too, so a scope that holds a
    granted one counts as that one does.
    """
    granted = {
        GrantedScope(kind, value) for scope in scopes for kind, value in ancestors((scope.kind, scope.value))
    }
    return [
        number
        for number in without_licensing(database, party)
        if any(
            GrantedScope.of(scope.kind, scope.value) in granted
            for scope in find_declaration(database, number).record.scopes
        )
    ]
