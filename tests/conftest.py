"""What every test stands on: a clean environment, both databases, watchers for what goes wrong."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before anything imports Qt or the program: no screen, no person's own settings, files or secrets.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in [name for name in os.environ if name.startswith(("HMS_", "PG"))]:
    if not _name.startswith("HMS_TEST_"):
        del os.environ[_name]
_HOME = Path(tempfile.mkdtemp(prefix="hms-test-home-"))
for _kind in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(_HOME / _kind.lower())
os.environ["XDG_RUNTIME_DIR"] = str(_HOME)
os.environ["PYTHON_KEYRING_BACKEND"] = "tests.support.memory_keyring.MemoryKeyring"
# The controller of a parallel run makes the folder that its workers share, and outlives them.
_SHARED_MADE_HERE = "HMS_TEST_SHARED" not in os.environ
if _SHARED_MADE_HERE:
    os.environ["HMS_TEST_SHARED"] = tempfile.mkdtemp(prefix="hms-test-")
    os.environ["HMS_TEST_OWNER"] = str(os.getpid())

import hypothesis
import keyring
import pytest

from tests.support import databases, leaks, xvfb
from tests.support.logfail import LogWatch
from tests.support.memory_keyring import MemoryKeyring
from tests.support.postgres import PostgresServer, remove_shared_server, shared_server

SHARED = Path(os.environ["HMS_TEST_SHARED"])
ENGINES = ("sqlite", "postgres")

hypothesis.settings.register_profile("dev", max_examples=50, deadline=None)
hypothesis.settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SHARED_MADE_HERE:
        remove_shared_server(SHARED)
        shutil.rmtree(SHARED, ignore_errors=True)
        del os.environ["HMS_TEST_SHARED"]
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not xvfb.wants_own_screen(pyfuncitem):
        return None
    xvfb.run_on_own_screen(pyfuncitem)
    return True


# ------------------------------------------------------------------------------------ watchers
@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    threads = leaks.threads_now()
    yield
    with_qt = bool({"qtbot", "qapp"} & set(request.fixturenames))
    left = leaks.left_qt(thorough=with_qt) + leaks.left_threads(threads) + leaks.left_tasks()
    if left:
        pytest.fail("left behind by this test:\n" + "\n".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def _watched_log() -> Iterator[LogWatch]:
    watch = LogWatch()
    watch.start()
    yield watch
    if wrong := watch.stop():
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.fixture
def expect_log(_watched_log: LogWatch) -> LogWatch:
    """Expect a warning of the program: `expect_log(r"regular expression", level=logging.ERROR)`."""
    return _watched_log


_test_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, drafts and databases of the person at the desk: new and empty for each test."""
    number = str(next(_test_numbers))
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(_HOME / number / kind.lower()))


@pytest.fixture(autouse=True)
def secrets() -> Iterator[MemoryKeyring]:
    """The keyring of this test, empty at its start."""
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    ring.secrets.clear()


# ----------------------------------------------------------------------------------- databases
@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """The one Postgres of this run. Others use it too: stop or freeze `own_postgres_server`."""
    return shared_server(SHARED, int(os.environ["HMS_TEST_OWNER"]))


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A Postgres of this test's own, to be stopped, started and frozen; 0.7 s to make."""
    server = PostgresServer.create()
    yield server
    server.remove()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh migrated SQLite file."""
    return databases.new_sqlite(SHARED, tmp_path)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh migrated Postgres database."""
    with databases.new_postgres(SHARED, postgres_server) as url:
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database: the test runs once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, on each engine: for the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = databases.new_name()
    yield server.create_database(name)
    server.drop_database(name)
