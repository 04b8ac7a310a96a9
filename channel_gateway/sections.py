"""A section of the settings: strict, silent about values, each secret a text or a file."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr


class Section(BaseModel):
    """An unknown key is an error; no error shows a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def need_secret(name: str, text: SecretStr | None, file: Path | None) -> None:
    """Raises `ValueError` unless the secret is given once: as a text or as a file."""
    if (text is None) == (file is None):
        raise ValueError(f"give either {name} or {name}_file")


def read_secret(name: str, text: SecretStr | None, file: Path | None) -> tuple[str, str]:
    """The setting that gives the secret, and the secret itself; empty when none does.

    Raises `ValueError`.
    """
    if text is not None:
        return name, text.get_secret_value()
    setting = f"{name}_file"
    return setting, read_text(setting, file) if file is not None else ""


def read_text(setting: str, file: Path) -> str:
    """The text of a file that a setting names. Raises `ValueError`, naming the setting."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{setting}: {file} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{setting}: {file} is no text file") from error
