"""An answer that is no JSON: sent as it writes itself, and described by its media type."""

from typing import ClassVar

from channel_gateway.service import Route, Who, Written
from channel_gateway.web.openapi import describe


class Letter(Written):
    media_type: ClassVar[str] = "text/csv; charset=utf-8"

    words: str

    def written(self):
        return f"\ufeff{self.words}\r\n".encode()


async def letter(call):
    return Letter(words="满意,5")


async def test_an_answer_writes_itself_over_a_socket(connect, table, edge):
    table.routes.append(Route("GET", "/letter.csv", letter, "L.", answer=Letter, who=Who.ANYONE))
    client = await connect(table, edge)

    answer = await client.get("/v1/letter.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert await answer.read() == "\ufeff满意,5\r\n".encode()
    said = describe(table)["paths"]["/v1/letter.csv"]["get"]["responses"]["200"]["content"]
    assert said == {"text/csv; charset=utf-8": {"schema": {"type": "string"}}}
    assert "/v1/letter.csv" in await (await client.get("/docs")).text()
