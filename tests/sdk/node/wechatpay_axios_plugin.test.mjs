// npm wechatpay-axios-plugin, unmodified, against WeChat Pay's stand-in, in both trust modes.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import plugin from 'wechatpay-axios-plugin';

import { read, receive, serve } from './stand_ins.mjs';

const { Wechatpay, Aes, Formatter, Rsa } = plugin;
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
let standIns, merchant, facts;

before(async () => {
  standIns = await serve();
  facts = standIns.platforms.wechat_pay;
});
beforeEach(async () => {
  await standIns.command('POST', '/reset');
  merchant = await receive();
});
afterEach(() => merchant.end());
after(() => standIns.end());

const MODES = {
  'platform certificates': () => ({ [facts.platform_serial]: read(facts.platform_cert_file) }),
  'public key': () => ({ [facts.public_key_id]: read(facts.public_key_file) }),
};

function client(certs) {
  return new Wechatpay({
    baseURL: facts.base_url,
    mchid: facts.mch_id,
    serial: facts.merchant_serial,
    privateKey: read(facts.merchant_key_file),
    certs,
    headers: { 'Wechatpay-Serial': Object.keys(certs)[0] },
  });
}

const order = (sdk, number) => sdk.v3.pay.transactions.jsapi.post({
  appid: facts.app_id,
  mchid: facts.mch_id,
  description: '不动产登记费',
  out_trade_no: number,
  notify_url: merchant.url,
  amount: { total: 8000, currency: 'CNY' },
  payer: { openid: OPENID },
});

const query = (sdk, number) => sdk.v3.pay.transactions.outTradeNo._out_trade_no_.get({
  params: { mchid: facts.mch_id }, out_trade_no: number,
});

for (const [mode, certs] of Object.entries(MODES)) {
  test(`a fee is paid, told, refunded and found in the bill: ${mode}`, async () => {
    await standIns.command('POST', '/wechat_pay/settings', {
      certificates: mode !== 'public key',
    });
    const sdk = client(certs());
    assert.match((await order(sdk, 'FEE-2026-0001')).data.prepay_id, /^wx/);
    await standIns.command('POST', '/wechat_pay/orders/FEE-2026-0001/pay');
    await standIns.command('POST', '/clock/advance', { seconds: 0 });
    const paid = (await query(sdk, 'FEE-2026-0001')).data;
    assert.equal(paid.trade_state, 'SUCCESS');

    const { headers, body } = merchant.next();
    const signed = Formatter.response(
      headers['wechatpay-timestamp'], headers['wechatpay-nonce'], body,
    );
    const key = certs()[headers['wechatpay-serial']];
    assert.ok(Rsa.verify(signed, headers['wechatpay-signature'], Rsa.from(key, 'public')));
    const { ciphertext, nonce, associated_data: aad } = JSON.parse(body).resource;
    const opened = JSON.parse(Aes.AesGcm.decrypt(ciphertext, facts.apiv3_key, nonce, aad));
    assert.deepEqual(opened, paid);

    const refund = await sdk.v3.refund.domestic.refunds.post({
      out_trade_no: 'FEE-2026-0001',
      out_refund_no: 'BACK-1',
      amount: { refund: 8000, total: 8000, currency: 'CNY' },
    });
    assert.equal(refund.data.status, 'PROCESSING');

    await standIns.command('POST', '/clock/advance', { seconds: 34 * 3600 });
    const day = paid.success_time.slice(0, 10);
    const offer = (await sdk.v3.bill.tradebill.get({
      params: { bill_date: day, bill_type: 'ALL', tar_type: 'GZIP' },
    })).data;
    const url = new URL(offer.download_url);
    const bill = gunzipSync((await sdk.v3.billdownload.file.get({
      params: { token: url.searchParams.get('token') }, responseType: 'arraybuffer',
    })).data);
    assert.equal(createHash('sha1').update(bill).digest('hex'), offer.hash_value);
    assert.equal(Formatter.castCsvBill(bill).rows.length, 2);
  });
}

for (const [mode, certs] of Object.entries(MODES)) {
  test(`the self-test proves signing and sealing both ways: ${mode}`, async () => {
    const [[serial, pem]] = Object.entries(certs());
    const { data } = await client(certs()).v3.security.echo.post({
      echo_message: 'hello',
      encrypted_echo_message: Rsa.encrypt('证照', Rsa.from(pem, 'public')),
      notify_url: merchant.url,
    });
    const own = Rsa.from(read(facts.merchant_key_file), 'private');
    assert.equal(data.echo_message, 'hello');
    assert.equal(Rsa.decrypt(data.encrypted_echo_message, own), '证照');

    await standIns.command('POST', '/clock/advance', { seconds: 0 });
    const { headers, body } = merchant.next();
    const { ciphertext, nonce, associated_data: aad } = JSON.parse(body).resource;
    assert.equal(headers['wechatpay-serial'], serial);
    assert.equal(aad, '');
    assert.deepEqual(JSON.parse(Aes.AesGcm.decrypt(ciphertext, facts.apiv3_key, nonce, aad)), data);
  });
}

test('an unpaid order closes, an unknown one is not found', async () => {
  const sdk = client(MODES['public key']());
  await order(sdk, 'FEE-2026-0002');
  const closed = await sdk.v3.pay.transactions.outTradeNo._out_trade_no_.close.post(
    { mchid: facts.mch_id }, { out_trade_no: 'FEE-2026-0002' },
  );
  assert.equal(closed.status, 204);
  await assert.rejects(query(sdk, 'NO-SUCH-ORDER'), ({ response }) => {
    assert.deepEqual([response.status, response.data.code], [404, 'ORDER_NOT_EXIST']);
    return true;
  });
});

test('the SDK refuses an answer wrongly signed, or signed too long ago', async () => {
  const sdk = client(MODES['public key']());
  await order(sdk, 'FEE-2026-0003');
  const complaints = {
    reply_wrong_signature: 'EV3_RES_HEADER_SIGNATURE_DIGEST',
    clock_skew: 'EV3_RES_HEADER_TIMESTAMP_OFFSET',
    reply_unknown_serial: 'EV3_RES_HEADER_PLATFORM_SERIAL',
  };
  for (const [kind, code] of Object.entries(complaints)) {
    await standIns.command('POST', '/faults', {
      platform: 'wechat_pay', kind, operation: 'orders.query',
    });
    await assert.rejects(query(sdk, 'FEE-2026-0003'), { code });
  }
});
