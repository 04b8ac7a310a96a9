"""A file is whole under its name, or not there; nobody's file is written over unasked."""

import pytest

from payment.exports.placing import folder_beside, put_in_place


def placed(path, content, *, over=False):
    with folder_beside(path) as folder:
        whole = folder / path.name
        whole.write_bytes(content)
        put_in_place(whole, path, over=over)


def test_a_file_is_there_alone_and_for_us_alone(tmp_path):
    path = tmp_path / "export.csv"
    placed(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_came_meanwhile_stays_as_it_is(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        placed(path, b"ours")
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_who_says_so_writes_over(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(b"older")
    placed(path, b"newer", over=True)
    assert path.read_bytes() == b"newer"


def test_what_breaks_off_leaves_nothing(tmp_path):
    def broken_off():
        with folder_beside(tmp_path / "export.csv") as folder:
            (folder / "x").write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert list(tmp_path.iterdir()) == []
