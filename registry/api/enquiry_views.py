"""Enquiries. Each view hands over to the domain and shapes what comes back."""

from crawler_filter.formats.csv_lines import csv_line
from registry.api.enquiry_models import GrantedBody, MessageBody, PermissionBody, QuestionBody, StandingBody
from registry.api.operations import Call, Result, next_link
from registry.api.permission_models import AfterQuery
from registry.api.views import id_in_path
from registry.model.enquiry import Enquiry
from registry.model.enquiry_log import COLUMNS, QuestionCounts

_NO_STANDING_ANSWER = {"answer": None, "text": "", "since": None}


def ask_permission(call: Call) -> Result:
    """Ask for a use on behalf of an operator."""
    body: PermissionBody = call.body
    return _made(call, call.registry.enquiries.ask_permission(call.by, id_in_path(call), body.subject()))


def ask_operator(call: Call) -> Result:
    """Ask an operator on behalf of a party."""
    body: QuestionBody = call.body
    asked = call.registry.enquiries.ask_operator(call.by, id_in_path(call), body.operator, body.subject())
    return _made(call, asked)


def enquiry(call: Call) -> Result:
    """Answer with an enquiry, for its two sides."""
    return _shown(call, call.registry.enquiries.get(call.by, id_in_path(call))[0])


def enquiries(call: Call) -> Result:
    """Answer with a page of a party's enquiries."""
    query: AfterQuery = call.query
    found = call.registry.enquiries.of_party(call.by, id_in_path(call), query.after or "")
    now = call.registry.clock()
    return Result({"enquiries": [each.to_json(now) for each in found.rows]}, next_link("after", found.following))


def enquiry_log(call: Call) -> Result:
    """Answer with a page of the log of a party's enquiries, as CSV."""
    query: AfterQuery = call.query
    found = call.registry.enquiry_log.of_party(call.by, id_in_path(call), query.after or "")
    now = call.registry.clock()
    lines = [csv_line(COLUMNS), *(csv_line(each.to_row(now).values()) for each in found.rows)]
    return Result("".join(lines).encode(), next_link("after", found.following))


def write(call: Call) -> Result:
    """Add a message."""
    body: MessageBody = call.body
    return _shown(call, call.registry.enquiries.write(call.by, id_in_path(call), body.text, body.files()))


def refuse(call: Call) -> Result:
    """Say no."""
    body: MessageBody = call.body
    return _shown(call, call.registry.enquiries.refuse(call.by, id_in_path(call), body.text, body.files()))


def answer(call: Call) -> Result:
    """Answer a question about data."""
    body: MessageBody = call.body
    return _shown(call, call.registry.enquiries.answer(call.by, id_in_path(call), body.text, body.files()))


def granted(call: Call) -> Result:
    """Answer a request for permission with a grant."""
    body: GrantedBody = call.body
    enquiries, number = call.registry.enquiries, id_in_path(call)
    if body.grant is not None:
        return _shown(call, enquiries.granted(call.by, number, body.grant, body.text))
    asked, _sides = enquiries.get(call.by, number)
    until = asked.subject.ends if body.until is None else body.end()
    return _shown(call, enquiries.grant(call.by, number, body.text, until=until))


def withdraw(call: Call) -> Result:
    """Take one's own enquiry back."""
    return _shown(call, call.registry.enquiries.withdraw(call.by, id_in_path(call)))


def set_standing_answer(call: Call) -> Result:
    """Set a party's standing answer."""
    body: StandingBody = call.body
    call.registry.enquiries.set_standing_answer(call.by, id_in_path(call), body.answer, body.text)
    return standing_answer(call)


def standing_answer(call: Call) -> Result:
    """Answer with a party's standing answer."""
    found = call.registry.enquiries.standing_answer(id_in_path(call))
    return Result(_NO_STANDING_ANSWER if found is None else found.to_json())


def answer_counts(call: Call) -> Result:
    """Answer with how an operator answers questions."""
    operator = call.registry.operators.get(id_in_path(call))
    return Result(call.registry.enquiries.counts(operator.id).to_json())


def disclosure(call: Call) -> Result:
    """Answer with the public sheet of an operator."""
    return Result(call.registry.enquiry_log.sheet(id_in_path(call)).to_json())


def disclosure_csv(call: Call) -> Result:
    """Answer with the questions of the public sheet of an operator, as CSV."""
    sheet = call.registry.enquiry_log.sheet(id_in_path(call))
    rows = [*sheet.questions.items(), ("all", sheet.total)]
    lines = [csv_line(["question", *QuestionCounts.__slots__])]
    lines += [csv_line([name, *counts.to_cells()]) for name, counts in rows]
    return Result("".join(lines).encode())


def _made(call: Call, made: Enquiry) -> Result:
    return Result(made.to_json(call.registry.clock()), {"Location": f"/v1/enquiries/{made.id}"})


def _shown(call: Call, found: Enquiry) -> Result:
    return Result(found.to_json(call.registry.clock()))
