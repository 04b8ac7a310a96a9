"""The movements of WeChat Pay's trade bills."""

from collections.abc import Iterator
from pathlib import Path

from payment.reconciliation.entries import Entry


def entries(content: Path) -> Iterator[Entry]:
    raise NotImplementedError(content.name)
