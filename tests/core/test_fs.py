"""Files: written atomically, only where they should be, with clear errors."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.fs import real_path, replace_file


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    """The same umask on every machine."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_file_is_replaced_atomically_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)  # as long as a name may be
    replace_file(path, b"old")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o640)
    replace_file(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_a_planted_one_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to("there")
    replace_file(tmp_path / "link", b"1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"1"
    monkeypatch.setattr(os, "urandom", bytes)  # an attacker predicts the name
    (tmp_path / f".{bytes(8).hex()}").symlink_to("victim")
    (tmp_path / "victim").write_bytes(b"kept")
    with pytest.raises(SigndecoderError, match=r"out cannot be written \(File exists\). Give."):
        replace_file(tmp_path / "out", b"2")
    assert (tmp_path / "victim").read_bytes() == b"kept"


def test_a_device_and_a_pipe_are_written_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    replace_file(tmp_path / "null", b"1")
    assert not Path("/dev/null").is_file()
    if Path("/dev/fd").is_dir():
        reader, writer = os.pipe()
        replace_file(Path(f"/dev/fd/{writer}"), b"signs")
        os.close(writer)
        with open(reader, "rb") as pipe:
            assert pipe.read() == b"signs"


def test_an_unwritable_file_is_reported_by_the_name_that_the_user_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path)
    for name, said in (
        ("none/x", "none/x cannot be written (No such file or directory). Give another file."),
        ("folder", "folder cannot be written (Is a directory). Give another file."),
        ("circle", "circle is a link that leads in a circle. Give another file."),
        ("circle/x", "cannot be written (Too many levels of symbolic links). Give another file."),
        ("y" * 256, "cannot be written (File name too long). Give another file."),
        ("a\0b", "is not a valid file name. Check its name."),
    ):
        with pytest.raises(SigndecoderError) as error:
            replace_file(Path(name), b"")
        assert said in str(error.value)
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(SigndecoderError, match="x cannot be found, because the current folder"):
        real_path(Path("x"))
