"""The one command: `python -m tests.benchmarks [NAME …] [--rounds N]`."""

import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import version

import click

from tests.benchmarks import openssl
from tests.benchmarks.report import Finding, print_findings

# What is run, and with how many operations: different callbacks, requests, or documents.
BENCHMARKS: Mapping[str, int] = {
    "callback_function": 200,
    "signing": 200,
    "end_to_end": 6000,
    "middleware": 20_000,
    "flood": 20_000,
    "latency": 6000,
    "stores": 100_000,
    "parcels": 10_000,
    "rush": 20_000,
    "reconciling": 1_000_000,
    "whole_day": 100_000,
}
PEERS = ("aiohttp", "uvloop", "cryptography", "wechatpayv3", "python-alipay-sdk")

Benchmark = Callable[[int, int], Iterator[Finding]]


def benchmark(name: str) -> Benchmark:
    run: Benchmark = import_module(f"tests.benchmarks.{name}").run
    return run


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option("--rounds", default=5, show_default=True, help="Each gives one ratio.")
@click.option("--operations", help="Instead of each benchmark's own number.", type=int)
def main(names: tuple[str, ...], rounds: int, operations: int | None) -> None:
    """Measure against named references. Ends with 1 when an aim is missed."""
    peers = ", ".join(f"{peer} {version(peer)}" for peer in PEERS)
    print(f"Python {platform.python_version()}, {openssl.version()}\n{peers}")
    met = [
        print_findings(name, benchmark(name)(rounds, operations or BENCHMARKS[name]))
        for name in names or BENCHMARKS
    ]
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
