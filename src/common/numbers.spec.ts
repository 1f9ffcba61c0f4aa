import { notationOf, readNumber } from './numbers.js';

const valueOf = (text: string, mark?: '.' | ',') => readNumber(text, mark)?.value ?? null;

describe('a number as people write it', () => {
  it.each<[string, number]>([
    ['12', 12],
    ['0', 0],
    ['-2.5', -2.5],
    ['+7', 7],
    ['.5', 0.5],
    [',75', 0.75],
    ['1,234.50', 1234.5],
    ['1.234,56', 1234.56],
    ['12,50', 12.5],
    ['0,125', 0.125],
    ['1,234,567', 1234567],
    ['1.234.567', 1234567],
    ['12,34,567.5', 1234567.5],
    ['1 234,5', 1234.5],
    ['1\u202f234\u00a0567', 1234567],
    ["1'234.50", 1234.5],
    ['1’234', 1234],
    ['−3', -3],
    ['20-', -20],
    ['(20.00)', -20],
    ['٥٠٠', 500],
    ['1.5e-3', 0.0015],
  ])('%s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it.each<[string, number, string]>([
    ['$1,234.50', 1234.5, '$'],
    ['($20.00)', -20, '$'],
    ['$(20.00)', -20, '$'],
    ['-$5', -5, '$'],
    ['$-5', -5, '$'],
    ['US$ 12', 12, 'US$'],
    ['12,50 €', 12.5, '€'],
    ['€ 30', 30, '€'],
    ['CHF 1’200.00', 1200, 'CHF'],
    ['99 EUR', 99, 'EUR'],
    ['120 zł', 120, 'zł'],
    ['15%', 15, '%'],
    ['12,5 %', 12.5, '%'],
    ['-3.2 °C', -3.2, '°C'],
    ['2,5 kg', 2.5, 'kg'],
    ['64 m²', 64, 'm²'],
    ['￥１，２００', 1200, '￥'],
  ])('with a unit: %s', (text, value, unit) => {
    expect(readNumber(text)).toMatchObject({ value, unit });
  });

  it.each([
    '',
    '.',
    '5.',
    '007',
    '01234',
    '1e9',
    '1e400',
    '9007199254740993',
    '1.2.3',
    '192.168.0.1',
    '1,23,4',
    '2024-01-03',
    '555-0100',
    'ABC 123',
    'Room 5',
    '5 apples',
    '5 kg net',
    '$5 EUR',
    '12 34',
    '1,2,3',
    '3/4',
    '10:30',
  ])('is not %j', (text) => {
    expect(readNumber(text)).toBeNull();
  });

  it('reads both ways when one separator is followed by three digits, as the caller says', () => {
    expect(readNumber('1,234')).toEqual({ value: 1234, unit: null, proves: 'either' });
    expect(valueOf('1,234', ',')).toBe(1.234);
    expect(valueOf('1.234')).toBe(1.234);
    expect(valueOf('1.234', ',')).toBe(1234);
  });
});

describe('the notation of a column', () => {
  it.each<[string[], ReturnType<typeof notationOf>]>([
    [['1.234', '12,50'], { mark: ',', proves: ',', unclear: null }],
    [['1,234', '12.50'], { mark: '.', proves: '.', unclear: null }],
    [['1,234,567', '1,234'], { mark: '.', proves: '.', unclear: null }],
    [['1,234', '2,500'], { mark: '.', proves: null, unclear: '1,234' }],
    [['12,5', '12.5', '1,234'], { mark: '.', proves: null, unclear: '1,234' }],
    [['words', '7'], { mark: '.', proves: null, unclear: null }],
  ])('of %j', (cells, notation) => {
    expect(notationOf(cells)).toEqual(notation);
  });
});
