"""`openssl speed`, the limit that no callback or request can beat: RSA-2048 on this core, now."""

import subprocess

from tests.benchmarks.pairing import Round

COMMAND = ["openssl", "speed", "-mr", "-seconds", "1", "rsa2048"]
VERIFY, SIGN = "openssl verify", "openssl sign"


def speed() -> Round:
    """Signatures and verifications in a second of CPU time."""
    printed = subprocess.run(COMMAND, capture_output=True, text=True, check=True).stdout
    result = next(line for line in printed.splitlines() if line.startswith("+F2:"))
    signs, verifies = map(float, result.split(":")[3:5])
    return {SIGN: signs, VERIFY: verifies}


def version() -> str:
    return subprocess.run(
        ["openssl", "version"], capture_output=True, text=True, check=True
    ).stdout.strip()
