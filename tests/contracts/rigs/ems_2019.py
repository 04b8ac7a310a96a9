"""EMS of 2019: it is asked, and tells nothing by itself."""

from tests.contracts.rig import CourierRig

COURIER = CourierRig(
    plugin="post",
    table={"module": "adapters.couriers.ems_2019", "from": "couriers/ems_2019"},
    operations={
        "trace": "ems_2019.traces",
        "place": "ems_2019.order",
        "cancel": "ems_2019.cancel",
    },
)
