"""The citizen on the certification page: what my.startAPVerify plays, as control rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mock_platforms.alipay.books import Books
from mock_platforms.alipay.certifications import KEPT, Certification
from mock_platforms.alipay.refusals import Refused as PlatformRefused
from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.stage import Stage

_CERTIFIED, _FAILED, _CANCELLED = "9000", "4000", "6001"  # what the mini program is told
_USUAL_REASON = "Z1147"  # the one the documentation shows
_ANSWERS = '{"certify_id", "result_status"}'


def certify_rows(stage: Stage, books: Books) -> Sequence[ControlRoute]:
    console = CertifyConsole(stage, books)
    path = "/alipay/certifications/{certify_id}"
    return (
        ControlRoute(
            "POST", f"{path}/pass", console.show,
            "The citizen, on the page of the signed address, shows their face, and it fits.",
            answers=_ANSWERS,
        ),
        ControlRoute(
            "POST", f"{path}/fail", console.fail,
            "The face on the page is not the one of the identity number.",
            fields={"fail_reason?": f'{_USUAL_REASON} unless said; "": a query gives no reason'},
            answers=_ANSWERS,
        ),
        ControlRoute(
            "POST", f"{path}/cancel", console.walk_away,
            "The citizen leaves the page; it can be opened again.",
            answers=_ANSWERS,
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class CertifyConsole:
    stage: Stage
    books: Books

    def show(self, command: Command) -> dict[str, Any]:
        return self._finish(self._open(command), passed=True)

    def fail(self, command: Command) -> dict[str, Any]:
        reason = command.text("fail_reason", _USUAL_REASON)
        return self._finish(self._open(command), passed=False, fail_reason=reason)

    def walk_away(self, command: Command) -> dict[str, Any]:
        return _told(self._open(command), _CANCELLED)

    def _finish(
        self, before: Certification, *, passed: bool, fail_reason: str = ""
    ) -> dict[str, Any]:
        kept_until = self.stage.clock.now() + KEPT
        after = replace(before, passed=passed, fail_reason=fail_reason, expires_at=kept_until)
        self.books.certifications[after.certify_id] = after
        return _told(after, _CERTIFIED if passed else _FAILED)

    def _open(self, command: Command) -> Certification:
        """The certification whose page is before the citizen. Raises Refused."""
        certification = self.books.certifications.get(command.parts["certify_id"])
        if certification is None:
            raise Refused("no such certify_id", field="certify_id", status=404)
        if certification.finished:
            raise Refused("this certify_id has its result", field="certify_id", status=409)
        try:
            certification.check_alive(self.stage.clock.now())
        except PlatformRefused as refused:
            raise Refused(refused.sub_code, field="certify_id", status=409) from refused
        if not certification.opened:
            raise Refused("nobody has opened the signed page", field="certify_id", status=409)
        return certification


def _told(certification: Certification, result_status: str) -> dict[str, Any]:
    return {"certify_id": certification.certify_id, "result_status": result_status}
