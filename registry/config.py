"""The registry's settings: read once from environment variables that begin with REGISTRY_, then never changed.

Each variable is one field here, and the text below the field is its line in the operator's manual. A name that no
field answers to is refused: a misspelt limit is a limit that is off. No variable holds a secret, because child
processes inherit variables and crash reports print them: a variable names a file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self, get_type_hints

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.urls import canonical_host
from registry.model.durations import DAY, HOUR
from registry.net import Endpoint, Permit


class ConfigError(Exception):
    """The environment does not describe a registry that may be served."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most anybody may put in. `unverified_…` holds for a party that has proved control of nothing yet."""

    parties_per_account: int = 200
    """Parties one account may act for."""
    tokens_per_account: int = 20
    """Valid API tokens one account may hold."""
    drafts_per_account: int = 100
    """Drafts and pending declarations of one account."""
    declarations_per_day: int = 10_000
    """New declarations of one party in 24 hours."""
    unverified_declarations_per_day: int = 200
    """The same, for a party that has verified nothing."""
    declarations_per_party: int = 1_000_000
    """Active declarations of one party."""
    unverified_declarations_per_party: int = 1_000
    """The same, for a party that has verified nothing."""
    scopes_per_declaration: int = 500
    """Scopes of one declaration."""
    unverified_scopes_per_declaration: int = 100
    """The same, for a party that has verified nothing."""
    changes_per_day: int = 20
    """Amendments of one declaration in 24 hours."""
    failed_checks_per_hour: int = 5
    """Proofs of one challenge looked for in vain in one hour."""
    works_per_party: int = 100_000
    """Works of one party."""
    unverified_works_per_party: int = 1_000
    """The same, for a party that has verified nothing."""
    names_per_party: int = 1_000_000
    """Titles, and spellings of names of series and characters, in all works of one party."""
    unverified_names_per_party: int = 10_000
    """The same, for a party that has verified nothing."""
    import_bytes: int = 67_108_864
    """Bytes of a list of works that is uploaded."""
    import_rows: int = 200_000
    """Rows of such a list."""
    lookups_per_call: int = 10_000
    """Items of one batch lookup."""
    body_bytes: int = 524_288
    """Bytes of a request's body."""
    lookup_body_bytes: int = 4_194_304
    """Bytes of a batch lookup's body."""


