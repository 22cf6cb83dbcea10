"""Why a look at somebody else's server or zone ended without an answer.

Every class says in its message what was asked and what came back, in words that stand on the declaration's page as
the result of the last check. None of them means "the proof is not there": that is `ProofMissingError`, and only an
answer that was read in full can say it.
"""

from registry.errors import ConflictError


class FetchError(ConflictError):
    """The base: the proof could not be looked for. Trying again later may help."""

    slug = "proof-unreachable"
    title = "The proof could not be looked up"


class NameNotFoundError(FetchError):
    """The host name has no address."""


class ResolverError(FetchError):
    """DNS gave no usable answer: a server failure, silence, nonsense, or resolvers that contradict each other."""


class ForbiddenTargetError(FetchError):
    """The URL, or where it leads, is not one the registry fetches: scheme, port, host or address."""


class UnreachableError(FetchError):
    """No connection: refused, reset, or a TLS handshake that failed."""


class TooSlowError(FetchError):
    """The deadline for the whole fetch passed."""


class BadAnswerError(FetchError):
    """Something answered in a way that is not read: not HTTP, too much of it, or a redirect we do not follow."""
