"""The ways in which archives, caches and proxies write the address that they show into their own."""

import base64
import re
from collections.abc import Callable
from urllib.parse import unquote, unquote_plus


def as_it_is(text: str) -> str:
    """Read an address that goes on to the end, its query included, or one that is escaped as a whole."""
    return absolute(unquote(text) if re.match(r"https?:%2F", text, re.IGNORECASE) else text)


def without_query(text: str) -> str:
    """Read an address in a path; the query is the proxy's own."""
    return as_it_is(text.partition("?")[0])


def without_options(text: str) -> str:
    """Read an address between whose host and path the proxy's options stand: `host/w=300,q=80/page.png`."""
    return without_query(re.sub(r"\A([^/]+)/[a-z]+=[^/]*(?=/)", r"\1", text))


def field(text: str) -> str:
    """Read an address in a field of a query, in quotes or not."""
    return absolute(unquote_plus(text).strip('"'))


def as_a_whole(text: str) -> str:
    """Read an address that is all of a query, escaped as a whole or not."""
    return absolute(unquote(text) if re.match(r"https?%3A", text, re.IGNORECASE) else text)


def of_account(text: str) -> str:
    """Read the account of another server, as in `user@host/page`."""
    user, _, rest = text.partition("@")
    host, slash, page = rest.partition("/")
    return f"https://{host}/@{user}{slash}{page}"


def of_base64(text: str) -> str:
    """Read an address in base64, whose slashes are those of a path, escaped or not."""
    return base64.urlsafe_b64decode(unquote(text).replace("/", "").rstrip("=") + "==").decode()


def in_base64(text: str) -> str:
    """Read an address that stands in a record of bytes, as Google's feeds of news have it."""
    found = re.search(rb"https?://[!-~]+", base64.urlsafe_b64decode(text + "=="))
    return found[0].decode() if found else ""


def of_discord(text: str) -> str:
    """Read `%3Fquery/https/host/page`: the query stands before the scheme; the last one is the proxy's own."""
    query, _, rest = text.partition("/") if text.startswith("%3F") else ("", "", text)
    return scheme_in_path(rest) + unquote(query)


def of_proofpoint(text: str) -> str:
    """Read an address whose percent signs are written `-` and whose slashes `_`."""
    return unquote(unquote(text).replace("-", "%").replace("_", "/"))


def of_hex(text: str) -> str:
    """Read an address in hexadecimal digits."""
    return bytes.fromhex(text).decode()


def dashes(text: str) -> str:
    """Read a host whose dots are written `-` and whose hyphens `--`, before the path, as in `a--b-jp/page`."""
    name, slash, rest = text.partition("/")
    host = name.replace("--", "\0").replace("-", ".").replace("\0", "-")
    path, _, query = rest.partition("?")
    fields = "&".join(field for field in query.split("&") if not field.startswith("_x_tr_"))
    return f"https://{host}{slash}{path}" + (f"?{fields}" if fields else "")


def scheme_in_path(text: str) -> str:
    """Read an address whose scheme is a folder: `https/host/page`."""
    return f"https://{text.partition('/')[2].lstrip('/')}"


def at(address: str) -> Callable[[str], str]:
    """Return a reader of what stands below an address: a path, or a number."""
    return lambda text: f"{address}{unquote(text)}"


def absolute(text: str) -> str:
    """Return a URL of an address with or without its scheme, whose slashes may have been merged.

    A proxy that asks for `http://` and an address that is pasted whole make two schemes.
    """
    scheme = re.match(r"(?:(?:https?:/{1,2}){1,3}|//|ssl:)", text, re.IGNORECASE)
    return f"https://{text[scheme.end() if scheme else 0 :].lstrip('/')}"


def of_version(text: str) -> str:
    """Read a repository of GitHub of which a version is named: `kaze/art@main/1.png`."""
    return f"https://github.com/{re.sub('@[^/]*', '', text, count=1)}"


def below(name: str) -> Callable[[str], str]:
    """Return a reader of a path that begins with the label of a site below a name: `kaze/1.png`."""
    return lambda text: f"https://{text.partition('/')[0]}{name}/{text.partition('/')[2]}"
