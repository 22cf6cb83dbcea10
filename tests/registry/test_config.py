import re
from dataclasses import replace
from pathlib import Path

import pytest

import registry.config as config_module
from registry.config import Config, ConfigError, variables
from registry.net import Endpoint, Permit

SERVING = Config(
    origin="registry.example",
    smtp_host="mail.example",
    mail_from="r@registry.example",
    resolvers=(Endpoint("::1"),),
)


def test_an_empty_environment_gives_the_defaults():
    assert Config.from_environment({"PATH": "/bin"}) == Config()


def test_every_variable_reaches_its_field():
    config = Config.from_environment(
        {
            "REGISTRY_INSTANCE": "/srv/registry",
            "REGISTRY_ORIGIN": "registry.example",
            "REGISTRY_LISTEN": "[::1]:8081",
            "REGISTRY_DEV": "1",
            "REGISTRY_RESOLVERS": "127.0.0.1 [::1]:5353",
            "REGISTRY_PERMIT_LOOPBACK": "http://site.test=127.0.0.1:8081",
            "REGISTRY_SMTP_PASSWORD_FILE": "/run/secrets/smtp",
            "REGISTRY_LOOSENING_DELAY": "60",
            "REGISTRY_LIMIT_SCOPES_PER_DECLARATION": "7",
        }
    )
    assert config == Config(
        instance=Path("/srv/registry"),
        origin="registry.example",
        listen=("::1", 8081),
        dev=True,
        resolvers=(Endpoint("127.0.0.1"), Endpoint("::1", 5353)),
        permit_loopback=frozenset({Permit("site.test", "127.0.0.1", 8081)}),
        smtp_password_file=Path("/run/secrets/smtp"),
        loosening_delay=60,
        limits=replace(Config().limits, scopes_per_declaration=7),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRY_ORGIN", "registry.example"),
        ("REGISTRY_LIMITS", "1"),
        ("REGISTRY_LIMIT_SCOPES", "1"),
        ("REGISTRY_DEV", "true"),
        ("REGISTRY_SMTP_PORT", "-1"),
        ("REGISTRY_SMTP_PORT", "٣"),
        ("REGISTRY_LOOSENING_DELAY", "3d"),
        ("REGISTRY_LISTEN", "8080"),
        ("REGISTRY_LISTEN", "127.0.0.1:99999"),
        ("REGISTRY_RESOLVERS", "dns.example"),
        ("REGISTRY_PERMIT_LOOPBACK", "http://site.test=192.0.2.1:80"),
    ],
)
def test_a_variable_that_cannot_be_understood_stops_the_start_and_is_named(name, value):
    with pytest.raises(ConfigError, match=f"^{name}: "):
        Config.from_environment({name: value})


def test_all_wrong_variables_are_named_at_once():
    with pytest.raises(ConfigError, match=r"REGISTRY_A: .*; REGISTRY_DEV: "):
        Config.from_environment({"REGISTRY_DEV": "x", "REGISTRY_A": ""})


def test_a_complete_configuration_may_be_served():
    SERVING.check_serving()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"origin": "127.0.0.1:8080"}, "REGISTRY_ORIGIN"),
        ({"origin": "localhost"}, "REGISTRY_ORIGIN"),
        ({"origin": "https://registry.example"}, "REGISTRY_ORIGIN"),
        ({"origin": "Registry.example"}, "REGISTRY_ORIGIN"),
        ({"smtp_host": ""}, "REGISTRY_SMTP_HOST"),
        ({"mail_from": ""}, "REGISTRY_MAIL_FROM"),
        ({"resolvers": ()}, "REGISTRY_RESOLVERS"),
        ({"permit_loopback": frozenset({Permit("site.test", "127.0.0.1", 8081)})}, "REGISTRY_PERMIT_LOOPBACK"),
    ],
)
def test_what_would_not_be_safe_or_usable_is_served_in_development_only(change, named):
    config = replace(SERVING, **change)
    with pytest.raises(ConfigError, match=named):
        config.check_serving()
    replace(config, dev=True).check_serving()


@pytest.mark.parametrize(
    "setting", ["about_file", "governance_file", "terms_file", "smtp_password_file", "models_file"]
)
def test_a_file_that_cannot_be_read_stops_the_start_and_its_setting_is_named(setting, tmp_path):
    named = tmp_path / "named.txt"
    config = replace(SERVING, **{setting: named})
    with pytest.raises(ConfigError, match=f"REGISTRY_{setting.upper()}: .*named.txt cannot be read"):
        config.check_serving()
    named.touch()
    config.check_serving()


def test_the_public_address_is_https_except_in_development():
    assert SERVING.public_url == "https://registry.example"
    assert Config(dev=True).public_url == "http://127.0.0.1:8080"


def test_every_setting_is_read_somewhere():
    sources = [path.read_text(encoding="utf-8") for path in Path(config_module.__file__).parent.rglob("*.py")]
    read = {name for source in sources for name in re.findall(r"(?<=config\.)\w+|(?<=limits\.)\w+", source)}
    assert {variable.field for variable in variables()} <= read
