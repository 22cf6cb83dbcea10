"""The programs of extras hold where all of them are installed; `python -m tests.extras` runs each where one is."""

import pytest

from tests.extras.asked import requirements
from tests.extras.smoke.given import Given
from tests.extras.smoke.programs import PROGRAMS

OF_THEIR_OWN = {"crawlee", "playwright", "ray", "scrapy", "spark", "webdataset"}
"""Those that start processes or a reactor, or leave a file open; tests of integrations run them."""


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    for name in ("av", "c2pa", "iscc_lib", "onnx", "onnxruntime", "pillow_heif", "pillow_jxl"):
        pytest.importorskip(name)
    from tests.extras import given
    from tests.simulators.names_on_loopback import NamesOnLoopback

    with NamesOnLoopback() as site:
        yield Given(given.write(tmp_path_factory.mktemp("given")), site.url)


@pytest.mark.parametrize("extra", sorted(PROGRAMS.keys() - OF_THEIR_OWN))
def test_an_extra_does_what_it_is_there_for(given, extra):
    PROGRAMS[extra](given)


def test_what_an_extra_asks_for_is_that_of_the_extras_it_is_made_of():
    assert {"lxml >=5.3", "av >=15", "pypdfium2 >=5"} <= set(requirements("content"))
    assert not any(line.startswith("training-optout") for line in requirements("content"))
