"""What the HTTP API does about several parties that stand behind one declaration."""

from crawler_filter.formats.record import rfc3339
from registry.api.co_owner_models import ConfirmBody, CoOwnerBody
from registry.api.operations import Call, Result
from registry.api.views import id_in_path


def asked(call: Call) -> Result:
    """Answer with who was asked, as far as that concerns the caller."""
    number = id_in_path(call)
    change = call.registry.declarations.visible(number, call.by).change
    rows = [
        {
            "party": each.party,
            "asked": rfc3339(each.asked),
            "leaf": each.leaf,
            "confirmed": None if each.confirmed is None else rfc3339(each.confirmed),
            "licensing": each.licensing,
            "agreed": change is not None and each.agreed == change.leaf,
        }
        for each in call.registry.co_owners.asked(call.by, number)
    ]
    return Result({"co_owners": rows})


def ask(call: Call) -> Result:
    """Ask a party to confirm a declaration."""
    body: CoOwnerBody = call.body
    call.registry.co_owners.ask(call.by, id_in_path(call), body.party)
    return asked(call)


def confirm(call: Call) -> Result:
    """Confirm, for a party that was asked, that a declaration is its own too."""
    body: ConfirmBody = call.body
    number, party = id_in_path(call), id_in_path(call, "party")
    call.registry.co_owners.confirm(call.by, number, party, licensing=body.licensing)
    return asked(call)


def agree(call: Call) -> Result:
    """Agree, for a co-owner, to the change that is announced."""
    call.registry.co_owners.agree(call.by, id_in_path(call), id_in_path(call, "party"))
    return asked(call)


def leave(call: Call) -> Result:
    """Decline, leave, or take a question back."""
    call.registry.co_owners.leave(call.by, id_in_path(call), id_in_path(call, "party"))
    return asked(call)
