"""The settings for servers, run in the servers: what they send is read back by our own reader, rule by rule.

Each server serves a folder with the snippet as it is shown on the page. Skipped where a server is not installed;
`.ci/run` installs all of them.
"""

import http.client
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from crawler_filter.lint.linting import lint
from crawler_filter.lint.report import Outcome
from crawler_filter.lint.site import Site
from crawler_filter.preference import Preference, Usage, stated
from crawler_filter.signals.agents import AgentList
from crawler_filter.signals.embedded.media import read
from crawler_filter.signals.response import Response
from registry.rules.site_snippets import OLDER_EXIFTOOL, SiteRule, snippets
from tests.conftest import require_system
from tests.registry.rules.test_site_snippets import AGENTS, HOST

pytestmark = pytest.mark.system

RESERVED, ALLOWED = {Usage.TRAIN_AI: Preference.DISALLOWED}, {Usage.TRAIN_AI: Preference.ALLOWED}
MANGA = "/%E6%BC%AB%E7%94%BB/"
RULES = [
    SiteRule("/", RESERVED),
    SiteRule("/press/", ALLOWED),
    SiteRule("/press/embargo/", RESERVED),
    SiteRule(MANGA, ALLOWED),
    SiteRule("/a(b)+c.html", ALLOWED),
    SiteRule("/two%20words/", ALLOWED),
]
POLICY = "https://example.com/%E5%88%A9%E7%94%A8/?for={ai}&at=$host"
SENT = "https://example.com/%E5%88%A9%E7%94%A8/?for=%7Bai%7D&at=%24host"
"""The address of the terms, with what servers would fill in, and as it has to arrive."""
EXPECTED = {
    "/index.html": Outcome.RESERVED,
    "/press/a.html": Outcome.ALLOWED,
    "/press/a.html?print=1": Outcome.ALLOWED,
    "/pressing.html": Outcome.RESERVED,
    "/press/embargo/b.html": Outcome.RESERVED,
    f"{MANGA}1.html": Outcome.ALLOWED,
    "/a(b)+c.html": Outcome.ALLOWED,
    "/a(b)+c.htmlx": Outcome.RESERVED,
    "/abbc.html": Outcome.RESERVED,
    "/two%20words/x.html": Outcome.ALLOWED,
    "/two": Outcome.RESERVED,
}
"""What each address must say. `/a(b)+c.html` is one address whose signs mean something in regular expressions."""


def reading_of(path, headers):
    """What a careful crawler makes of a page with these headers, for training."""
    url = f"https://{HOST}{path}"
    page = Response(url, 200, tuple(headers), b"<title>A page</title>")
    robots = Response(f"https://{HOST}/robots.txt", 404)
    report = lint(Site(url, robots, (page,), (), {}, {}), agents=AgentList("test", ()))
    (understanding,) = report.understandings
    return next(each.outcome for each in understanding.readings if each.usage is Usage.TRAIN_AI)


def snippet(name, rules=RULES):
    return next(each.text for each in snippets(rules, HOST, POLICY, AGENTS) if each.name == name)


def nginx(folder, port, text):
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\n"
        f"http {{\naccess_log off; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;"
        f" fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;\n{text}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/site; }} }}\n"
    )
    return ["nginx", "-c", folder / "nginx.conf", "-p", folder, "-e", "stderr"]


def apache(folder, port, text):
    (folder / "site" / ".htaccess").write_text(text)
    modules = Path("/usr/lib/apache2/modules")
    loaded = "".join(
        f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in ("mpm_event", "authz_core", "headers")
    )
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nPidFile {folder}/pid\nErrorLog /dev/stderr\nServerName localhost\n{loaded}"
        f"Listen 127.0.0.1:{port}\nDocumentRoot {folder}/site\nUser nobody\nGroup nogroup\n"
        f"<Directory {folder}/site>\nAllowOverride All\nRequire all granted\n</Directory>\n"
    )
    return ["apache2", "-D", "FOREGROUND", "-f", folder / "apache.conf"]


