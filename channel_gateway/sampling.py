"""Log lines that anybody can cause, thinned: one a second of each kind, with how many were not.

Whoever floods a callback with forgeries is answered and counted (`gateway_callbacks`) each time;
the log would only fill a disk with them.
"""

import logging

# A callback's own line about what it refuses.
_OF_STRANGERS = frozenset({"callback_refused", "message_refused", "push_refused"})
_KIND = ("action", "courier", "channel", "payment_method", "code")  # ours, so there are few


class Sampling:
    """Not safe by itself for several threads: a handler of `logging` calls it under its lock."""

    def __init__(self) -> None:
        self._written: dict[tuple[object, ...], float] = {}
        self._left_out: dict[tuple[object, ...], int] = {}

    def left_out(self, record: logging.LogRecord) -> int | None:
        """How many of its kind were left out since the last one; None: so is this one."""
        fields = vars(record)
        if fields.get("action") not in _OF_STRANGERS:
            return 0
        kind = (record.name, *(fields.get(name) for name in _KIND))
        before = self._written.get(kind)
        if before is not None and 0 <= record.created - before < 1:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return None
        self._written[kind] = record.created
        return self._left_out.pop(kind, 0)
