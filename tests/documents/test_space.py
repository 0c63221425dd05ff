"""Before the disk is full files wait, then all writing; reading goes on."""

import pytest

from tinhso.documents import actions, queries
from tinhso.documents.providers import space
from tinhso.documents.types import StorageAlmostFull, StorageLevel

EMPTY, FULL = 100.0, 0.0001  # watermarks that no disk, and every disk, has passed


@pytest.fixture(autouse=True)
def _this_disk(settings, tmp_path):
    settings.TINHSO_DISKS = [tmp_path]
    settings.TINHSO_UPLOADS_UNTIL_PERCENT = settings.TINHSO_WRITES_UNTIL_PERCENT = EMPTY


@pytest.fixture
def no_files(settings):
    settings.TINHSO_UPLOADS_UNTIL_PERCENT = FULL


def test_the_level_follows_the_watermarks(settings):
    assert queries.storage_level() is StorageLevel.ALL
    settings.TINHSO_UPLOADS_UNTIL_PERCENT = FULL
    assert queries.storage_level() is StorageLevel.NO_FILES
    settings.TINHSO_WRITES_UNTIL_PERCENT = FULL
    assert queries.storage_level() is StorageLevel.READ_ONLY


def test_the_fullest_disk_counts_and_a_missing_folder_does_not(tmp_path):
    assert space.used([tmp_path / "nowhere"]) == 0
    assert space.used([tmp_path / "nowhere", tmp_path]) == space.used([tmp_path]) > 0


def test_the_file_system_is_not_asked_oftener_than_it_changes(tmp_path, monkeypatch):
    asked = []
    statvfs = space.os.statvfs
    monkeypatch.setattr(space.os, "statvfs", lambda f: asked.append(f) or statvfs(f))

    for _ in range(1000):
        space.used([tmp_path])

    assert len(asked) <= 3


def test_files_wait_and_what_the_platform_writes_does_not(
    no_files, upload, citizen, now
):
    with pytest.raises(StorageAlmostFull, match="tạm ngừng nhận tệp"):
        upload(citizen)

    kept = actions.files.keep_own_pdf(
        pdf=b"%PDF-", name="x", owner_id=None, organization_id=None, at=now
    )
    assert kept.size == 5
