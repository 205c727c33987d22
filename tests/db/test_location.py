from pathlib import Path

import pytest

from hms_desktop.db.engine import Database
from hms_desktop.db.location import check_location, file_system_of, normal_url
from hms_desktop.domain.errors import Unusable

pytestmark = pytest.mark.feature("NET-3")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_a_network_share_is_known_by_its_mount(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mounts"
    share = str(tmp_path / "my share").replace(" ", "\\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {share} {kind} rw 0 0\n")
    assert file_system_of(tmp_path / "my share" / "hms.db", mounts) == kind
    assert file_system_of(tmp_path / "my sharer" / "hms.db", mounts) == "ext4"


def test_a_database_on_a_share_is_refused_and_postgres_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hms_desktop.db.location.file_system_of", lambda _path: "nfs4")
    with pytest.raises(Unusable, match="Postgres"):
        check_location(normal_url(str(tmp_path / "hms.db")))


@pytest.mark.parametrize("text", ["nonsense://x", "sqlite://", "sqlite:///:memory:", "mysql://a/b"])
def test_an_address_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        normal_url(text)


def test_a_new_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "hms.db"
    Database(str(path)).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unusable, match="Choose another place"):
        Database(str(tmp_path / "file" / "hms.db"))
