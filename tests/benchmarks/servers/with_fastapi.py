"""The SDK's FastAPI example under uvicorn, with aiosqlite and a commit for each callback."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import uvicorn
from fastapi import FastAPI, HTTPException, Request

from tests.benchmarks.material import PATH
from tests.benchmarks.servers.given import HAVE_IT, KEEP, SCHEMA, row, sdk

wechat_pay = sdk(Path(sys.argv[2]))


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with aiosqlite.connect(Path(sys.argv[2]) / "fastapi.db") as database:
        for statement in SCHEMA:
            await database.execute(statement)
        await database.commit()
        app.state.database = database
        yield


app = FastAPI(lifespan=lifespan)


@app.post(PATH)
async def notify(request: Request) -> dict[str, str]:
    result = wechat_pay.callback(request.headers, await request.body())
    if not result or result.get("event_type") != "TRANSACTION.SUCCESS":
        raise HTTPException(500, json.dumps({"code": "FAILED", "message": "失败"}))
    await app.state.database.execute(KEEP, row(result))
    await app.state.database.commit()
    return HAVE_IT


if __name__ == "__main__":
    # No access log, which flatters it: ours writes a line for each request.
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="error")
