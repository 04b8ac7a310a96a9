"""What Alipay's console and business contact tell a city of its messages. Pure data."""

from mock_platforms.alipay.city_methods import APP_CODE, CITY_CODE, INDUSTRY_TYPE, TARGET_URL
from mock_platforms.alipay.gateway_messages import SUBSCRIPTION
from mock_platforms.alipay.order_methods import INDUSTRY_ID, SCENE_TYPE, STATUSES
from mock_platforms.alipay.phones import NOT_SUBSCRIBED

HANDED_OUT = {
    "landing_page": "pages/index/index",
    "not_subscribed_codes": [NOT_SUBSCRIBED],
    "subscription_messages": [SUBSCRIPTION],
    "city_app_code": APP_CODE,
    "city_code": CITY_CODE,
    "city_industry_type": INDUSTRY_TYPE,
    "city_target_url": TARGET_URL,
    "order_industry_id": INDUSTRY_ID,
    "order_scene_type": SCENE_TYPE,
    "order_statuses": STATUSES,
}
