import { firstAdminCode, isCode } from './first-admin-code.js';

const CODE = firstAdminCode('a secret of the tests');

describe('the code of the first admin', () => {
  it('is the same for the same secret, and another for another', () => {
    expect(CODE).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(firstAdminCode('a secret of the tests')).toBe(CODE);
    expect(firstAdminCode('another secret')).not.toBe(CODE);
  });

  it('may be typed in small letters and without dashes, and must be whole', () => {
    expect(isCode(CODE, ` ${CODE.toLowerCase().replaceAll('-', '')} `)).toBe(true);
    for (const wrong of ['', CODE.slice(0, -1), `${CODE}0`, 'ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ'])
      expect(isCode(CODE, wrong)).toBe(false);
  });
});
