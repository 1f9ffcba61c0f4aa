import { choose, rank, stems } from './extract.js';
import { toUnits, withNearness } from './units.js';

const MANUAL = `# Returns

Goods can be returned within 30 days. Refunds are paid within five working days,
to the card that was used. Dr. Smith signs each of them.

## Shipping
- Parcels leave every morning.
- Large parcels take a week.
`;
describe('the focus of a question', () => {
  const LEASE =
    '1. The flat at 14 Quay Street is let from 1 May 2031.\n2. The monthly rent is 1,150 euros, payable on the first.\n' +
    '3. The deposit amounts to two months of rent.';
  it.each([
    ['How high is the rent of the flat?', 'The monthly rent is 1,150 euros, payable on the first.'],
    ['How much is the deposit for the flat?', 'The deposit amounts to two months of rent.'],
  ])('ranks before what that is of: %s', (question, sentence) => {
    expect(rank(question, toUnits(LEASE, 'lease', 0))[0]?.text).toBe(sentence);
  });

  it('is found in other words and forms', () => {
    const text = '- Weight: 17.4 kg\n- Speed: 38 pages per minute\n- Place the printer 15 cm from the wall.';
    expect(rank('How heavy is the printer?', toUnits(text, 'printer', 0))[0]?.text).toBe('Weight: 17.4 kg');
    const lost = 'Laptops are replaced every four years. Lost devices are reported to the desk.';
    expect(rank('Whom do I tell when I lose a device?', toUnits(lost, '', 0))[0]?.text).toMatch(/^Lost/);
  });
});

it('ranks what has a misspelt word in its right spelling', () => {
  const loaf = '- 2 tsp ground ginger\n- 175 g golden syrup\n- 115 g dark brown sugar';
  const [best] = rank('how much goldn syrop is in it', toUnits(loaf, 'loaf', 0));
  expect([best?.text, best?.isMissingWords]).toEqual(['175 g golden syrup', false]);
});

const units = toUnits(MANUAL, 'Shop manual', 0);
const best = (question: string) => rank(question, units)[0]?.text;

describe('toUnits', () => {
  it('cuts into sentences over line breaks, not after abbreviations, and keeps headings apart', () => {
    expect(units).toMatchObject([
      {
        text: 'Goods can be returned within 30 days.',
        about: 'Shop manual Returns',
        source: 0,
        heading: 'Returns',
      },
      {
        text: 'Refunds are paid within five working days, to the card that was used.',
        about: 'Shop manual Returns',
        source: 0,
        heading: 'Returns',
      },
      { text: 'Dr. Smith signs each of them.', about: 'Shop manual Returns', source: 0, heading: 'Returns' },
      { text: 'Parcels leave every morning.', about: 'Shop manual Shipping', source: 0, heading: 'Shipping' },
      { text: 'Large parcels take a week.', about: 'Shop manual Shipping', source: 0, heading: 'Shipping' },
    ]);
  });

  it('recognises a heading that has lost its marks', () => {
    expect(toUnits('Leave\n\nEverybody has 28 days.\n\n## Parents\n\nTen more.', '', 0)).toMatchObject([
      { heading: 'Leave', text: 'Everybody has 28 days.' },
      { heading: 'Parents', text: 'Ten more.' },
    ]);
    expect(toUnits('Milk\n\nBread', '', 0).map(({ text }) => text)).toEqual(['Milk', 'Bread']);
  });
});

describe('toUnits of a passage that begins with a heading', () => {
  const texts = (text: string, title: string) => toUnits(text, title, 0).map((unit) => unit.text);

  it('knows it by the headings above the passage', () => {
    expect(texts('Passwords\nPasswords are changed every 90 days.', 'policy.md IT > Passwords')).toEqual([
      'Passwords are changed every 90 days.',
    ]);
  });

  it('knows it by other headings of the same text', () => {
    expect(texts('Malkurs\nDen Malkurs leitet Jens Albrecht.\n\n## Nähkurs\nEr ist neu.', 'a.md')).toEqual([
      'Den Malkurs leitet Jens Albrecht.',
      'Er ist neu.',
    ]);
  });

  it('joins the lines of a sentence elsewhere', () => {
    expect(texts('Passwords are changed\nevery 90 days.', 'policy.md IT')).toEqual([
      'Passwords are changed every 90 days.',
    ]);
  });
});

