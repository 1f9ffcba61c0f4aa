import { choose, rank } from './extract.js';
import { withContext } from './quote-context.js';
import { toUnits } from './units.js';
import { setRowsApart, withoutMarks } from './quoted-text.js';

const quotes = (question: string, text: string) => {
  const units = toUnits(text, '', 0);
  return withContext(choose(rank(question, units)), units, question).map((unit) => unit.text);
};

describe('a quote', () => {
  it('is one row of a table, with the names of its columns', () => {
    const rows = 'Item: coffee; Price: 3\nItem: green tea; Price: 2.50\nItem: milk; Price: 1';
    expect(quotes('price of green tea', rows)).toEqual(['Item: green tea; Price: 2.50']);
    const markdown =
      'Prices of today:\n\n| Item | Price |\n|:---|---:|\n| coffee | 3 |\n| green tea | 2.50 |\n\nThat is all.';
    expect(quotes('price of green tea', markdown)).toEqual(['Item: green tea; Price: 2.50']);
  });

  it('is one line of an invoice, of a log and of a list of settings in plain text', () => {
    const invoice =
      'MARLOWE GLASS LTD\n3 Ferry Lane, Hythe\n\nINVOICE No. 204               Date: 4 May 2031\nBill to: Mr Idris Vaughan, Deal\n\n' +
      'Qty  Description        Unit price    Amount\n 3   Mirror 60x80          £45.00     £135.00\n 2   Clip                   £1.25       £2.50\n\nTotal due                            £137.50\n\nPayment terms: 14 days.\nQueries: desk@marlowe.example';
    expect(quotes('What does a clip cost?', invoice)[0]).toBe('2 Clip £1.25 £2.50');
    expect(quotes('Who is it billed to?', invoice)[0]).toBe('Bill to: Mr Idris Vaughan, Deal');
    const log =
      '2031-02-11 03:14:02 INFO  Starting on port 9090\n2031-02-11 03:17:41 WARN  Pool at 90%\n2031-02-11 03:18:12 ERROR Gateway timed out, order 88213\n2031-02-11 04:10:00 INFO  Shutting down';
    expect(quotes('Which order timed out?', log)).toEqual([
      '2031-02-11 03:18:12 ERROR Gateway timed out, order 88213',
    ]);
    expect(quotes('On which port is it starting?', log)[0]).toBe(
      '2031-02-11 03:14:02 INFO Starting on port 9090',
    );
    expect(quotes('When is it shutting down?', log)).toEqual(['2031-02-11 04:10:00 INFO Shutting down']);
  });

  it('is not the heading of a section in plain text, nor the number of a clause', () => {
    const leaflet =
      '3. How to take it\nSwallow the tablet whole with water.\n\n4. Possible side effects\nCommon (1 in 10): dizziness, nausea\nRare (1 in 1,000): swelling of the face\n\n5. Storage\nStore below 25 °C.';
    expect(quotes('What are rare side effects?', leaflet)[0]).toBe('Rare (1 in 1,000): swelling of the face');
    const warning =
      'Do not take it if you\n- are allergic to lactose\n- have a liver disease\n\nIt is used to treat migraine.';
    expect(quotes('What is it used for?', warning)[0]).toBe('It is used to treat migraine.');
    expect(quotes('Who must not take it?', warning)[0]).not.toMatch(/^Do not take it if you$/);
    const contract =
      '§ 1 Scope. Floors 2 to 5 are cleaned. Windows are cleaned quarterly.\n§ 2 Remuneration. The customer pays EUR 410 a month.';
    expect(quotes('How often are windows cleaned?', contract)).toEqual(['Windows are cleaned quarterly.']);
    expect(quotes('What remuneration does the customer pay?', contract)).toEqual([
      '§ 2 Remuneration. The customer pays EUR 410 a month.',
    ]);
    const minutes = 'Notes\n\nDecisions\n1. launch on 3 March\n2. beta ends 28 Feb';
    expect(quotes('What are the decisions on the launch?', minutes)[0]).toBe('launch on 3 March');
  });

  it('is the title of a document only if nothing else answers', () => {
    const text =
      'Rechnung 2031-118\n\nKunde: Bäckerei Holm, Kiel\n\nDie Rechnung ist zahlbar bis 14.03.2031.';
    expect(quotes('Wann ist die Rechnung zahlbar?', text)).toEqual([
      'Die Rechnung ist zahlbar bis 14.03.2031.',
    ]);
  });

  it('is of the person or thing that the title of a text names', () => {
    const cv =
      'LÉA MOREAU\nData engineer · Lyon\n\nLANGUAGES\nFrench (native), Spanish (B2)\n\nINTERESTS\nSkiing, choir';
    expect(quotes('Which languages does Léa speak?', cv)).toEqual(['French (native), Spanish (B2)']);
    const minutes =
      '# Board\n\n**Date:** 4 May 2031\n**Place:** boathouse, upper room\n**Present:** Ines Calder (chair), Paul Whitcombe, Aisha Rahman\n**Apologies:** Greta Hollis';
    expect(quotes('Who chaired the board?', minutes)[0]).toBe(
      'Present: Ines Calder (chair), Paul Whitcombe, Aisha Rahman',
    );
  });

  it('is never the question itself', () => {
    const text =
      'Needs Node 20.19 or later.\n\n```sh\ncurl $URL/chat -d \'{"message":"Which Node does it need?"}\'\n```';
    expect(quotes('Which Node does it need?', text)).toEqual(['Needs Node 20.19 or later.']);
    expect(quotes('price of tea', 'price of tea: 3 EUR\nprice of milk: 1 EUR')[0]).toBe(
      'price of tea: 3 EUR',
    );
  });

  it('is one line of TOML front matter', () => {
    const text =
      'title = "Orchard rules"\nreview_date = 2032-04-18\n[owner]\nname = "Petra Holm"\n+++\n\n# Orchard\n\nLadders are kept in shed 3.';
    expect(quotes('When is the review date?', text)).toEqual(['review_date = 2032-04-18']);
    expect(quotes('Who is the owner?', text)).toEqual(['name = "Petra Holm"']);
    expect(quotes('Where are the ladders?', text)).toEqual(['Ladders are kept in shed 3.']);
  });

  it('is not the name of a table', () => {
    const text =
      'units\n\nunits: 159 rows, 2 columns.\ncity: text\nunits: number, 0 to 474\n\ncity: Ulm; units: 3';
    expect(quotes('how many units', text)).toEqual(['city: Ulm; units: 3']);
  });

  it('begins with the sentence that it refers back to', () => {
    const text = 'The lease ends in May. It can be renewed once. Pets are welcome.';
    expect(quotes('Can it be renewed?', text)).toEqual(['The lease ends in May. It can be renewed once.']);
    expect(quotes('Are pets welcome?', text)).toEqual(['Pets are welcome.']);
    expect(quotes('lease May, renewed once', text)).toEqual([
      'The lease ends in May. It can be renewed once.',
    ]);
  });

  it('adds no sentence that holds less of the question and nothing new', () => {
    const text = 'Everybody has 27 days of paid leave a year. Laptops are replaced every four years.';
    expect(quotes('How much leave do I have per year?', text)).toEqual([
      'Everybody has 27 days of paid leave a year.',
    ]);
    const codes = 'Error E07 means that the impeller is blocked. Error E12 means overheating.';
    expect(quotes('What does error E07 mean?', codes)).toEqual([
      'Error E07 means that the impeller is blocked.',
    ]);
  });

  it('continues with the sentence that refers to it or holds the answer', () => {
    const moved = 'Gaskets are not kept in the store. They are in the boiler house. Rags are free.';
    expect(quotes('Where are the gaskets?', moved)).toEqual([
      'Gaskets are not kept in the store. They are in the boiler house.',
    ]);
    const course = 'The pottery course needs no experience. The fee is 85 EUR. Aprons are there.';
    expect(quotes('How much is the pottery course?', course)).toEqual([
      'The pottery course needs no experience. The fee is 85 EUR.',
    ]);
  });

  it('is neither a question of the text nor the introduction of a list', () => {
    const faq = 'How long does the battery last?\n\nTwo years with one cell.\n\nThe box holds:\n\n- a cable';
    expect(quotes('battery last', faq)).toEqual(['Two years with one cell.']);
    expect(quotes('what does the box hold', faq)).toEqual(['The box holds: a cable']);
  });

  it('holds a bold beginning together with its sentence', () => {
    expect(quotes('laundry', '**Laundry.** From the sixth night on it is refunded.')).toEqual([
      'Laundry. From the sixth night on it is refunded.',
    ]);
  });

  it('begins with no sentence of another section', () => {
    expect(quotes('renewed', '# Pets\n\nDogs are welcome.\n\n# Lease\n\nIt can be renewed once.')).toEqual([
      'It can be renewed once.',
    ]);
  });

  it.each([
    ['See [the rules](https://a.example/b_(c) "Rules") at 5\\*.', 'See the rules at 5*.'],
    ['![A map](map.png) and [this][1], not [that].', 'A map and this, not [that].'],
    ['<!-- owner: ops --> Sign in at gate 7. <!-- end -->', 'Sign in at gate 7.'],
    ['Keep C:\\temp and a_b.', 'Keep C:\\temp and a_b.'],
  ])('is written without marks: %s', (text, expected) => {
    expect(withoutMarks(text)).toBe(expected);
  });

  it('leaves other lines with pipes and colons alone', () => {
    expect(setRowsApart('a | b\nNote: bring a pen')).toBe('a | b\nNote: bring a pen');
  });
});
