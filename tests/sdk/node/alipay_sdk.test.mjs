// npm alipay-sdk, unmodified, against Alipay's stand-in: keys, certificates, encrypted content.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { AlipaySdk } from 'alipay-sdk';

import { read, receive, serve } from './stand_ins.mjs';

const SUBJECT = '行政 费+100%测试';
let standIns, merchant, facts;

before(async () => {
  standIns = await serve();
  facts = standIns.platforms.alipay;
});
beforeEach(async () => {
  await standIns.command('POST', '/reset');
  merchant = await receive();
});
afterEach(() => merchant.end());
after(() => standIns.end());

const withKeys = () => new AlipaySdk({
  appId: facts.app_id,
  privateKey: read(facts.app_key_file),
  keyType: 'PKCS8',
  alipayPublicKey: read(facts.alipay_public_key_file),
  encryptKey: facts.aes_key,
  gateway: facts.gateway_url,
});
const withCertificates = () => new AlipaySdk({
  appId: facts.cert_app.app_id,
  privateKey: read(facts.cert_app.app_key_file),
  keyType: 'PKCS8',
  appCertPath: facts.cert_app.app_cert_file,
  alipayPublicCertPath: facts.cert_app.alipay_cert_file,
  alipayRootCertPath: facts.cert_app.alipay_root_cert_file,
  gateway: facts.gateway_url,
});
const MODES = {
  keys: [withKeys, false],
  certificates: [withCertificates, false],
  'keys, content encrypted': [withKeys, true],
};

for (const [mode, [build, needEncrypt]] of Object.entries(MODES)) {
  test(`a fee is paid, told and refunded: ${mode}`, async () => {
    const sdk = build();
    // The SDK cuts a signed text out at its braces, and encrypted content has none.
    const checked = { validateSign: !needEncrypt };
    const call = (method, bizContent) => sdk.exec(
      method, { notify_url: merchant.url, bizContent, needEncrypt }, checked,
    );
    const citizen = await standIns.command('POST', '/alipay/auth-codes', {
      app_id: sdk.config.appId,
    });
    const token = await sdk.exec('alipay.system.oauth.token', {
      grantType: 'authorization_code', code: citizen.auth_code,
    }, { validateSign: true });
    assert.equal(token.openId, citizen.open_id);

    const created = await call('alipay.trade.create', {
      out_trade_no: 'FEE_2026_0001',
      total_amount: '80.00',
      subject: SUBJECT,
      product_code: 'JSAPI_PAY',
      buyer_open_id: citizen.open_id,
      op_app_id: sdk.config.appId,
    });
    await standIns.command('POST', '/alipay/trades/FEE_2026_0001/pay');
    await standIns.command('POST', '/clock/advance', { seconds: 0 });
    const callback = Object.fromEntries(new URLSearchParams(merchant.next().body));
    assert.ok(sdk.checkNotifySignV2(callback)); // the older one decodes twice, and stumbles over %
    assert.equal(callback.trade_no, created.tradeNo);

    const paid = await call('alipay.trade.query', { out_trade_no: 'FEE_2026_0001' });
    assert.deepEqual([paid.tradeStatus, paid.subject], ['TRADE_SUCCESS', SUBJECT]);
    const refund = await call('alipay.trade.refund', {
      out_trade_no: 'FEE_2026_0001', out_request_no: 'BACK_1', refund_amount: '30.00',
    });
    assert.deepEqual([refund.fundChange, refund.refundFee], ['Y', '30.00']);
    const found = await call('alipay.trade.fastpay.refund.query', {
      out_trade_no: 'FEE_2026_0001', out_request_no: 'BACK_1',
    });
    assert.equal(found.refundStatus, 'REFUND_SUCCESS');
    const refused = await call('alipay.trade.close', { out_trade_no: 'FEE_2026_0001' });
    assert.equal(refused.subCode, 'ACQ.REASON_TRADE_STATUS_INVALID');
  });
}

test('the SDK refuses an answer whose signature is another text\'s', async () => {
  await standIns.command('POST', '/faults', {
    platform: 'alipay', kind: 'reply_forged', operation: 'alipay.trade.query',
  });
  const asked = { bizContent: { out_trade_no: 'FEE_2026_0001' } };
  await assert.rejects(
    withKeys().exec('alipay.trade.query', asked, { validateSign: true }), /验签失败/,
  );
});