@dataclass(frozen=True, slots=True)
class Config:
    """One registry's settings."""

    instance: Path = Path("instance")
    """Directory of the database, the keys and the published files."""
    origin: str = "127.0.0.1:8080"
    """Public host name, as in `registry.example`. The log, its keys and every finding carry it for ever."""
    listen: tuple[str, int] = ("127.0.0.1", 8080)
    """Where the server listens, `host:port`."""
    dev: bool = False
    """1 on a machine of your own: plain http, sign-in links are printed instead of mailed."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front, whose X-Forwarded-For is believed."""
    contact: str = ""
    """Mail address of the people who run this registry, shown on its pages."""
    operator: str = ""
    """Name of the organisation or person who runs this registry, shown on its pages and certificates."""
    operator_address: str = ""
    """Postal address and country of the operator, shown on the page about it."""
    about_file: Path | None = None
    """Text about the operator: paragraphs parted by empty lines. Of `a.txt`, `a.ja.txt` is the Japanese."""
    governance_file: Path | None = None
    """Text about who decides and who oversees it, in the same form."""
    terms_file: Path | None = None
    """Terms of use, in the same form."""
    resolvers: tuple[Endpoint, ...] = (Endpoint("127.0.0.1"),)
    """Recursive DNS resolvers asked for proofs, `address` or `address:port`, separated by spaces."""
    permit_loopback: frozenset[Permit] = frozenset()
    """Sites on loopback that proofs may read, `http://site.test=127.0.0.1:8081`, by spaces; only in dev."""
    mirrors: tuple[str, ...] = ()
    """Addresses of checkpoints or manifests at mirrors, witnesses and replicas, by spaces; asked at each start."""
    time_source: str = ""
    """Address of a web server whose Date this machine's clock is compared with; empty for none."""
    smtp_host: str = ""
    """Server that takes our mail."""
    smtp_port: int = 587
    """Its port."""
    smtp_starttls: bool = True
    """1 to submit mail under STARTTLS and check the server's certificate, 0 for a relay on loopback."""
    smtp_user: str = ""
    """User name for mail submission; empty for none."""
    smtp_password_file: Path | None = None
    """File that holds the password for mail submission."""
    smtp_timeout: int = 10
    """Seconds to wait for the mail server."""
    mail_from: str = ""
    """Sender of our mail."""
    loosening_delay: int = 72 * HOUR
    """Seconds before a withdrawal or a looser change acts."""
    grant_delay: int = 0
    """Seconds before a grant to an operator acts. To revoke one acts at once."""
    pending_lifetime: int = 7 * DAY
    """Seconds a draft or a pending proof is kept."""
    recheck_interval: int = 5 * DAY
    """Seconds between two looks at a standing proof. What it allows ends 7 days after it was last found."""
    lapse_grace: int = 180 * DAY
    """Seconds a lapsed scope keeps restricting."""
    publish_interval: int = 1
    """Least seconds between two publications."""
    manifest_lifetime: int = 7 * DAY
    """Seconds a snapshot's manifest is valid."""
    hold_floods: bool = False
    """1 to hold at once, by itself, what is like far too much of what is looked up."""
    models_file: Path | None = None
    """TOML file of the models whose codes are taken from parties that have proved something; empty for none."""
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read every REGISTRY_* variable of `environ`. Raises ConfigError naming each variable that is wrong."""
        known = {variable.name: variable for variable in variables()}
        given: dict[type, dict[str, Any]] = {owner: {} for _, owner in _GROUPS}
        wrong = []
        for name in sorted(name for name in environ if name.startswith("REGISTRY_")):
            try:
                variable = known[name]
                given[variable.owner][variable.field] = variable.read(environ[name])
            except KeyError:
                wrong.append(f"{name}: there is no such setting")
            except ValueError as error:
                wrong.append(f"{name}: {error}")
        if wrong:
            raise ConfigError("; ".join(wrong))
        return cls(**given[Config], limits=Limits(**given[Limits]))

    @property
    def public_url(self) -> str:
        """The registry's address with its scheme and without a slash at the end."""
        return f"{'http' if self.dev else 'https'}://{self.origin}"

    def check_serving(self) -> None:
        """Refuse to serve what would lock people out or leave this machine open. Raises ConfigError."""
        wrong = [] if self.dev else list(self._unfit())
        if wrong:
            raise ConfigError("; ".join(wrong) + " (to try it on your own machine: optout-registry serve --dev)")

    def _unfit(self) -> Iterator[str]:
        if not _is_public_name(self.origin):
            yield "REGISTRY_ORIGIN: a public host name is needed, because the log carries it for ever"
        if not (self.smtp_host and self.mail_from):
            yield "REGISTRY_SMTP_HOST and REGISTRY_MAIL_FROM: without mail nobody can sign in"
        if not self.resolvers:
            yield "REGISTRY_RESOLVERS: empty, and without a DNS resolver no proof can be checked"
        if self.permit_loopback:
            yield "REGISTRY_PERMIT_LOOPBACK: must be empty, it lets strangers read this machine"
        yield from self._unreadable_files()

    def _unreadable_files(self) -> Iterator[str]:
        """Say which files cannot be read, by the setting that names each: terms that are not shown bind nobody."""
        for setting in fields(self):
            path = getattr(self, setting.name)
            if setting.name.endswith("_file") and path is not None:
                try:
                    path.open("rb").close()
                except OSError as error:
                    yield f"REGISTRY_{setting.name.upper()}: {path} cannot be read: {error.strerror}"


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: which field of which class it sets, and how it is read."""

    name: str
    owner: type
    field: str
    default: object
    read: Callable[[str], object]


_GROUPS: Final = (("REGISTRY_", Config), ("REGISTRY_LIMIT_", Limits))


def variables() -> Iterator[Variable]:
    """Yield every environment variable in the order of the manual."""
    for prefix, owner in _GROUPS:
        hints = get_type_hints(owner)
        for setting in fields(owner):
            if setting.name != "limits":
                yield Variable(
                    name=prefix + setting.name.upper(),
                    owner=owner,
                    field=setting.name,
                    default=setting.default,
                    read=_READERS[hints[setting.name]],
                )


def _is_public_name(origin: str) -> bool:
    try:
        return canonical_host(origin) == origin
    except InvalidScopeError:
        return False


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"expected a whole number, got {text!r}")
    return int(text)


def _read_switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"expected 0 or 1, got {text!r}")
    return text == "1"


def _read_listen(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError(f"expected host:port, got {text!r}")
    return host.strip("[]"), int(port)


_READERS: Final[Mapping[Any, Callable[[str], object]]] = {
    int: _read_number,
    bool: _read_switch,
    str: str.strip,
    Path: Path,
    Path | None: Path,
    tuple[str, int]: _read_listen,
    tuple[str, ...]: lambda text: tuple(text.split()),
    tuple[Endpoint, ...]: lambda text: tuple(map(Endpoint.parse, text.split())),
    frozenset[Permit]: lambda text: frozenset(map(Permit.parse, text.split())),
}
