import { EXAMPLE_CONVERSATION } from './common/openapi.js';
import { servedDocument } from './served-openapi.js';

const text = JSON.stringify({
  openapi: '3.0.0',
  info: { title: 'Parley', version: '1' },
  servers: [{ url: '/' }],
  paths: {},
  components: {
    schemas: { One: { example: EXAMPLE_CONVERSATION }, Other: { example: EXAMPLE_CONVERSATION } },
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      password: { type: 'oauth2', flows: { password: { tokenUrl: '/auth/jwt/login', scopes: {} } } },
    },
  },
});

describe('the served OpenAPI document', () => {
  it.each([
    ['', '.'],
    ['/ai', '/ai'],
    ['https://example.com/ai', 'https://example.com/ai'],
  ])('with links that begin with %j has its server and log-in below %j', (base, root) => {
    expect(servedDocument(text, base)).toMatchObject({
      servers: [{ url: root }],
      components: {
        securitySchemes: { password: { flows: { password: { tokenUrl: `${root}/auth/jwt/login` } } } },
      },
    });
  });

  it('has one conversation in all of its examples, another one each time', () => {
    const ids = [1, 2].map(() => {
      const { One, Other } = servedDocument(text, '').components!.schemas as Record<
        string,
        { example: string }
      >;
      expect(One).toEqual(Other);
      expect(One!.example).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      return One!.example;
    });
    expect(new Set([...ids, EXAMPLE_CONVERSATION]).size).toBe(3);
  });
});
