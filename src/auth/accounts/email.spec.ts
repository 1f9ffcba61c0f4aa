import { emailKey, parseEmail } from './email.js';

describe('parseEmail', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+films@Example.COM', 'Ada.Lovelace+films@example.com'],
    ['  ada@example.com ', 'ada@example.com'],
    ["o'neil!#$%&*-/=?^_`{|}~@example.co.uk", "o'neil!#$%&*-/=?^_`{|}~@example.co.uk"],
    ['jürgen@bücher.example.de', 'jürgen@bücher.example.de'],
    ['ada@xn--bcher-kva.de', 'ada@bücher.de'],
    ['ju\u0308rgen@example.de', 'jürgen@example.de'],
    ['admin@parley.local', 'admin@parley.local'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('takes %j as %j', (text, email) => {
    expect(parseEmail(text)).toEqual({ email });
  });

  it.each([
    ['', 'An email address must have an @-sign.'],
    ['ada', 'An email address must have an @-sign.'],
    ['@example.com', 'There must be something before the @-sign.'],
    ['ada@', 'There must be something after the @-sign.'],
    ['ada@localhost', 'The part after the @-sign is not valid. It should have a period.'],
    ['ada@127.0.0.1', 'The part after the @-sign is not valid. It is not within a valid top-level domain.'],
    ['ada@1.0xf', 'The part after the @-sign is not valid. It is not within a valid top-level domain.'],
    ['.ada@example.com', 'An email address cannot start with a period.'],
    ['ada.@example.com', 'An email address cannot have a period immediately before the @-sign.'],
    ['a..b@example.com', 'An email address cannot have two periods in a row.'],
    ['ada@example..com', 'An email address cannot have two periods in a row.'],
    ['ada@.example.com', 'An email address cannot have a period immediately after the @-sign.'],
    ['ada@example.com.', 'An email address cannot end with a period.'],
    ['ada@-example.com', 'An email address cannot have a period and a hyphen next to each other.'],
    ['a b@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['"a"@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['a@b@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['a\0b@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['a\ud800b@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['a\u202eb@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['ada\r\nBcc: eve@example.com', 'The email address contains invalid characters before the @-sign.'],
    ['ada@exa mple.com', 'The part after the @-sign contains invalid characters.'],
    ['ada@example.com\0', 'The part after the @-sign contains invalid characters.'],
    ['ada@exam_ple.com', 'The part after the @-sign contains invalid characters.'],
    ['ada@[127.0.0.1]', 'The part after the @-sign contains invalid characters.'],
    ['Ada <ada@example.com>', 'The email address contains invalid characters before the @-sign.'],
    [`${'a'.repeat(65)}@example.com`, 'The email address is too long before the @-sign.'],
    [`ada@${'a'.repeat(64)}.com`, 'The part after the @-sign is too long.'],
    [`ada@${'a.'.repeat(126)}com`, 'The email address is too long.'],
    ['a'.repeat(100_000), 'The email address is too long.'],
  ])('refuses %j', (text, reason) => {
    expect(parseEmail(text)).toEqual({ reason });
  });

  it('has the same key for every spelling of an address', () => {
    const keys = ['Ada@Example.com', 'ADA@EXAMPLE.COM', ' ada@example.com'].map((text) => {
      const parsed = parseEmail(text);
      return 'email' in parsed && emailKey(parsed.email);
    });
    expect(new Set(keys)).toEqual(new Set(['ada@example.com']));
  });
});
