"""The page at /docs in a real browser that can reach this machine and nothing else."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ALONE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


async def browse(folder: Path, *words: str) -> bytes:
    if CHROMIUM is None:
        if "CI" in os.environ:
            pytest.fail("CI has no browser: requirements/system installs one")
        pytest.skip("no chromium here; requirements/system installs it where it may")
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *ALONE,
        f"--user-data-dir={folder / 'profile'}",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 90)
    return out


async def test_the_page_shows_every_route_in_a_browser_without_a_network(
    client: TestClient, tmp_path: Path
) -> None:
    url = str(client.make_url("/docs"))
    described = await (await client.get("/openapi.json")).json()

    page = (await browse(tmp_path, "--dump-dom", url)).decode()

    assert "<h1>" in page
    assert all(path in page for path in described["paths"])


async def test_the_page_can_be_seen_on_a_phone(client: TestClient, tmp_path: Path) -> None:
    shot = tmp_path / "docs.png"

    await browse(
        tmp_path,
        "--window-size=390,844",
        f"--screenshot={shot}",
        str(client.make_url("/docs")),
    )

    assert shot.read_bytes().startswith(b"\x89PNG")
    assert shot.stat().st_size > 20_000  # an empty page is a tenth of it
