"""A throw-away Postgres server: made in under a second, gone when the tests end, however they end.

One cluster serves a whole run, shared by its workers (`shared_server`). Tests of faults make one
of their own (`PostgresServer.create`), which they may stop, start and freeze.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from filelock import FileLock
from psycopg import sql

HOST = "127.0.0.1"
SUPERUSER = "postgres"
FIRST_WITH_STRATEGY = 15
MISSING = (
    "No Postgres server programs (initdb, postgres) were found in PATH or /usr/lib/postgresql. "
    "Half of these tests run on Postgres: install the package 'postgresql', or run `make setup`."
)
# Nothing in a test outlives the test, so durability is off; the odd zone shows up every place
# that trusts the server's.
SETTINGS = {
    "listen_addresses": f"'{HOST}'",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "'Asia/Kathmandu'",
    "log_timezone": "'UTC'",
    "logging_collector": "off",
}
# Stops the server and removes its folder when the process that owns it is gone, even by kill -9.
WATCHDOG = """
(
while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
[ -d "$2" ] || exit 0
pid=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)
[ -n "$pid" ] && kill -CONT "$pid" 2>/dev/null; kill -QUIT "$pid" 2>/dev/null
n=0
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do
    sleep 0.1; n=$((n + 1))
done
rm -rf "$2"
) &
"""


def binary(name: str) -> str:
    """Return the path of one of Postgres' programs, the newest version first."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: float(path.parent.parent.name),
        reverse=True,
    )
    found = str(versions[0]) if versions else shutil.which(name)
    if found is None:
        raise RuntimeError(MISSING)
    return found


def _owner() -> pwd.struct_passwd | None:
    """Return the account that must run the server: Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in (SUPERUSER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("Running as root, and there is no account 'postgres' to run Postgres as.")


def _run(command: Sequence[str]) -> None:
    owner = _owner()
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd="/",
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class PostgresServer:
    """A running cluster: its folder and its port."""

    folder: Path
    port: int

    @classmethod
    def create(cls, owner_pid: int | None = None) -> "PostgresServer":
        """Make a cluster and start it; it ends with the process `owner_pid` (default: this one)."""
        initdb = binary("initdb")
        folder = Path(tempfile.mkdtemp(prefix="hms-pg-"))
        owner = _owner()
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = cls(folder, free_port())
        try:
            _run(
                [initdb, "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                 f"--username={SUPERUSER}", "--pgdata", str(server.data)]
            )  # fmt: skip
            with (server.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
                settings.write(f"port = {server.port}\nunix_socket_directories = '{folder}'\n")
            server.start()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        # The shell returns at once and leaves its loop behind, in a session of its own.
        subprocess.run(
            ["/bin/sh", "-c", WATCHDOG, "watchdog", str(owner_pid or os.getpid()), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            check=True,
        )
        return server

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What the server wrote into its log so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def _version(self) -> int:
        return int((self.data / "PG_VERSION").read_text(encoding="ascii"))

    @property
    def admin_url(self) -> str:
        """The URL of the maintenance database, as superuser."""
        return self.url("postgres")

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of one database."""
        return f"postgresql+psycopg://{SUPERUSER}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of another one where given, and return its URL."""
        # Without fsync copying the files is the quickest; servers before 15 know no other way.
        quickest = "" if self._version < FIRST_WITH_STRATEGY else " STRATEGY FILE_COPY"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + quickest).format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
        self.execute(statement)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting off whoever is still in it."""
        self.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def execute(self, statement: sql.Composable | str, database: str = "postgres") -> list[tuple]:
        """Run one statement outside of any transaction and return its rows."""
        query = sql.SQL(statement) if isinstance(statement, str) else statement
        with psycopg.connect(
            host=HOST, port=self.port, user=SUPERUSER, dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server and wait until it answers."""
        _run(
            [binary("pg_ctl"), "start", "--wait", "--silent", "--pgdata", str(self.data),
             "--log", str(self.folder / "log"), "--timeout", "30"]
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server: `immediate` as in a crash, `fast` as in an orderly restart."""
        self.resume()
        _run(
            [binary("pg_ctl"), "stop", "--wait", "--silent", "--pgdata", str(self.data),
             "--mode", mode, "--timeout", "30"]
        )  # fmt: skip

    def freeze(self) -> None:
        """Halt every process of the server: connections stay open and nothing answers."""
        # The postmaster alone first: after that nobody new can come.
        self._signal(self._pids()[:1], signal.SIGSTOP)
        self._signal(self._pids()[1:], signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen server go on; harmless when it was not frozen."""
        self._signal(self._pids(), signal.SIGCONT)

    def remove(self) -> None:
        """Stop the server for good and remove its files."""
        if self._pids():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _signal(pids: Sequence[int], number: signal.Signals) -> None:
        for pid in pids:
            # A backend may have ended since it was listed, and then there is nobody to signal.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _pids(self) -> list[int]:
        """Return the postmaster and its children, the postmaster first; empty when stopped."""
        try:
            first = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
            children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [int(first), *map(int, children.split())]


def shared_server(shared: Path, owner_pid: int) -> PostgresServer:
    """Return the one server of this test run, started by whichever worker asks first.

    Args:
        shared: a folder that all workers of the run have in common.
        owner_pid: the process that outlives the workers; the server ends with it.
    """
    state = shared / "postgres.json"
    with FileLock(shared / "postgres.lock"):
        if not state.exists():
            server = PostgresServer.create(owner_pid)
            state.write_text(json.dumps([str(server.folder), server.port]), encoding="utf-8")
            return server
    folder, port = json.loads(state.read_text(encoding="utf-8"))
    return PostgresServer(Path(folder), port)


def remove_shared_server(shared: Path) -> None:
    """Stop the run's server, if one was ever asked for."""
    state = shared / "postgres.json"
    if state.exists():
        folder, port = json.loads(state.read_text(encoding="utf-8"))
        PostgresServer(Path(folder), port).remove()


def wait_until_answers(server: PostgresServer, seconds: float = 10.0) -> None:
    """Wait until the server takes connections again (after `start` or `resume`)."""
    end = time.monotonic() + seconds
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
