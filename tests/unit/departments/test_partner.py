"""Secrets are read once, named where they are wrong, and never shown or shared."""

from base64 import b64encode

import pytest

from adapters.departments.partner import own_secrets_each, read_partner


def secret(folder, name, byte):
    file = folder / f"{name}.txt"
    file.write_text("whsec_" + b64encode(bytes([byte]) * 32).decode() + "\n")
    return file


def partner(folder, code, ours, theirs):
    files = [secret(folder, f"{code}-{n}", byte) for n, byte in enumerate((*ours, *theirs))]
    return read_partner(code, "https://x.example", files[: len(ours)], files[len(ours) :])


def test_several_secrets_of_a_direction_are_held(tmp_path):
    found = partner(tmp_path, "a", [1, 2], [3, 4])

    assert (len(found.ours), len(found.theirs)) == (2, 2)
    own_secrets_each([found, partner(tmp_path, "b", [5], [6])])


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        (([1], [2]), ([3], [2]), "departments.b.call_secret_files"),
        (([1], [2]), ([2], [3]), "departments.b.secret_files"),
        (([1], [1]), ([2], [3]), "departments.a.call_secret_files"),
    ],
)
def test_a_secret_serves_one_department_in_one_direction(tmp_path, one, other, named):
    with pytest.raises(ValueError, match=named):
        own_secrets_each([partner(tmp_path, "a", *one), partner(tmp_path, "b", *other)])


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_MTIz", "topsecret"])
def test_what_is_no_secret_is_refused_without_being_shown(tmp_path, text):
    (file := tmp_path / "x.txt").write_text(text)

    with pytest.raises(ValueError, match=r"departments\.a\.secret_files") as refused:
        read_partner("a", "https://x.example", [file], [file])
    assert "topsecret" not in str(refused.value)
    assert "MTIz" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"secret_files: .*nowhere\.txt cannot be read"):
        read_partner("a", "https://x.example", [tmp_path / "nowhere.txt"], [])
