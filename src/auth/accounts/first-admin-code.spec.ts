import { isCode, newFirstAdminCode } from './first-admin-code.js';

const CODE = newFirstAdminCode();

describe('the code of the first admin', () => {
  it('is another each time', () => {
    const codes = Array.from({ length: 100 }, newFirstAdminCode);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    expect(new Set(codes).size).toBe(100);
  });

  it('may be typed in small letters and without dashes, and must be whole', () => {
    expect(isCode(CODE, ` ${CODE.toLowerCase().replaceAll('-', '')} `)).toBe(true);
    for (const wrong of ['', CODE.slice(0, -1), `${CODE}0`, 'ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ'])
      expect(isCode(CODE, wrong)).toBe(false);
  });
});
