"""WeChat Pay (微信支付, APIv3): a payment method for citizens who come from WeChat."""
