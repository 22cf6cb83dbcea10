"""What a declaration says, in the words of the standards that crawlers read on a site itself.

Pure text from rules: where they hold and what they say. Every snippet is read back by this project's own readers
in the tests. A standard that cannot say a usage leaves it out; TDMRep knows one reservation for all mining of
texts and data, so it is given where training or mining is reserved.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_to_bytes
from xml.sax.saxutils import quoteattr

from crawler_filter.preference import Preference, Usage
from registry.rules.licence_documents import Licensor, rsl_document

_LABELS: Final = (Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH)
"""The usages that AIPREF has labels for; a reservation of `tdm` covers training."""
_OF_REGEXES: Final = frozenset(".+*?()[]^$|#")
_OF_SERVERS: Final = frozenset("\\\"'`{}<>% ")
OLDER_EXIFTOOL: Final = "XMP (exiftool -config optout.config)"
EXIFTOOL_CONFIG: Final = """\
%Image::ExifTool::UserDefined = (
    'Image::ExifTool::PLUS::XMP' => { DataMining => { Writable => 'string' } },
);
1;
"""
"""What an exiftool needs that does not know the property yet, such as the one of Debian 12."""

_PLUS: Final = "http://ns.useplus.org/ldf/vocab/DMI-"


@dataclass(frozen=True, slots=True)
class SiteRule:
    """The rule at a path of a host and below it; `/` is the whole host, a path without a slash at its end one
    address."""

    path: str
    preferences: Mapping[Usage, Preference]


@dataclass(frozen=True, slots=True)
class Snippet:
    """One text to put somewhere. `name` says what it is, `where` the file or setting it belongs into."""

    name: str
    where: str
    text: str


def snippets(
    rules: Sequence[SiteRule],
    host: str,
    policy: str | None,
    agents: Iterable[str],
    licensor: Licensor | None = None,
) -> list[Snippet]:
    """Return every snippet for a host. `agents` are the product tokens of crawlers that collect for training."""
    ordered = sorted(rules, key=lambda rule: (-len(rule.path), rule.path))
    return [
        Snippet("robots.txt", f"https://{host}/robots.txt", robots_txt(ordered, agents, host)),
        Snippet("TDMRep", f"https://{host}/.well-known/tdmrep.json", tdmrep_json(ordered, policy)),
        Snippet("HTML", "<head>", meta_tags(ordered[-1], policy)),
        Snippet("RSL", f"https://{host}/license.xml", rsl(ordered, licensor)),
        Snippet("XMP", "exiftool", exiftool(ordered[-1])),
        Snippet(OLDER_EXIFTOOL, "optout.config", EXIFTOOL_CONFIG),
        Snippet("nginx", "http { … }", nginx(ordered, policy)),
        Snippet("Apache", ".htaccess", apache(ordered, policy)),
        Snippet("Caddy", "Caddyfile", caddy(ordered, policy)),
        Snippet("lighttpd", "lighttpd.conf", lighttpd(ordered, policy)),
        Snippet("Cloudflare", "Rules > Transform Rules > Modify Response Header", cloudflare(ordered, policy)),
        Snippet("WordPress", "wp-content/mu-plugins/ai-preferences.php", wordpress(ordered, policy)),
    ]


def stated(preferences: Mapping[Usage, Preference]) -> dict[Usage, Preference]:
    """Return what is said in the usages that site standards have words for."""
    said = {usage: preferences[usage] for usage in _LABELS if usage in preferences}
    if preferences.get(Usage.TDM) is Preference.DISALLOWED:
        said.setdefault(Usage.TRAIN_AI, Preference.DISALLOWED)
    return said


def content_usage(rule: SiteRule) -> str:
    """Return the value of a Content-Usage header (AIPREF)."""
    said = stated(rule.preferences)
    return ", ".join(f"{usage.value}={'n' if said[usage] is Preference.DISALLOWED else 'y'}" for usage in said)


def robots_txt(rules: Sequence[SiteRule], agents: Iterable[str], host: str) -> str:
    """Return groups for robots.txt: one for everybody, one that names the crawlers that collect for training.

    A crawler that finds its own group never reads the one for everybody, so both say the same.
    """
    usage = [
        f"Content-Usage: {_pattern(rule)} {content_usage(rule)}" for rule in rules if stated(rule.preferences)
    ]
    everybody = ["User-agent: *", *usage, "Allow: /"]
    licence = f"License: https://{host}/license.xml"
    if not any(_trains(rule) is Preference.DISALLOWED for rule in rules):
        return "\n".join([*everybody, "", licence, ""])
    named = [f"User-agent: {agent}" for agent in agents]
    crawl = [f"{_verb(rule)}: {_pattern(rule)}" for rule in rules if _trains(rule) is not Preference.UNKNOWN]
    return "\n".join([*everybody, "", *named, *usage, *crawl, "", licence, ""])


def tdmrep_json(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return the file of the TDM Reservation Protocol; the first rule that matches counts."""
    entries: list[dict[str, str | int]] = []
    for rule in rules:
        reserved = _mining(rule)
        if reserved is not Preference.UNKNOWN:
            entry: dict[str, str | int] = {
                "location": _pattern(rule),
                "tdm-reservation": int(reserved is Preference.DISALLOWED),
            }
            entries.append(entry | ({"tdm-policy": policy} if policy and entry["tdm-reservation"] else {}))
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def meta_tags(rule: SiteRule, policy: str | None) -> str:
    """Return meta tags for a page; they speak of the page alone, not of its pictures."""
    if _mining(rule) is not Preference.DISALLOWED:
        return '<meta name="tdm-reservation" content="0">\n'
    tags = ['<meta name="tdm-reservation" content="1">']
    tags += [f'<meta name="tdm-policy" content={quoteattr(policy)}>'] if policy else []
    return "\n".join([*tags, '<meta name="robots" content="noai, noimageai">', ""])


