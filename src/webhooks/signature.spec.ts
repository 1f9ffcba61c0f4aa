import OpenAI from 'openai';
import { newWebhookSecret, signatureHeaders } from './signature.js';

const { webhooks } = new OpenAI({ apiKey: 'none' });
const body = JSON.stringify({ id: 'e', type: 'run.completed', created_at: 1, data: { run_id: 'r' } });

describe('the signature of a webhook', () => {
  it('is accepted by a client of Standard Webhooks, with either secret while they are rotated', async () => {
    const [old, present] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signatureHeaders([present, old], { id: 'e', body, at: new Date() });
    for (const secret of [old, present])
      expect(await webhooks.unwrap(body, headers, secret)).toEqual(JSON.parse(body));
  });

  it.each([
    ['another body', `${body} `, {}],
    ['another id', body, { 'webhook-id': 'f' }],
    ['another time', body, { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) + 100) }],
  ])('is refused with %s', async (_what, received, changed) => {
    const secret = newWebhookSecret();
    const headers = { ...signatureHeaders([secret], { id: 'e', body, at: new Date() }), ...changed };
    await expect(webhooks.unwrap(received, headers, secret)).rejects.toThrow('signature');
    await expect(webhooks.unwrap(body, headers, newWebhookSecret())).rejects.toThrow('signature');
  });
});
