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


def read_secret(text: SecretStr | None, file: Path | None) -> str:
    """The secret itself; empty when neither is given. Raises `OSError`, `ValueError`."""
    if text is not None:
        return text.get_secret_value()
    return file.read_text() if file is not None else ""