def rsl(rules: Sequence[SiteRule], licensor: Licensor | None = None) -> str:
    """Return an RSL 1.0 document; robots.txt points at it."""
    ordered = sorted(rules, key=lambda rule: (-len(rule.path), rule.path))
    return rsl_document([(_pattern(rule), stated(rule.preferences)) for rule in ordered], licensor or Licensor())


def exiftool(rule: SiteRule) -> str:
    """Return the command line that writes the IPTC/PLUS property into pictures."""
    said = rule.preferences
    everything = all(said.get(usage) is Preference.DISALLOWED for usage in Usage)
    if everything:
        value = "PROHIBITED"
    elif said.get(Usage.TDM) is Preference.DISALLOWED:
        value = "PROHIBITED-EXCEPTSEARCHENGINEINDEXING"
    elif _trains(rule) is Preference.DISALLOWED:
        value = "PROHIBITED-AIMLTRAINING"
    else:
        value = "ALLOWED" if _trains(rule) is Preference.ALLOWED else "UNSPECIFIED"
    return f'exiftool -overwrite_original "-XMP-plus:DataMining#={_PLUS}{value}" *.jpg *.png *.tif\n'


def headers(rule: SiteRule, policy: str | None) -> dict[str, str]:
    """Return the response headers that say a rule."""
    sent = {"Content-Usage": content_usage(rule)} if stated(rule.preferences) else {}
    if _mining(rule) is not Preference.UNKNOWN:
        reserved = _mining(rule) is Preference.DISALLOWED
        sent["tdm-reservation"] = "1" if reserved else "0"
        if policy and reserved:
            sent["tdm-policy"] = _plain(policy)
    return sent


def _plain(address: str) -> str:
    """Return an address with what a server would fill in, or end a quote at, escaped: `$`, braces, quotes."""
    return "".join(f"%{ord(each):02X}" if each in '$`{}"\\<> ' else each for each in address)


