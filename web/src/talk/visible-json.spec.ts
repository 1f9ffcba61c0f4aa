import { visibleJson } from './visible-json.js';

describe('JSON that a person decides on', () => {
  it('shows invisible characters, and is the same value', () => {
    const input = { url: 'https://a.example/\u202egro.b\u200b', note: 'Grüße \u{e0041}' };
    const shown = visibleJson(input)!;
    expect(shown).toContain(String.raw`https://a.example/\u202egro.b\u200b`);
    expect(shown).toContain(String.raw`Grüße \udb40\udc41`);
    expect(JSON.parse(shown)).toEqual(input);
  });
});
