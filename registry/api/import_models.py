"""Shapes of requests and answers about lists of works."""

from typing import Annotated

from pydantic import Field

from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Usage
from registry.api.request_models import Id, Request, TermsBody
from registry.api.response_models import Shape, Time
from registry.imports.imports import MAX_NAME
from registry.model.imports import ImportRequest, ImportState, Outcome


class ImportBody(Request):
    """A list that will be sent in parts.

    `name` is of the file: its ending tells a table, JSON or XML. `usages` are reserved where the list names none.
    `works`: it lists works to be entered, and reserves nothing.
    """

    party: Id
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["catalogue.csv"])]
    size: Annotated[int, Field(ge=1, lt=1 << 53, description="bytes in all")]
    usages: Annotated[tuple[Usage, ...], Field(max_length=len(Usage))] = ()
    terms: TermsBody = TermsBody()
    works: bool = False

    def request(self) -> ImportRequest:
        """Return what is asked for."""
        return ImportRequest(
            party=self.party,
            name=self.name,
            size=self.size,
            usages=tuple(usage.value for usage in self.usages),
            policy=self.terms.policy or "",
            contact=self.terms.contact or "",
            works=self.works,
            routes=tuple(route.request() for route in self.terms.routes),
            remuneration=tuple(self.terms.remuneration),
        )


class PartQuery(Request):
    """The number of bytes that were sent before this part."""

    at: Annotated[int, Field(ge=0, lt=1 << 53)]


class RowsQuery(Request):
    """The position after which a page of rows begins, and the one outcome that is wanted."""

    after: Annotated[int, Field(ge=0, lt=1 << 53)] | None = None
    outcome: Outcome | None = None


class AcceptBody(Request):
    """The decision about a list that was read.

    `statement`: the version of the statement of authority that is accepted. `unstated`: reserve the rows that
    state nothing, too. `missing`: withdraw what earlier lists of this name declared and this one has not, after
    the delay of every withdrawal; it is refused while a row cannot be read.
    """

    statement: str
    unstated: bool = False
    missing: bool = False


class PartAnswer(Shape):
    """The number of bytes that have arrived; the next part begins there."""

    received: int


class ImportAnswer(Shape):
    """A list: how far it is, and how many rows came to each outcome.

    `missing` counts what earlier lists of this name declared and this one has not, while it waits to be accepted.
    `failure` says in English why it stopped, or what it waits for; `due` when it goes on by itself.
    """

    id: Id
    party: Id
    name: str
    size: int
    works: bool
    usages: list[Usage]
    state: ImportState
    received: int
    rows: int
    outcomes: dict[Outcome, int]
    missing: int
    failure: str | None
    due: Time | None
    created: Time
    updated: Time


class ImportsAnswer(Shape):
    """The lists of an account, the newest first."""

    imports: list[ImportAnswer]


class RowAnswer(Shape):
    """A row: where it stood, what it asks for, and what became of it. `detail` says in English what is wrong."""

    position: int
    line: int
    column: str
    outcome: Outcome
    kind: ScopeKind | None
    value: str
    title: str
    declaration: str | None
    detail: str | None


class RowsAnswer(Shape):
    """A page of the rows of a list."""

    rows: list[RowAnswer]
