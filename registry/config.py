"""The registry's settings: read once from environment variables that begin with REGISTRY_, then never changed.

Every variable is one field here, with its unit, default and meaning beside it; `configuration_table` renders them
for the operator's manual. A name that no field answers to is refused, because a misspelt limit is a limit that is off.
Secrets are never in a variable, which child processes inherit and crash reports print: a variable names a file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from registry.addresses import is_host_name
from registry.fetch import Endpoint, Permit

PREFIX: Final = "REGISTRY_"
LIMIT_PREFIX: Final = PREFIX + "LIMIT_"

T = TypeVar("T")


class ConfigError(Exception):
    """The environment does not describe a registry that may be served."""


def _setting(default: T, doc: str, *, unit: str, read: Callable[[str], T]) -> T:
    setting: T = field(default=default, metadata={"doc": doc, "unit": unit, "read": read})
    return setting


def _number(default: int, doc: str, *, unit: str) -> int:
    return _setting(default, doc, unit=unit, read=_read_number)


def _text(default: str, doc: str) -> str:
    return _setting(default, doc, unit="text", read=str.strip)


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"expected a whole number, got {text!r}")
    return int(text)


def _read_switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"expected 0 or 1, got {text!r}")
    return text == "1"


def _read_file(text: str) -> Path | None:
    return Path(text) if text else None


def _read_permits(text: str) -> frozenset[Permit]:
    return frozenset(Permit.parse(part) for part in text.split())


def _read_listen(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError(f"expected host:port, got {text!r}")
    return host.strip("[]"), int(port)


def _read_resolvers(text: str) -> tuple[Endpoint, ...]:
    return tuple(Endpoint.parse(part) for part in text.split())


@dataclass(frozen=True, slots=True)
class Limits:
    """How much anybody may put in. `unverified_…` holds for a party that has proved control of nothing yet."""

    parties_per_account: int = _number(20, "parties one account may act for", unit="parties")
    tokens_per_account: int = _number(20, "API tokens one account may hold", unit="tokens")
    drafts_per_account: int = _number(100, "drafts and pending declarations of one account", unit="declarations")
    declarations_per_day: int = _number(500, "new declarations of one party in 24 h", unit="declarations")
    unverified_declarations_per_day: int = _number(20, "the same, nothing verified yet", unit="declarations")
    declarations_per_party: int = _number(20_000, "active declarations of one party", unit="declarations")
    unverified_declarations_per_party: int = _number(100, "the same, nothing verified yet", unit="declarations")
    scopes_per_declaration: int = _number(1000, "scopes of one declaration", unit="scopes")
    unverified_scopes_per_declaration: int = _number(100, "the same, nothing verified yet", unit="scopes")
    changes_per_day: int = _number(20, "amendments of one declaration in 24 h", unit="changes")
    failed_checks_per_hour: int = _number(5, "proofs of one scope looked for in vain in 1 h", unit="checks")
    works_per_party: int = _number(20_000, "works of one party", unit="works")
    unverified_works_per_party: int = _number(200, "the same, nothing verified yet", unit="works")
    lookups_per_call: int = _number(10_000, "items of one batch lookup", unit="items")
    body_bytes: int = _number(262_144, "a request's body", unit="bytes")
    lookup_body_bytes: int = _number(8_388_608, "the body of a batch lookup", unit="bytes")


@dataclass(frozen=True, slots=True)
class Config:
    """One registry's settings.

    `origin` is the public host, without a scheme: log, keys, receipts and every finding carry it for ever.
    """

    instance: Path = _setting(  # noqa: RUF009 - a Path is immutable
        Path("instance"), "directory of the database, the keys and the published files", unit="path", read=Path
    )
    origin: str = _text("127.0.0.1:8080", "public host name, as in `registry.example`")
    listen: tuple[str, int] = _setting(
        ("127.0.0.1", 8080), "where the server listens", unit="host:port", read=_read_listen
    )
    dev: bool = _setting(
        False, "development: plain http, sign-in links are printed", unit="0 or 1", read=_read_switch
    )
    trusted_proxies: int = _number(0, "reverse proxies in front whose X-Forwarded-For is believed", unit="proxies")
    contact: str = _text("", "mail address of the people who run this registry, shown on its pages")
    resolvers: tuple[Endpoint, ...] = _setting(
        (), "recursive DNS resolvers asked for proofs", unit="address[:port] …", read=_read_resolvers
    )
    permit_loopback: frozenset[Permit] = _setting(
        frozenset(),
        "sites served on loopback that proofs may read; development only",
        unit="http://host=address:port …",
        read=_read_permits,
    )
    smtp_host: str = _text("", "server that takes our mail")
    smtp_port: int = _number(587, "its port", unit="port")
    smtp_starttls: bool = _setting(True, "encrypt mail submission with STARTTLS", unit="0 or 1", read=_read_switch)
    smtp_user: str = _text("", "user name for mail submission; empty for none")
    smtp_password_file: Path | None = _setting(  # noqa: RUF009 - a Path is immutable
        None, "file that holds the password for mail submission", unit="path", read=_read_file
    )
    smtp_timeout: int = _number(10, "longest wait for the mail server", unit="seconds")
    mail_from: str = _text("", "sender of our mail")
    loosening_delay: int = _number(72 * 3600, "wait before a withdrawal or a looser change acts", unit="seconds")
    recheck_interval: int = _number(7 * 86400, "time between two looks at a standing proof", unit="seconds")
    lapse_grace: int = _number(180 * 86400, "how long a lapsed scope keeps restricting", unit="seconds")
    pending_lifetime: int = _number(7 * 86400, "how long a draft or a pending proof is kept", unit="seconds")
    publish_interval: int = _number(1, "shortest time between two publications", unit="seconds")
    manifest_lifetime: int = _number(7 * 86400, "how long a snapshot's manifest is valid", unit="seconds")
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read every REGISTRY_* variable of `environ`. Raises ConfigError naming each variable that is wrong."""
        names = {name for name in environ if name.startswith(PREFIX)}
        wrong: list[str] = []
        limits = _read(Limits, LIMIT_PREFIX, environ, wrong)
        settings = _read(cls, PREFIX, environ, wrong)
        unknown = names - {name for name, _ in _variables()}
        wrong += [f"{name}: there is no such setting" for name in sorted(unknown)]
        if wrong:
            raise ConfigError("; ".join(wrong))
        return cls(**settings, limits=Limits(**limits))

    @property
    def public_url(self) -> str:
        """The registry's address with its scheme and without a slash at the end."""
        return f"{'http' if self.dev else 'https'}://{self.origin}"

    def check_serving(self) -> None:
        """Refuse to serve what would leave people locked out or the inside open. Raises ConfigError."""
        wrong = [] if self.dev else list(self._missing())
        if wrong:
            raise ConfigError("; ".join(wrong) + " (or set REGISTRY_DEV=1 on a machine of your own)")

    def _missing(self) -> Iterator[str]:
        if not is_host_name(self.origin):
            yield "REGISTRY_ORIGIN: a public host name is needed, because the log carries it for ever"
        if not (self.smtp_host and self.mail_from):
            yield "REGISTRY_SMTP_HOST and REGISTRY_MAIL_FROM: without mail nobody can sign in"
        if not self.resolvers:
            yield "REGISTRY_RESOLVERS: without a DNS resolver no proof can be checked"
        if self.permit_loopback:
            yield "REGISTRY_PERMIT_LOOPBACK: must be empty, it lets strangers read this machine"