describe('toUnits of lines with names and values', () => {
  it.each([
    ['owner: Team Blue\nexpires: 2032-02-28\n\nThe body of the note.', 'expires: 2032-02-28'],
    ['Mon: 9-17\nTue: 9-18\nWed: closed\n\nWelcome to all.', 'Wed: closed'],
    [
      'days[3].cook: Ada\ndays[3].meal: soup, 60 guests\ndays[4].cook: Bo\ndays[4].meal: none',
      'days[4].cook: Bo; days[4].meal: none',
    ],
    ['---\nvalid: yes\nreviewer: Ada\n---\n\n# Title\n\nText.', 'reviewer: Ada'],
  ])('are one each: %j', (text, line) => {
    expect(toUnits(text, '', 0).map((unit) => unit.text)).toContain(line);
  });
});

describe('stems', () => {
  it.each([
    ['refund', 'refunds', 'refunded', 'refunding'],
    ['price', 'prices', 'priced', 'pricing'],
    ['run', 'runs', 'running'],
    ['policy', 'policies'],
    ['Café', 'cafe', 'café’s'],
    ['class', 'classes'],
  ])('%s meets its other forms', (...forms) => {
    expect(new Set(forms.flatMap((form) => [...stems(form)])).size).toBe(1);
  });

  it('takes characters for words where no spaces are written', () => {
    expect(rank('猫', toUnits('犬がいる。猫がいる。', '', 0)).map(({ text }) => text)).toEqual([
      '猫がいる。',
    ]);
  });

  it('leaves out the words that questions are made of', () => {
    expect(stems('What is the price of it, and why?')).toEqual(stems('price'));
  });
});

describe('rank', () => {
  it.each([
    ['How long do I have to return something?', 'Goods can be returned within 30 days.'],
    ['When do I get my refund?', 'Refunds are paid within five working days, to the card that was used.'],
    ['Who signs refunds?', 'Dr. Smith signs each of them.'],
    ['how long for a LARGE parcel', 'Large parcels take a week.'],
  ])('%s', (question, answer) => {
    expect(best(question)).toBe(answer);
  });

  it.each([
    ['How many customers churned?', 'Churn: Yes; count: 1869'],
    ['How many customers have not churned?', 'Churn: No; count: 5174'],
    ['Wie viele Kunden haben nicht gekündigt (churn)?', 'Churn: No; count: 5174'],
  ])('takes the row that says yes or no as the question does: %s', (question, row) => {
    const rows = toUnits('Churn: No; count: 5174\nChurn: Yes; count: 1869', '', 0);
    expect(rank(question, rows)[0]?.text).toBe(row);
    expect(rank(question, rows.toReversed())[0]?.text).toBe(row);
  });

  it('finds nothing where no word is shared', () => {
    expect(rank('Does the moon have an atmosphere?', units)).toEqual([]);
    expect(rank('What is it?', units)).toEqual([]);
  });

  it('returns how much of the question is covered', () => {
    expect(rank('parcels morning', units)[0]?.coverage).toBe(1);
    expect(rank('parcels to Zanzibar, Fiji and Tuvalu', units)[0]?.coverage).toBeCloseTo(0.4);
  });
});

describe('nearness in meaning', () => {
  const near = [
    { text: 'Dr. Smith signs each of them.', nearness: 0.1 },
    { text: 'Parcels leave every morning.', nearness: 0.8 },
  ];

  it('finds a sentence that shares no word with the question', () => {
    const known = withNearness(units, near);
    expect(rank('At what hour is my order dispatched?', known).map(({ text }) => text)).toEqual([
      'Parcels leave every morning.',
    ]);
  });

  it('belongs to the sentences it was computed for, however they are written', () => {
    const marked = [
      { text: '**Refunds** are paid within five working days,\nto the card that was used.', nearness: 0.6 },
    ];
    expect(withNearness(units, marked).map(({ nearness }) => nearness)).toEqual([
      undefined,
      0.6,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('choose', () => {
  it('takes the few best, each once, in the order in which they stand', () => {
    const twice = [...units, ...toUnits(MANUAL, 'Copy', 1)];
    expect(choose(rank('parcels', twice)).map(({ text, source }) => [text, source])).toEqual([
      ['Parcels leave every morning.', 0],
      ['Large parcels take a week.', 0],
    ]);
    expect(choose(rank('parcels', twice), 1)).toHaveLength(1);
  });
});
