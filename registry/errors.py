"""What the registry refuses, as RFC 9457 problems: each class is one problem type.

`slug` names the type in the problem's URL, `title` is fixed per type, `status` is the HTTP status an edge
answers with. The domain raises these with a template and its values; `registry.http.problems` and the pages turn
them into answers.
"""

from dataclasses import dataclass

from crawler_filter.errors import Sentence


@dataclass(frozen=True, slots=True, init=False)
class FieldError:
    """One thing wrong with one field.

    `pointer` is a JSON Pointer into the request body (`/scopes/0/value`); `detail` says what would be right.
    """

    pointer: str
    detail: Sentence

    def __init__(self, pointer: str, template: str, /, **values: object) -> None:
        object.__setattr__(self, "pointer", pointer)
        object.__setattr__(self, "detail", Sentence(template, **values))


class RegistryError(Exception):
    """Something failed on our side: the base of everything the registry refuses.

    `detail` says in English what is wrong; pages translate its template and put its values in.
    """

    slug = "internal"
    title = "Something went wrong on our side"
    status = 500

    def __init__(
        self,
        template: str,
        /,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
        **values: object,
    ) -> None:
        self.detail = Sentence(template, **values)
        super().__init__(self.detail)
        self.errors = errors
        self.retry_after = retry_after


class InstanceError(RegistryError):
    """The instance's files or settings are not what a command needs; for the operator, not for HTTP."""

    slug = "instance"
    title = "The instance is not set up for this"


class LogForkError(InstanceError):
    """Signing would give the log two histories: an old copy of the database, or a second process with its key."""

    slug = "log-fork"
    title = "Signing now would fork the log"
    way_out = "it is an old copy. Put the newest database back, or see `optout-registry root replace-log --help`"


class LogDamagedError(InstanceError):
    """The published log and the database do not agree on what was logged."""

    slug = "log-damaged"
    title = "The published log is damaged"


class BadRequestError(RegistryError):
    """The request is not one we can read: broken JSON, or a missing header."""

    slug = "bad-request"
    title = "The request could not be read"
    status = 400


class InvalidRequestError(RegistryError):
    """The request was read, and fields in it are wrong."""

    slug = "invalid-request"
    title = "Some fields are not right"
    status = 422


class NotAuthenticatedError(RegistryError):
    """No valid token or session."""

    slug = "not-authenticated"
    title = "Sign in or send a token"
    status = 401


class NotAuthorisedError(RegistryError):
    """The account may not do this."""

    slug = "not-authorised"
    title = "This account may not do that"
    status = 403


class SuspendedError(NotAuthorisedError):
    """The account is suspended: it may read, answer disputes and leave, and declares and changes nothing."""

    slug = "suspended"
    title = "This account is suspended"


class OtherBrowserError(NotAuthorisedError):
    """A sign-in link was opened in another browser than the one that asked for it; it stays usable there."""

    slug = "other-browser"
    title = "Open the link in the browser that asked for it"


class WrongPasskeyError(NotAuthorisedError):
    """A passkey was used that is unknown here, or what its device sent is not right or came too late."""

    slug = "wrong-passkey"
    title = "This passkey does not sign in here"


class WrongCodeError(NotAuthorisedError):
    """A code was typed that is not the one in the letter."""

    slug = "wrong-code"
    title = "This is not the code in the letter"


class NotFoundError(RegistryError):
    """There is no such thing, or it is not yours to see."""

    slug = "not-found"
    title = "There is no such thing here"
    status = 404


class MethodNotAllowedError(RegistryError):
    """The resource exists; the method does not."""

    slug = "method-not-allowed"
    title = "This method is not for this resource"
    status = 405


class ConflictError(RegistryError):
    """The request contradicts the present state."""

    slug = "conflict"
    title = "This contradicts what is already there"
    status = 409


class TransitionError(ConflictError):
    """A declaration in this state cannot do that."""

    slug = "transition-not-allowed"
    title = "The declaration's state does not allow this"


class ProofMissingError(ConflictError):
    """The proof was looked for and is not there, or is another."""

    slug = "proof-missing"
    title = "The proof was not found"


class GoneError(RegistryError):
    """It was here; it was erased, or its link was used or has expired."""

    slug = "gone"
    title = "This is no longer here"
    status = 410


class TooLargeError(RegistryError):
    """The body is over the limit."""

    slug = "too-large"
    title = "The request is too large"
    status = 413


class UnsupportedMediaTypeError(RegistryError):
    """The body's content type is not one this operation reads."""

    slug = "unsupported-media-type"
    title = "Send application/json"
    status = 415


class IdempotencyMismatchError(RegistryError):
    """An Idempotency-Key was used before with another request."""

    slug = "idempotency-mismatch"
    title = "This Idempotency-Key belongs to another request"
    status = 422


class RateLimitedError(RegistryError):
    """Too many requests; `retry_after` says when to come back."""

    slug = "rate-limited"
    title = "Too many requests"
    status = 429


class UnavailableError(RegistryError):
    """It cannot be answered now; `retry_after` says when to come back."""

    slug = "unavailable"
    title = "This cannot be answered right now"
    status = 503