def configuration_table() -> str:
    """Return the Markdown table of every variable, its unit, default and meaning."""
    rows = ["| variable | unit | default | meaning |", "|---|---|---|---|"]
    for name, setting in _variables():
        default = _shown(setting.default)
        rows.append(f"| `{name}` | {setting.metadata['unit']} | {default} | {setting.metadata['doc']} |")
    return "\n".join(rows) + "\n"


def _settings(owner: type[Config] | type[Limits]) -> Iterator[Field[Any]]:
    return (setting for setting in fields(owner) if "read" in setting.metadata)


def _variables() -> Iterator[tuple[str, Field[Any]]]:
    for prefix, owner in ((PREFIX, Config), (LIMIT_PREFIX, Limits)):
        for setting in _settings(owner):
            yield prefix + setting.name.upper(), setting


def _read(
    owner: type[Config] | type[Limits], prefix: str, environ: Mapping[str, str], wrong: list[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting in _settings(owner):
        name = prefix + setting.name.upper()
        if name in environ:
            try:
                values[setting.name] = setting.metadata["read"](environ[name])
            except ValueError as error:
                wrong.append(f"{name}: {error}")
    return values


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{int(default)}`"
    if isinstance(default, tuple):
        default = ":".join(map(str, default))
    return f"`{default}`" if default not in (None, "", frozenset()) else "none"
