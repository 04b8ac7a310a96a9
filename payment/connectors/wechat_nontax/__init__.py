"""WeChat's non-tax platform (微信非税): a payment method whose money goes to the unit's bank."""
