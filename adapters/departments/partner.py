"""A department we speak with: its address, and the secrets of both directions, read once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from channel_gateway.sections import read_text
from channel_gateway.standard_webhooks import Secret


@dataclass(frozen=True, slots=True)
class Partner:
    code: str
    url: str
    ours: tuple[Secret, ...]  # with all of them we sign
    theirs: tuple[Secret, ...]  # any of them may have signed


def read_partner(
    code: str, url: str, secret_files: Sequence[Path], call_secret_files: Sequence[Path]
) -> Partner:
    """Raises `ValueError`, naming the setting."""
    where = f"departments.{code}"
    return Partner(
        code,
        url,
        tuple(_secret(f"{where}.secret_files", file) for file in secret_files),
        tuple(_secret(f"{where}.call_secret_files", file) for file in call_secret_files),
    )


def own_secrets_each(partners: Iterable[Partner]) -> None:
    """Raises `ValueError` when a secret is in two places.

    A department could then speak for another one, or hand our own words back to us as its own.
    """
    found: dict[Secret, str] = {}
    for partner in partners:
        for direction, secrets in (("secret", partner.ours), ("call_secret", partner.theirs)):
            where = f"departments.{partner.code}.{direction}_files"
            for secret in secrets:
                if secret in found:
                    raise ValueError(f"{where}: holds a secret of {found[secret]} too")
                found[secret] = where


def _secret(setting: str, file: Path) -> Secret:
    try:
        return Secret.parse(read_text(setting, file))
    except ValueError as wrong:
        named = str(wrong).startswith(setting)
        raise ValueError(str(wrong) if named else f"{setting}: {file}: {wrong}") from None
