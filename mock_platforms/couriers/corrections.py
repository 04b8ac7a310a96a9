"""The fault of couriers who put a scan's moment right after they have told it."""

from __future__ import annotations

from mock_platforms.couriers.parcels import EVERY_COURIER, Parcel, Parcels, Scan
from mock_platforms.faults import NOTICE, FaultKind
from mock_platforms.stage import Stage

SCANS = "couriers.scan"  # no call and no push: what happens to any parcel

LATE_CORRECTION = FaultKind(
    "late_correction",
    "A scan that was told is moved to an earlier moment later on, and told again.",
    NOTICE,
    frozenset({SCANS}),
    {"seconds": 3600.0, "earlier_s": 1800.0},
)


class Corrections:
    def __init__(self, stage: Stage, parcels: Parcels) -> None:
        self._stage, self._parcels = stage, parcels

    def begin(self) -> None:
        self._parcels.listen(EVERY_COURIER, self._heard)

    def _heard(self, parcel: Parcel, scan: Scan) -> None:
        if scan.corrected:
            return  # what was put right once is right
        numbers = (parcel.waybill, parcel.number)
        fault = self._stage.faults.take("couriers", LATE_CORRECTION.name, SCANS, numbers)
        if fault is None:
            return
        earlier_s: float = fault.parameters["earlier_s"]

        def put_right() -> None:
            if scan in parcel.scans:  # nobody else did so meanwhile
                self._parcels.correct(parcel, scan, earlier_s=earlier_s)

        seconds: float = fault.parameters["seconds"]
        self._stage.clock.after(seconds, put_right, f"{parcel.waybill} {scan.step} put right")
