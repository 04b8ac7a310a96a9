"""A stand-in of Samplebank: strict, stateful, on the moved clock, sharing nothing."""

from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from tests.sample_channel.mock_platforms.samplebank.calls import Calls
from tests.sample_channel.mock_platforms.samplebank.citizen import control_rows
from tests.sample_channel.mock_platforms.samplebank.signing import MERCHANT, Gate
from tests.sample_channel.mock_platforms.samplebank.telling import FAULTS, PAYMENT, REFUND, Teller


def build(stage: Stage) -> StandIn:
    gate = Gate(stage, "samplebank")
    calls = Calls(stage, Teller(stage, gate))
    return StandIn(
        name=gate.name,
        routes=[
            Route("POST", path, gate.guard(answer), path.removeprefix("/v1/").replace("/", "."))
            for path, answer in calls.rows().items()
        ],
        describe=lambda base_url: {
            "base_url": base_url,
            "app_id": gate.app_id,
            "merchant_id": MERCHANT,
            "app_key_file": str(stage.keys.path(f"{gate.name}_app.pem")),
            "platform_key_file": str(stage.keys.path(f"{gate.name}_platform_public.pem")),
        },
        control=control_rows(stage, gate, calls),
        notices=(PAYMENT, REFUND),
        faults=FAULTS,
    )
