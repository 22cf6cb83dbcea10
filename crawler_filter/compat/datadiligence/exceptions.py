"""The exceptions of datadiligence, by the names that its users catch. Here they share a base."""


class DataDiligenceError(Exception):
    """The base of the others."""


class XRobotsTagNoParam(DataDiligenceError):
    """A header rule was given no url, response or headers."""

    def __init__(self) -> None:
        super().__init__("expected a url, a response or headers")


class TDMRepNoParam(XRobotsTagNoParam):
    """The TDMRep rule was given no url, response or headers."""


class HttpUnknownHeaderObject(DataDiligenceError):
    """Headers are neither a mapping nor a list of pairs."""

    def __init__(self) -> None:
        super().__init__("expected headers as a mapping or a list of pairs")


class HttpUnknownResponseObject(DataDiligenceError):
    """A response has no headers that could be read."""

    def __init__(self) -> None:
        super().__init__("expected a response with headers")


class SpawningAIAPIError(DataDiligenceError):
    """The registry could not be asked, or its answer could not be used."""


class SpawningNoParam(DataDiligenceError):
    """The registry rule was given no urls."""

    def __init__(self) -> None:
        super().__init__("expected a list of urls")


class EvaluatorNotRegistered(DataDiligenceError):
    """There is no evaluator of this name."""

    def __init__(self, name: object) -> None:
        super().__init__(f"evaluator {name!r} is not registered")


class EvaluatorAlreadyRegistered(DataDiligenceError):
    """There is an evaluator of this name already."""

    def __init__(self, name: object) -> None:
        super().__init__(f"evaluator {name!r} is registered already")


class NotEvaluator(DataDiligenceError):
    """The object to be registered is not an evaluator."""

    def __init__(self) -> None:
        super().__init__("expected an Evaluator")


class DefaultEvaluatorNotFound(DataDiligenceError):
    """No default evaluator takes these arguments."""

    def __init__(self, arguments: object) -> None:
        super().__init__(f"no default evaluator takes the arguments {arguments!r}")
