"""Servers under load, each a process of its own: ours, bare aiohttp, and others' wirings.

`python -m tests.benchmarks.servers.NAME PORT FOLDER`; the folder holds the keys and the database.
"""
