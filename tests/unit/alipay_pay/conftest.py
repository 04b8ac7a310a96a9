from tests.unit.alipay.fixtures import (  # noqa: F401 (pytest finds fixtures here)
    account,
    alipay_key,
    app_key,
    authority,
    clock,
    gateway,
    platform,
)
