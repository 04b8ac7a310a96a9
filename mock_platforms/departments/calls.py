"""The department calls the gateway: signed, or spoiled in one way, and the answer looked at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_platforms.departments.department import Department
from mock_platforms.departments.signing import Doubtful, check
from mock_platforms.departments.spoiling import SPOILS, Draft
from mock_platforms.stage import Stage
from mock_platforms.wire import Outgoing, Response, Unreachable

TIMEOUT_S = 15.0


@dataclass(frozen=True)
class Call:
    """What a department wants of the gateway; sent again, it is the same."""

    id: str
    url: str
    body: bytes


class Caller:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def call(
        self, to: str, department: Department, kind: str, data: Mapping[str, Any], named: str
    ) -> Call:
        """`named` is the id the caller wants; when it is empty, chance names the call."""
        url = f"{to.rstrip('/')}/callbacks/departments/{department.code}"
        now = self.stage.signing_now().isoformat(timespec="seconds")
        content = {"type": kind, "timestamp": now, "data": data}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return Call(named or self.stage.randomness.uuid(), url, body)

    async def send(self, department: Department, call: Call, spoil: str = "") -> dict[str, Any]:
        """Send a call once; tell what came back, and whether that was signed as its answer."""
        secrets = tuple(department.own.secrets())
        draft = Draft(call.id, self.stage.signing_now(), call.body, secrets)
        headers, body = SPOILS.get(spoil, Draft.signed)(draft)
        try:
            response = await self.stage.deliveries.ask(
                Outgoing("POST", call.url, headers, body, TIMEOUT_S)
            )
        except Unreachable as error:
            return {"id": call.id, "status": None, "answer": str(error), "signed": False}
        why = self._doubts(department, call, response)
        told = {"id": call.id, "status": response.status, "answer": _read(response)}
        return {**told, "signed": False, "why": why} if why else {**told, "signed": True}

    def _doubts(self, department: Department, call: Call, response: Response) -> str:
        """Why an answer is not believed; empty when it is."""
        secrets = department.theirs.secrets()
        try:
            answered = check(response.headers, response.body, secrets, self.stage.signing_now())
        except Doubtful as why:
            return str(why)
        return "" if answered == call.id else "it answers another call"


def _read(response: Response) -> Any:
    try:
        return json.loads(response.body)
    except ValueError:
        return response.body.decode(errors="replace")
