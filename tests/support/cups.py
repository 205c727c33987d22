"""A print server of the tests' own: cupsd with one printer that prints into PDF files.

The server keeps everything in one folder. Only the backend of the printer insists on a line of
configuration in `/etc/cups`, under a name of its own; it is taken away again.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIG = Path("/etc/cups")
DRIVERS = Path("/usr/share/ppd/cups-pdf")
PROGRAMS = ("cupsd", "lpadmin", "lp", "lpstat", "pdftotext")
PATIENCE_S = 30.0
_SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))

_SERVER = """\
LogLevel warn
Listen {folder}/cups.sock
Browsing Off
WebInterface No
DefaultAuthType None
PreserveJobFiles Yes
DirtyCleanInterval 0
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
"""
_FILES = """\
ServerRoot {folder}/root
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/state
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
SystemGroup root
"""


def missing() -> str:
    """Say why no print server can be started here; empty when one can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "only root may start a print server of the tests' own"
    for name in PROGRAMS:
        if program(name) is None:
            return f"{name} is not installed (packages cups, poppler-utils)"
    if not (DRIVERS / "CUPS-PDF_noopt.ppd").is_file() or not CONFIG.is_dir():
        return "the PDF printer is not installed (package printer-driver-cups-pdf)"
    return ""


def program(name: str) -> str | None:
    """Return where a system program lies."""
    return shutil.which(name, path=_SEARCHED)


@dataclass(frozen=True)
class PrintServer:
    """A running print server; ``address`` is what CUPS_SERVER must say."""

    folder: Path
    printer: str

    @property
    def address(self) -> str:
        return str(self.folder / "cups.sock")

    def printed(self, count: int = 1) -> list[Path]:
        """Wait for files that came out of the printer; the oldest first."""
        end = time.monotonic() + PATIENCE_S
        while True:
            files = sorted((self.folder / "out").glob("*.pdf"), key=lambda one: one.stat().st_mtime)
            if len(files) >= count and not self.waiting():
                return files
            if time.monotonic() > end:
                log = (self.folder / "log" / "error").read_text(errors="replace")
                message = f"{len(files)} of {count} papers came out of the printer:\n{log}"
                raise AssertionError(message)
            time.sleep(0.05)

    def waiting(self) -> str:
        """Return what the queue lists of jobs that are not done."""
        return self._ask("lpstat", "-o")

    def jobs(self) -> str:
        """Return what the server keeps about its jobs, read as bytes by anybody who may."""
        found = [path.read_bytes().decode("latin-1") for path in (self.folder / "spool").glob("c*")]
        return "\n".join(found)

    def _ask(self, name: str, *words: str) -> str:
        ended = subprocess.run(
            [program(name) or name, *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
            env={**os.environ, "CUPS_SERVER": self.address, "LC_ALL": "C"},
        )
        return ended.stdout


def text_of(pdf: Path) -> str:
    """Return a PDF's text."""
    ended = subprocess.run(
        [program("pdftotext") or "pdftotext", str(pdf), "-"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ended.stdout


@contextmanager
def print_server(printer: str = "") -> Iterator[PrintServer]:
    """Run a print server with one PDF printer, and take everything away afterwards."""
    # The socket's path must be short, so not pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="hms-cups-"))
    name = printer or f"Paper-{os.getpid()}-{time.monotonic_ns() % 10**6}"
    own = CONFIG / f"cups-pdf-{name}.conf"
    folder.chmod(0o755)
    for part in ("root/ppd", "spool/tmp", "cache", "state", "log", "out", "pdf"):
        (folder / part).mkdir(parents=True)
    server, files = folder / "root/cupsd.conf", folder / "root/cups-files.conf"
    server.write_text(_SERVER.format(folder=folder))
    files.write_text(_FILES.format(folder=folder))
    own.write_text(
        f"Out {folder}/out\nSpool {folder}/pdf\nAnonDirName {folder}/out\nLog {folder}/log\n"
        "Label 2\nUserUMask 0022\n"
    )
    running = subprocess.Popen([program("cupsd") or "cupsd", "-f", "-c", server, "-s", files])
    try:
        made = PrintServer(folder, name)
        _wait_for(Path(made.address))
        driver = str(DRIVERS / "CUPS-PDF_noopt.ppd")
        made._ask("lpadmin", "-p", name, "-E", "-v", f"cups-pdf:/{name}", "-P", driver)
        yield made
    finally:
        running.terminate()
        running.wait(PATIENCE_S)
        own.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(socket: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while not socket.exists():
        if time.monotonic() > end:
            message = "the print server did not start"
            raise AssertionError(message)
        time.sleep(0.02)
