"""What an operator may see of refused callbacks."""

from datetime import datetime

from pydantic import BaseModel, Field

from channel_gateway.domain.errors import Invalid
from channel_gateway.service import Call, Job, Route, Table, Who
from channel_gateway.web.refused.keeping import SHOWN, RefusedCallbacks


class RefusedCallbackView(BaseModel):
    callback: str = Field(examples=["sf_routes"])
    at: datetime
    code: str = Field(description="what was wrong")
    status: int = Field(description="how it was answered")
    size: int = Field(description="of the whole body, in bytes")
    body: str = Field(
        description="its shape: decoded, what people may be in as its length, cut at 2 KB"
    )


class RefusedCallbacksView(BaseModel):
    callbacks: list[RefusedCallbackView] = Field(description=f"the newest first, at most {SHOWN}")


def build(table: Table, refused: RefusedCallbacks) -> None:
    """Add the rows. Callbacks may be added before or after."""

    async def show(call: Call) -> RefusedCallbacksView:
        kept = [row.name for row in table.callbacks if row.keeps_refused]
        wanted = call.query.get("callback")
        if wanted is not None and wanted not in kept:
            raise Invalid("of no such callback anything is kept", field="query.callback")
        found = await refused.newest(
            kept if wanted is None else [wanted], call.query.get("code", "")
        )
        return RefusedCallbacksView(
            callbacks=[
                RefusedCallbackView(
                    callback=each.callback,
                    at=each.at,
                    code=each.code,
                    status=each.status,
                    size=each.size,
                    body=body,
                )
                for each, body in found
            ]
        )

    table.routes.append(
        Route(
            "GET",
            "/operator/refused-callbacks",
            show,
            "Look at what was wrong with callbacks we refused",
            answer=RefusedCallbacksView,
            who=Who.OPERATOR,
            query=("callback", "code"),
        )
    )
    table.jobs.append(
        Job("purge-refused-callbacks", 3600, refused.purge, "Forget refused callbacks of a month.")
    )
