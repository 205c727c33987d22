"""The sealed file: whatever is done to it is found and called by its name."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hms_desktop.db.backup import folder as backup_folder
from hms_desktop.db.backup import keys, making, proving, sealed
from hms_desktop.db.engine import Database
from hms_desktop.domain.backup_flaws import Flaw, Unfit
from hms_desktop.domain.backups import Proof
from hms_desktop.domain.errors import Invalid, Unusable
from tests.db.backup_drill import KEY, NOW, contents, make, opener, order
from tests.support.seed import Clinic

pytestmark = pytest.mark.feature("JOB-9")
FRAME = 4_096


@pytest.fixture
def filled(sqlite_url: str) -> str:
    database = Database(sqlite_url, clock=lambda: NOW)
    Clinic(database).book()
    database.close()
    return sqlite_url


@pytest.fixture
def backup(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of many small frames."""
    monkeypatch.setattr(sealed, "FRAME", FRAME)
    return Path(make(filled, tmp_path / "backups").file.path)


def read(path: Path, find: Callable[[str], keys.OpeningKey | None] = opener) -> bytes:
    """Read a backup to its end, every frame proved."""
    with proving.reading(path) as reader:
        found = proving.pieces(path, reader, reader.content_key(find), lambda _d, _t: None)
        return b"".join(found)


def flaw(path: Path, find: Callable[[str], keys.OpeningKey | None] = opener) -> Flaw:
    with pytest.raises(Unfit) as refused:
        read(path, find)
    return refused.value.flaw


def frames(data: bytes) -> tuple[bytes, list[bytes]]:
    """Cut a file into what stands before the frames, and the frames."""
    length = int.from_bytes(data[len(sealed.MAGIC) :][:4], "big")
    at = len(sealed.MAGIC) + 4 + length + 32
    head, found = data[:at], []
    while at < len(data):
        size = 5 + int.from_bytes(data[at + 1 : at + 5], "big")
        found.append(data[at : at + size])
        at += size
    return head, found


@pytest.mark.parametrize("with_manifest", [True, False])
def test_two_hundred_random_damages_are_all_found_and_named(
    backup: Path, with_manifest: bool
) -> None:
    whole = backup.read_bytes()
    good = read(backup)
    assert good.startswith(b"SQLite format 3")
    if not with_manifest:
        making.manifest_of(backup).unlink()
    rng = random.Random(20261123)
    for _ in range(100):
        broken = bytearray(whole)
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
        backup.write_bytes(broken)
        found = flaw(backup)
        # Without its manifest, a file whose first letters are wrong could be anything.
        others = {Flaw.DAMAGED} if with_manifest else {Flaw.DAMAGED, Flaw.FOREIGN, Flaw.TRUNCATED}
        assert found in others
        backup.write_bytes(whole[: rng.randrange(1, len(whole))])
        assert flaw(backup) is Flaw.TRUNCATED
    backup.write_bytes(whole)
    assert read(backup) == good


def test_frames_that_are_swapped_doubled_left_out_or_from_another_file_are_found(
    backup: Path, filled: str, tmp_path: Path
) -> None:
    head, parts = frames(backup.read_bytes())
    assert len(parts) > 4
    others = frames(Path(make(filled, tmp_path / "more").file.path).read_bytes())[1]
    changed = {
        "swapped": [parts[1], parts[0], *parts[2:]],
        "doubled": [parts[0], parts[0], *parts[1:]],
        "left out": [*parts[:2], *parts[3:]],
        "the last one alone": [parts[-1]],
        "another file's": [others[0], *parts[1:]],
        "something behind the end": [*parts, b"x"],
        "the end twice": [*parts, parts[-1]],
    }
    for what, frames_now in changed.items():
        backup.write_bytes(head + b"".join(frames_now))
        assert flaw(backup) in {Flaw.DAMAGED, Flaw.TRUNCATED}, what
    # Cut exactly between two frames: every frame that is left is good.
    backup.write_bytes(head + b"".join(parts[:-1]))
    assert flaw(backup) is Flaw.TRUNCATED


def test_other_files_other_keys_and_newer_programs_are_told_apart(
    backup: Path, tmp_path: Path
) -> None:
    stranger = tmp_path / "photo.hmsbackup"
    stranger.write_bytes(b"\x89PNG and so on" * 40)
    assert flaw(stranger) is Flaw.FOREIGN
    stranger.write_bytes(b"HMSBACKUP2\n" + b"x" * 400)
    assert flaw(stranger) is Flaw.NEWER
    stranger.write_bytes(b"")
    assert flaw(stranger) is Flaw.FOREIGN
    assert flaw(backup, lambda _number: None) is Flaw.NO_KEY
    assert flaw(backup, lambda _number: keys.OpeningKey.new()) is Flaw.WRONG_KEY
    # A head that was exchanged for another one, its checksum right: the frames do not fit it.
    data = backup.read_bytes()
    head, parts = frames(data)
    inner = json.loads(head[len(sealed.MAGIC) + 4 : -32])
    inner["backup"]["hospital"] = "Elsewhere"
    seal = sealed.Seal(json.dumps(inner, sort_keys=True).encode(), b"\0" * 32)
    stream = io.BytesIO()
    sealed.SealedWriter(stream, seal)
    backup.write_bytes(stream.getvalue() + b"".join(parts))
    assert flaw(backup) is Flaw.DAMAGED


