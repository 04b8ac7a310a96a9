"""The citizen before the camera: control rows of face verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.wechat.faces import ANOTHER_FACE, FAILURES, NOT_DONE, PASSED, Session
from mock_platforms.wechat.platform import OpenPlatform

_ANSWERS = '{"verify_ret", "says"}'


@dataclass(frozen=True, slots=True)
class FaceConsole:
    platform: OpenPlatform

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                "/wechat/face/{verify_id}/pass",
                self.show,
                "The citizen shows their face in wx.requestFacialVerify, and it fits.",
                {"openid?": "who holds the phone; the session's own citizen unless said"},
                _ANSWERS,
            ),
            ControlRoute(
                "POST",
                "/wechat/face/{verify_id}/fail",
                self.fail,
                "The attempt fails: unless said otherwise, the face is not that person's.",
                {"verify_ret?": f"{ANOTHER_FACE} unless said; 90004: the citizen cancels"},
                _ANSWERS,
            ),
        ]

    def show(self, command: Command) -> dict[str, Any]:
        session = self._open(command)
        if command.text("openid", session.openid) != session.openid:
            raise Refused("wx.requestFacialVerify works for the session's own citizen only",
                          field="openid", status=409)  # fmt: skip
        return self._finish(session, PASSED)

    def fail(self, command: Command) -> dict[str, Any]:
        session, verify_ret = self._open(command), command.integer("verify_ret", ANOTHER_FACE)
        if verify_ret not in FAILURES:
            raise Refused("no attempt fails with this number", field="verify_ret")
        return self._finish(session, verify_ret)

    def _finish(self, session: Session, verify_ret: int) -> dict[str, Any]:
        self.platform.faces.finish(session, verify_ret)
        return {"verify_ret": verify_ret, "says": FAILURES.get(verify_ret, "识别成功")}

    def _open(self, command: Command) -> Session:
        session = self.platform.faces.sessions.get(command.parts["verify_id"])
        if session is None:
            raise Refused("no such verify_id", field="verify_id", status=404)
        if session.verify_ret != NOT_DONE:
            raise Refused("this verify_id has its result", field="verify_id", status=409)
        if self.platform.stage.clock.now() >= session.ends:
            raise Refused("this verify_id has expired", field="verify_id", status=409)
        return session
