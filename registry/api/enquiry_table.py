"""The operations about enquiries, one row each."""

from typing import Final

from crawler_filter.formats.csv_lines import MIMETYPE
from registry.api import enquiry_views as views
from registry.api.enquiry_models import (
    AnswerCountsShape,
    DisclosureSheetShape,
    EnquiriesAnswer,
    EnquiryAnswer,
    GrantedBody,
    MessageBody,
    PermissionBody,
    QuestionBody,
    StandingAnswerShape,
    StandingBody,
)
from registry.api.operations import Access, Operation
from registry.api.permission_models import AfterQuery
from registry.errors import ConflictError, NotFoundError
from registry.rate_limits import WRITES

ENQUIRIES: Final = (
    Operation(
        "ask_permission", "POST", "/v1/operators/{id}/enquiries", "Ask a rights holder for a use",
        views.ask_permission, EnquiryAnswer, units=120, status=201, body=PermissionBody, access=Access.DECLARE,
        rate=WRITES, refusals=(ConflictError, NotFoundError),
    ),
    Operation(
        "ask_operator", "POST", "/v1/parties/{id}/enquiries", "Ask an operator about its data",
        views.ask_operator, EnquiryAnswer, units=120, status=201, body=QuestionBody, access=Access.DECLARE,
        rate=WRITES, refusals=(ConflictError, NotFoundError),
    ),
    Operation("enquiries", "GET", "/v1/parties/{id}/enquiries", "List a party's enquiries", views.enquiries,
              EnquiriesAnswer, query=AfterQuery, units=80, access=Access.READ),
    Operation("enquiry_log", "GET", "/v1/parties/{id}/enquiries.csv", "Read the log of a party's enquiries as CSV",
              views.enquiry_log, MIMETYPE, query=AfterQuery, units=80, access=Access.READ),
    Operation("enquiry", "GET", "/v1/enquiries/{id}", "Read an enquiry", views.enquiry, EnquiryAnswer, units=60,
              access=Access.READ),
    Operation(
        "write_to_enquiry", "POST", "/v1/enquiries/{id}/messages", "Write to the other side", views.write,
        EnquiryAnswer, units=120, body=MessageBody, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError,),
    ),
    Operation(
        "refuse_enquiry", "POST", "/v1/enquiries/{id}/refuse", "Say no", views.refuse, EnquiryAnswer, units=120,
        body=MessageBody, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError,),
    ),
    Operation(
        "answer_enquiry", "POST", "/v1/enquiries/{id}/answer", "Answer a question about data", views.answer,
        EnquiryAnswer, units=120, body=MessageBody, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError,),
    ),
    Operation(
        "grant_enquiry", "POST", "/v1/enquiries/{id}/grant", "Answer a request for permission with a grant",
        views.granted, EnquiryAnswer, units=120, body=GrantedBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError,),
    ),
    Operation(
        "withdraw_enquiry", "POST", "/v1/enquiries/{id}/withdraw", "Take one's own enquiry back", views.withdraw,
        EnquiryAnswer, units=120, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError,),
    ),
    Operation(
        "standing_answer", "GET", "/v1/parties/{id}/standing-answer", "Read what a party answers to operators",
        views.standing_answer, StandingAnswerShape, max_age=60,
    ),
    Operation(
        "set_standing_answer", "POST", "/v1/parties/{id}/standing-answer", "Set what a party answers to everybody",
        views.set_standing_answer, StandingAnswerShape, units=60, body=StandingBody, access=Access.DECLARE,
        rate=WRITES,
    ),
    Operation("answer_counts", "GET", "/v1/operators/{id}/answers", "Read how an operator answers questions",
              views.answer_counts, AnswerCountsShape, units=60, max_age=60),
    Operation("disclosure", "GET", "/v1/operators/{id}/disclosure", "Read an operator's sheet of questions",
              views.disclosure, DisclosureSheetShape, units=60, max_age=60),
    Operation("disclosure_csv", "GET", "/v1/operators/{id}/disclosure.csv",
              "Read an operator's sheet of questions as CSV", views.disclosure_csv, MIMETYPE, units=60,
              max_age=60),
)  # fmt: skip
"""Who may call what, how often, and what it answers."""