def caddy(folder, port, text):
    (folder / "Caddyfile").write_text(
        f"{{\nadmin off\nauto_https off\nstorage file_system {folder}/caddy\n}}\nhttp://127.0.0.1:{port} {{\n"
        f"root * {folder}/site\n{text}file_server\n}}\n"
    )
    return ["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]


def lighttpd(folder, port, text):
    (folder / "lighttpd.conf").write_text(
        f'server.modules = ( "mod_staticfile" )\n{text}\nserver.document-root = "{folder}/site"\nserver.bind = "127.0.0.1"\n'
        f'server.port = {port}\nserver.errorlog = "/dev/stderr"\nmimetype.assign = ( "" => "text/html" )\n'
    )
    return ["lighttpd", "-D", "-f", folder / "lighttpd.conf"]


def wordpress(folder, port, text):
    """PHP's own server; WordPress runs a plugin's action before it sends a page, and so does this."""
    (folder / "plugin.php").write_text(text)
    (folder / "router.php").write_text(
        f"<?php function add_action( $hook, $act ) {{ $act(); }} require '{folder}/plugin.php';\n"
        "$file = $_SERVER['DOCUMENT_ROOT'] . rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );\n"
        "if ( is_file( $file ) ) { readfile( $file ); } else { http_response_code( 404 ); }\n"
    )
    return ["php", "-S", f"127.0.0.1:{port}", "-t", folder / "site", folder / "router.php"]


SERVERS = {
    "nginx": (nginx, "nginx-light"),
    "Apache": (apache, "apache2"),
    "Caddy": (caddy, "caddy"),
    "lighttpd": (lighttpd, "lighttpd"),
    "WordPress": (wordpress, "php-cli"),
}


@contextmanager
def served(name, folder, text):
    """Run a server over the files until the block ends; yield what asks it."""
    start, package = SERVERS[name]
    require_system(
        shutil.which(package.removesuffix("-light").removesuffix("-cli")), f"{name} (Debian package {package})"
    )
    for path in EXPECTED:
        file = folder / "site" / unquote(path.partition("?")[0]).lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<title>A page</title>")
    for each in (folder, *folder.parents):
        each.chmod(each.stat().st_mode | 0o055) if each.owner() == Path.home().owner() and each != Path(
            "/"
        ) else None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "log"
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with log.open("wb") as said:
        process = subprocess.Popen(
            [str(each) for each in start(folder, port, text)], stdout=said, stderr=said, env=os.environ | home
        )
    try:
        _wait_for(process, port, log)
        yield lambda path: _ask(port, path)
    finally:
        process.terminate()
        process.wait()


def _wait_for(process, port, log):
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(log.read_text())


def _ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize("name", SERVERS)
def test_what_a_server_sends_is_read_as_the_declaration_says(name, tmp_path):
    with served(name, tmp_path, snippet(name)) as ask:
        answers = {path: ask(path) for path in EXPECTED}
        missing = ask("/not-there.html")
    assert {answer.status for answer in answers.values()} == {200}
    read = {path: reading_of(path, answer.getheaders()) for path, answer in answers.items()}
    assert read == EXPECTED
    terms = {path: answer.getheader("tdm-policy") for path, answer in answers.items()}
    assert terms == {path: SENT if said is Outcome.RESERVED else None for path, said in EXPECTED.items()}
    for answer in answers.values():
        assert len([name for name, _ in answer.getheaders() if name.lower() == "content-usage"]) == 1
    assert missing.status == 404


@pytest.mark.parametrize("name", SERVERS)
def test_a_rule_for_one_part_says_nothing_of_the_rest(name, tmp_path):
    with served(name, tmp_path, snippet(name, [SiteRule("/press/", RESERVED)])) as ask:
        assert reading_of("/press/a.html", ask("/press/a.html").getheaders()) is Outcome.RESERVED
        assert ask("/index.html").getheader("Content-Usage") is None


@pytest.mark.parametrize("form", ["jpg", "png", "tif"])
@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (RESERVED, Preference.DISALLOWED),
        (ALLOWED, Preference.ALLOWED),
        ({Usage.TDM: Preference.DISALLOWED}, Preference.DISALLOWED),
    ],
    ids=["reserved", "allowed", "mining reserved"],
)
def test_what_the_command_for_pictures_writes_is_read_back(form, rules, kept, tmp_path):
    require_system(shutil.which("exiftool"), "exiftool (Debian package libimage-exiftool-perl)")
    for each in ("jpg", "png", "tif"):
        Image.new("RGB", (64, 48), "teal").save(tmp_path / f"picture.{each}")
    command = snippet("XMP", [SiteRule("/", rules)])
    if "DataMining" not in subprocess.check_output(["exiftool", "-listw", "-XMP-plus:All"], text=True):
        (tmp_path / "optout.config").write_text(snippet(OLDER_EXIFTOOL))
        command = command.replace("exiftool ", "exiftool -config optout.config ", 1)
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True)
    signals = read(tmp_path.joinpath(f"picture.{form}").read_bytes())
    assert [stated(signal.preferences, Usage.TRAIN_AI) for signal in signals] == [kept]
