"""Plug-ins are found in the module that the settings name, or in its `plugin`."""

import subprocess
import sys
from typing import Any

import pytest

from channel_gateway.plugins import brought_commands, load_plugins
from channel_gateway.settings import Settings, WrongSettings


def given(**plugins: dict[str, Any]) -> Settings:
    return Settings.model_validate({"plugins": plugins})


def test_a_package_may_have_its_plug_in_in_a_module_of_its_own() -> None:
    [loaded] = load_plugins(given(calendar={"module": "channel_gateway.services.calendar"}))
    brought = brought_commands(given(payment={"module": "payment"}))

    assert loaded.build.__module__ == "channel_gateway.services.calendar"
    assert {"reconcile", "report", "cases", "close"} <= brought.keys()


def test_what_a_plug_in_cannot_import_is_told() -> None:
    with pytest.raises(WrongSettings, match=r"plugins\.bank\.module: No module named 'nowhere'"):
        load_plugins(given(bank={"module": "nowhere"}))


def test_a_package_without_a_plug_in_is_told() -> None:
    with pytest.raises(WrongSettings, match="has no Settings and build"):
        load_plugins(given(bank={"module": "payment.reconciliation.matching"}))


def test_importing_payment_loads_none_of_its_rooms() -> None:
    code = "import sys, payment; print(*(each for each in sys.modules if 'payment.' in each))"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert printed.stdout.split() == []
