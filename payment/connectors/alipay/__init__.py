"""Alipay (支付宝): a payment method for citizens who come from Alipay."""
