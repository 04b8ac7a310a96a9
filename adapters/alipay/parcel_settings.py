"""The section of the channel: an application, and what Alipay's contact gave for its parcels."""

from pydantic import Field

from adapters.alipay.order_centre import LOGISTICS_CODES, STATUSES, ParcelTemplate
from adapters.alipay.settings import ApplicationSettings
from channel_gateway.domain.parcels import Stage


class ParcelSettings(ApplicationSettings):
    parcel_biz_type: str | None = Field(
        default=None,
        description="the order centre's template of parcels; without it Alipay is told of none",
    )
    parcel_statuses: dict[Stage, str] = Field(
        default_factory=dict, description="the template's states, over those of Alipay's own one"
    )
    parcel_couriers: dict[str, str] = Field(
        default_factory=dict, description="Alipay's names of couriers, over the usual ones"
    )

    def parcel_template(self) -> ParcelTemplate | None:
        """None: parcels are not shown."""
        if self.parcel_biz_type is None:
            return None
        return ParcelTemplate(
            self.parcel_biz_type,
            STATUSES | self.parcel_statuses,
            LOGISTICS_CODES | self.parcel_couriers,
        )
