"""The SDK's Flask example under gunicorn, four threads, with a commit for each callback."""

import os
import sqlite3
import sys
import threading
from pathlib import Path

from flask import Flask, Response, jsonify, request

from tests.benchmarks.material import PATH
from tests.benchmarks.servers.given import HAVE_IT, KEEP, SCHEMA, row, sdk

folder = Path(os.environ.get("BENCHMARK_FOLDER", "."))
app = Flask(__name__)
wechat_pay = sdk(folder) if __name__ != "__main__" else None
mine = threading.local()


def database() -> sqlite3.Connection:
    """A connection for each thread."""
    if not hasattr(mine, "database"):
        mine.database = sqlite3.connect(folder / "flask.db", timeout=30)
        for statement in SCHEMA:
            mine.database.execute(statement)
        mine.database.commit()
    kept: sqlite3.Connection = mine.database
    return kept


@app.post(PATH)
def notify() -> tuple[Response, int]:
    result = wechat_pay.callback(request.headers, request.data)
    if not result or result.get("event_type") != "TRANSACTION.SUCCESS":
        return jsonify({"code": "FAILED", "message": "失败"}), 500
    database().execute(KEEP, row(result))
    database().commit()
    return jsonify(HAVE_IT), 200


def gunicorn(port: str, given: str) -> None:
    os.environ["BENCHMARK_FOLDER"] = given
    options = ["--worker-class", "gthread", "--threads", "4", "--workers", "1"]
    where = ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", *options, *where]
    os.execv(sys.executable, [*command, "tests.benchmarks.servers.with_flask:app"])  # noqa: S606


if __name__ == "__main__":
    gunicorn(sys.argv[1], sys.argv[2])