def nginx(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return maps and headers for nginx; a header whose value is empty is not sent."""
    names = list(dict.fromkeys(name for rule in rules for name in headers(rule, policy)))
    lines = []
    for name in names:
        variable = "$" + name.lower().replace("-", "_") + "_value"
        lines.append(f"map $uri {variable} {{")
        for rule in rules:
            value = headers(rule, policy).get(name, "")
            key = "default" if rule.path == "/" else f'"~^{_regex(rule)}"'
            lines.append(f'    {key} "{value}";')
        lines += ["}", f"add_header {name} {variable} always;"]
    return "\n".join([*lines, ""])


def apache(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return headers for Apache's mod_headers; a later `<If>` replaces or takes away what an earlier one set."""
    lines = []
    for number, rule in enumerate(reversed(rules)):
        said = headers(rule, policy)
        before = dict.fromkeys(name for other in rules[len(rules) - number :] for name in headers(other, policy))
        lines.append(f'<If "%{{REQUEST_URI}} =~ m#^{_regex(rule)}#">')
        lines += [f'    Header always set {name} "{_doubled(value)}"' for name, value in said.items()]
        lines += [f"    Header always unset {name}" for name in before if name not in said]
        lines.append("</If>")
    return "\n".join([*lines, ""])


def caddy(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return headers for a Caddyfile; each rule has the paths of the more special ones taken out.

    Regular expressions, because Caddy's plain paths do not tell capitals from small letters.
    """
    lines = []
    for number, rule in enumerate(rules):
        inner = [other for other in rules[:number] if other.path.startswith(rule.path)]
        lines += [f"@ai{number} {{", f"    path_regexp `^{_regex(rule)}`"]
        lines += [f"    not path_regexp `^{_regex(other)}`" for other in inner]
        lines.append("}")
        lines += [f'header @ai{number} {name} "{value}"' for name, value in headers(rule, policy).items()]
    return "\n".join([*lines, ""])


def lighttpd(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return headers for lighttpd's mod_setenv; the last condition that holds counts: special ones come last."""
    lines = ['server.modules += ( "mod_setenv" )']
    for rule in reversed(rules):
        sent = ", ".join(f'"{name}" => "{value}"' for name, value in headers(rule, policy).items())
        lines += [f'$HTTP["url"] =~ "^{_regex(rule)}" {{', f"    setenv.set-response-header = ( {sent} )", "}"]
    return "\n".join([*lines, ""])


def cloudflare(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return one rule after another as Cloudflare's form asks for them."""
    lines = []
    for number, rule in enumerate(rules):
        inner = [other for other in rules[:number] if other.path.startswith(rule.path)]
        wanted = " and ".join([_matches(rule), *(f"not {_matches(other)}" for other in inner)])
        lines.append(f"When incoming requests match: {wanted}")
        lines += [f"Set static: {name} = {value}" for name, value in headers(rule, policy).items()]
        lines.append("")
    return "\n".join(lines)


def wordpress(rules: Sequence[SiteRule], policy: str | None) -> str:
    """Return a small plugin for WordPress that sends the headers of the first rule that matches."""
    cases = []
    for rule in rules:
        path = f"'{_quoted(unquote(rule.path))}'"
        holds = f"str_starts_with( $path, {path} )" if rule.path.endswith("/") else f"$path === {path}"
        cases.append(f"    if ( {holds} ) {{")
        cases += [
            f"        header( '{name}: {_quoted(value)}' );" for name, value in headers(rule, policy).items()
        ]
        cases += ["        return;", "    }"]
    return "\n".join(
        [
            "<?php",
            "add_action( 'send_headers', function () {",
            "    $path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );",
            *cases,
            "} );",
            "",
        ]
    )


def _trains(rule: SiteRule) -> Preference:
    return stated(rule.preferences).get(Usage.TRAIN_AI, Preference.UNKNOWN)


def _mining(rule: SiteRule) -> Preference:
    """Return what TDMRep can say: reserved where training or mining is, allowed only where mining itself is."""
    said = (rule.preferences.get(Usage.TDM), _trains(rule))
    if Preference.DISALLOWED in said:
        return Preference.DISALLOWED
    return Preference.ALLOWED if Preference.ALLOWED in said else Preference.UNKNOWN


def _verb(rule: SiteRule) -> str:
    return "Disallow" if _trains(rule) is Preference.DISALLOWED else "Allow"


def _pattern(rule: SiteRule) -> str:
    return rule.path if rule.path.endswith("/") else f"{rule.path}$"


def _regex(rule: SiteRule) -> str:
    """Return a regular expression for a path as servers compare it: without escapes of URLs.

    What could end a quote or means something to a server stands as the number of its byte.
    """
    text = unquote_to_bytes(rule.path).decode("utf-8", "surrogateescape")
    escaped = "".join(map(_escaped, text))
    return escaped if rule.path.endswith("/") else f"{escaped}$"


def _escaped(character: str) -> str:
    if character in _OF_REGEXES:
        return f"\\{character}"
    if character.isprintable() and character not in _OF_SERVERS:
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))


def _doubled(value: str) -> str:
    """Return a value for Apache, which reads a percent sign as the beginning of a format."""
    return value.replace("%", "%%")


def _matches(rule: SiteRule) -> str:
    """Return the condition of a rule in Cloudflare's language; `true` alone is no condition there."""
    path = rule.path.replace("\\", "\\\\").replace('"', '\\"')
    if rule.path.endswith("/"):
        return f'starts_with(http.request.uri.path, "{path}")'
    return f'http.request.uri.path eq "{path}"'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
