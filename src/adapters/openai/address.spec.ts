import { addressOf, pathOf } from './address.js';

const CHAT = '/chat/completions';
const urlOf = (baseUrl?: string, more: object = {}) => {
  const address = addressOf({ baseUrl, ...more });
  return address.origin + pathOf(address, CHAT);
};

describe('the address of a model server', () => {
  it.each([
    [undefined, 'https://api.openai.com/v1/chat/completions'],
    ['http://host:8000/v1', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1//', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000//v1', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/chat/completions', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/chat/completions/', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/embeddings', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/models', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/chat', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/images/generations', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/v1/v1', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/llm/v1#', 'http://host:8000/llm/v1/chat/completions'],
    ['http://[fe80::1]:9', 'http://[fe80::1]:9/v1/chat/completions'],
    ['http://host:8000', 'http://host:8000/v1/chat/completions'],
    ['http://host:8000/', 'http://host:8000/v1/chat/completions'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000/v1/chat/completions'],
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1/chat/completions'],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai/',
      'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
    ],
    ['https://api.perplexity.ai', 'https://api.perplexity.ai/chat/completions'],
    ['https://me.openai.azure.com/openai/', 'https://me.openai.azure.com/openai/v1/chat/completions'],
    [
      'https://me.openai.azure.com/openai/deployments/d2/embeddings?api-version=2024-10-21',
      'https://me.openai.azure.com/openai/deployments/d2/chat/completions?api-version=2024-10-21',
    ],
    ['https://me.openai.azure.com', 'https://me.openai.azure.com/openai/v1/chat/completions'],
    [
      'http://host/openai/deployments/d1?api-version=2024-06-01',
      'http://host/openai/deployments/d1/chat/completions?api-version=2024-06-01',
    ],
    [
      'http://host/openai/deployments/d1/chat/completions?api-version=2024-06-01',
      'http://host/openai/deployments/d1/chat/completions?api-version=2024-06-01',
    ],
  ])('%s asks %s', (baseUrl, url) => {
    expect(urlOf(baseUrl)).toBe(url);
  });

  it('reports the changes made to it', () => {
    expect(addressOf({ baseUrl: 'http://host/v1/chat/completions' }).repairs).toEqual([
      '/chat/completions was taken off its end',
    ]);
    expect(addressOf({ baseUrl: 'http://host' }).repairs).toEqual(['/v1 was added to it']);
    expect(addressOf({ baseUrl: 'http://host/v1/' }).repairs).toEqual([]);
  });

  it('has the version of Azure where it is set', () => {
    expect(urlOf('https://me.openai.azure.com/openai/deployments/d1', { apiVersion: '2024-10-21' })).toBe(
      'https://me.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-10-21',
    );
  });

  it('calls another model of Azure at its own deployment', () => {
    const address = addressOf({ baseUrl: 'http://host/openai/deployments/d1?api-version=1' });
    expect(pathOf(address, '/embeddings', 'words')).toBe(
      '/openai/deployments/words/embeddings?api-version=1',
    );
  });

  it.each([
    ['a bearer token', 'http://host/v1', { apiKey: 'k' }, { authorization: 'Bearer k' }],
    ['a key of Azure', 'https://me.openai.azure.com/openai/v1', { apiKey: 'k' }, { 'api-key': 'k' }],
    ['a key for a deployment', 'http://host/openai/deployments/d', { apiKey: 'k' }, { 'api-key': 'k' }],
    ['a header of its own', 'http://host/v1', { apiKey: 'k', keyHeader: 'X-Key' }, { 'x-key': 'k' }],
    [
      'credentials in the address',
      'http://ada:s%40fe@host/v1',
      {},
      { authorization: `Basic ${btoa('ada:s@fe')}` },
    ],
    ['nothing', 'http://host/v1', {}, {}],
  ])('is asked with %s', (_, baseUrl, more, headers) => {
    const address = addressOf({ baseUrl, ...more });
    expect(address.headers).toEqual(headers);
    expect(address.origin).not.toMatch(/ada/);
  });
});
