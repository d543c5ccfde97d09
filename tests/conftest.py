"""What tests share: a cache of their own, plugins, and one set of fork servers for all."""

import sys

import pytest
from dlf_grader.plugins import load_plugins
from dlf_grader.sandbox.limits import one_thread
from dlf_grader.sandbox.servers import Servers
from hypothesis import settings


def pytest_configure():
    """A property that is checked on a busy machine is no less true; libraries take no time that no test asks for."""
    one_thread()  # tests' matrices are small: threads would only wait for each other
    sys.modules.setdefault("rfc3987_syntax", None)  # jsonschema reads 38 grammars of it, for a format we never ask for
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Nothing a test remembers reaches the user's cache, or the other way round."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLF_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def plugins():
    return load_plugins(None)


@pytest.fixture(scope="session")
def servers():
    shared = Servers()
    yield shared
    shared.stop()
