"""The connector's section of the settings: an Alipay application, and the merchant behind it."""

from adapters.alipay.settings import ApplicationSettings


class Settings(ApplicationSettings):
    """What `ApplicationSettings` asks for, and whom the money goes to."""

    seller_id: str  # 2088…: whom every payment must name as its payee
    channel: str = "alipay"  # whose citizens pay with it