def test_a_manifest_that_tells_of_another_file_is_found(backup: Path) -> None:
    manifest = making.manifest_of(backup)
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "sha256": "0" * 64}))
    assert flaw(backup) is Flaw.DAMAGED
    manifest.write_text("{")
    assert read(backup)


def test_a_recovery_key_is_read_as_people_type_it() -> None:
    key = keys.OpeningKey.new()
    typed = key.text.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert keys.OpeningKey.typed(f"  {typed} ") == key
    first = key.text[0]
    other = next(char for char in keys.ALPHABET if char != first)
    with pytest.raises(Invalid, match="A letter of this recovery key is wrong"):
        keys.OpeningKey.typed(other + key.text[1:])
    for nonsense in ("", "lantern", key.text[:-1], key.text + "A", "\0" * 99, "ß" * 56):
        with pytest.raises(Invalid, match="not a recovery key"):
            keys.OpeningKey.typed(nonsense)


def test_nothing_of_a_patient_is_readable_in_the_file(backup: Path, filled: str) -> None:
    data = backup.read_bytes() + making.manifest_of(backup).read_bytes()
    assert b"Patient 1" not in data
    assert b"City Care" in data, "whose it is may be read by everybody"
    assert contents(filled).counts["patient"] == 3


# ------------------------------------------------------------------------------------- faults
def full_after(limit: int) -> Callable[[sealed.SealedWriter, bytes], None]:
    def put(writer: sealed.SealedWriter, data: bytes) -> None:
        if writer.bytes + len(data) > limit:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(writer, data)

    real = sealed.SealedWriter._put
    return put


@pytest.mark.parametrize("limit", [0, 5_000, 20_000])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(sealed, "FRAME", FRAME)
    place = tmp_path / "backups"
    kept = make(filled, place).file.path
    before = contents(filled)
    with monkeypatch.context() as faulty:
        faulty.setattr(sealed.SealedWriter, "_put", full_after(limit))
        with pytest.raises(Unusable, match=r"No space left on device.*earlier ones are kept"):
            make(filled, place)
    assert sorted(one.name for one in place.iterdir()) == sorted(
        (Path(kept).name, making.manifest_of(Path(kept)).name)
    )
    assert read(Path(kept))
    assert contents(filled) == before
    assert not list(tmp_path.glob(".*.snapshot"))


def test_a_folder_that_cannot_be_and_one_with_every_sign(filled: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unusable, match="could not be written"):
        make(filled, tmp_path / "file" / "deep")
    odd = tmp_path / "Sicherung für's «Büro» 100% ?&#; दिल्ली" / "new"
    path = Path(make(filled, odd).file.path)
    assert path.parent == odd
    assert proving.prove(path, opener, tmp_path, None) is Proof.RESTORED
    assert [one.path for one in backup_folder.files_in(odd)] == [str(path)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_stopped_backup_leaves_nothing(filled: str, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done:
            raise StopError

    database = Database(filled)
    with pytest.raises(StopError):
        making.make(database, tmp_path / "backups", order(), stop)
    database.close()
    assert list((tmp_path / "backups").iterdir()) == []
    assert not list(tmp_path.glob(".*.snapshot"))


def test_what_killed_programs_left_goes_and_other_files_stay(filled: str, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    kept = make(filled, place).file.path
    strays = [place / ".old.hmsbackup.part", tmp_path / ".hospital.sqlite.1-a.snapshot"]
    others = [place / "holiday.jpg", place / ".hidden", place / "notes.hmsbackup"]
    for one in (*strays, *others):
        one.write_bytes(b"something else")
        os.utime(one, (0, 0))
    (place / ".young.hmsbackup.part").write_bytes(b"being written")
    backup_folder.sweep(place, tmp_path)
    assert not any(one.exists() for one in strays)
    assert all(one.exists() for one in others)
    assert (place / ".young.hmsbackup.part").exists()
    assert [one.path for one in backup_folder.files_in(place)] == [kept]


@contextmanager
def memory() -> Iterator[list[int]]:
    found: list[int] = []
    tracemalloc.start()
    try:
        yield found
    finally:
        found.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


def test_a_large_file_takes_the_memory_of_a_few_frames(tmp_path: Path) -> None:
    """64 MB of empty pages, packed to a thousandth, are sealed and read piece by piece."""
    plain = tmp_path / "large"
    plain.write_bytes(bytes(64 * sealed.FRAME))
    with memory() as found:
        head = order_head(64 * sealed.FRAME)
        made = making._write(
            tmp_path, head, KEY.locking, making._packed(plain, head.size, lambda _d, _t: None)
        )
        path = Path(made.file.path)
        with proving.reading(path) as reader:
            total = sum(
                len(piece)
                for piece in proving.pieces(
                    path, reader, reader.content_key(opener), lambda _d, _t: None
                )
            )
    assert total == 64 * sealed.FRAME
    assert found[0] < 16 * sealed.FRAME


def order_head(size: int) -> proving.BackupHead:
    return proving.BackupHead("f" * 32, "manual", "sqlite", "0001", "1", NOW, "City Care", "p",
                              {}, {}, size, "zlib")  # fmt: skip
