import fc from 'fast-check';
import { documentTerms, queryTerms } from './terms.js';
import { presence, toTermSet } from './term-match.js';

/** The match scores of a question's words in a text. */
const found = (question: string, text: string) =>
  queryTerms(question).map((term) => presence(term, toTermSet(text)));

describe('words of one root', () => {
  it.each([
    ['Wer leitet ihn?', 'Die Leitung hat Frau Petersen.'],
    ['Wer hat die Leitung?', 'Jens leitet den Kurs.'],
    ['Wer prüft das?', 'Die Prüfung nimmt der Verein ab.'],
  ])('meet in German: %s', (question, text) => {
    expect(Math.max(...found(question, text))).toBeGreaterThan(0.5);
  });

  it('are none by their beginning alone', () => {
    expect(Math.max(0, ...found('Wer prüft das?', 'Der Prüfstein ist alt.'))).toBe(0);
  });
});

describe('the terms of a document', () => {
  it.each([
    ['The runner was running', ['runner', 'run']],
    ['the company’s policies', ['compani', 'polici']],
    ['the valve TX-204', ['valv', 'tx204', 'tx', '204']],
    ['the file_name.pdf', ['filename.pdf', 'file', 'name', 'pdf']],
    ['1,000 or 1.000 or 1 000', ['1000', '1000', '1000']],
    ['2,5 kg und 2.50 kg', ['2.5', 'kg', '2.5', '2.50', 'kg']],
    ['€ 1.234,56', ['1234.56']],
    ['on 12.05.2024', ['12.05.2024', '12', '05', '2024']],
    ['東京都', ['東京', '京都', '東', '京', '都']],
    ['サーバー', ['サー', 'ーバ', 'バー']],
    ['本系统使用Docker', ['本系', '系统', '统使', '使用', '本', '系', '统', '使', '用', 'docker']],
    ['서버를', ['서버', '버를']],
    ['the of and', []],
    ["I'll go, she’d see, we've won, they're ill", ['go', 'see', 'won', 'ill']],
    ['a snail shell in the shed', ['a', 'snail', 'shell', 'shed']],
    ['… — !', []],
  ])('%s', (text, terms) => expect(documentTerms(text).terms).toEqual(terms));

  it('keeps acronyms that are small words in small letters', () => {
    expect(documentTerms('Ask IT about it').terms).toEqual(['ask', '^it']);
  });

  it('has nothing of words that are not seen', () => {
    expect(documentTerms('\u{e0020} ــ leave').terms).toEqual(documentTerms('leave').terms);
  });

  it('is never empty-handed or endless, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const term of documentTerms(text).terms) expect(term).not.toBe('');
      }),
    );
  });
});

/** Each is a sentence and a question whose every word must be in it. */
describe('the words of a question', () => {
  it.each([
    ['Kuendigungsfrist', 'Die Kündigungsfrist beträgt drei Monate zum Quartalsende.'],
    ['Grosse Strasse', 'Der Sitz ist in der Großen Straße 5.'],
    ['1000 Euro', 'Bis 1.000 Euro entscheidet die Leitung.'],
    ['12.500 dollars', 'It costs 12,500 dollars.'],
    ['2.5 kg', 'Das Paket wiegt 2,5 kg.'],
    ['cry 08', 'Message CRY-08 means a leak.'],
    ['CRY-08', 'Message cry08 means a leak.'],
    ['C#', 'It is written in C# and .NET.'],
    ['.NET', 'It is written in C# and .NET.'],
    ['IT', 'Ask the IT department about it.'],
    ['WHO', 'The WHO recommends it to those who ask.'],
    ['Lodz office', 'Łódź office opens at 9.'],
    ['Oresund toll', 'Øresund toll is 50.'],
    ['المدرس القاعة', 'المُدَرِّسُ في القاعة ٥'],
    ['서버 재시작', '서버를 재시작하려면 버튼을 누르세요.'],
    ['サーバーの再起動', 'サーバーの再起動手順: 管理者が毎週月曜日に実行する。'],
    ['Docker 端口', '本系统使用Docker部署，端口为8443。'],
    ['猫', '黒猫が好きです。'],
    ['Wertpapierindex', 'Der Wert\u00adpapier\u00adindex steht bei 812.'],
    ['email mailbox closes', 'Our e\u200bmail\u00adbox or email mailbox closes at 6.'],
    ['finance', 'Our ﬁnance department'],
    ['adresse', "Voici l'adresse de la mairie."],
    ['annulations', 'Les annulations sont gratuites.'],
    ['cancelación', 'Las cancelaciones son gratuitas.'],
    ['e-mail', 'Send an email.'],
  ])('%s', (question, text) => {
    const values = found(question, text);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(value).toBeGreaterThanOrEqual(0.9);
  });

  it('are not in a text with another number or code', () => {
    expect(found('1000 Euro', 'Es kostet 300 Euro.')).toEqual([0, 1]);
    expect(found('CRY-08', 'Message CRY-07 means a leak.')[0]).toBeLessThan(0.5);
    expect(found('C#', 'It is written in C.')[0]).toBeLessThanOrEqual(0.5);
    expect(found('IT', 'What it is is not known.')).toEqual([0]);
  });

  it('count less where they are a part of a compound', () => {
    const values = found(
      'Welche Frist gilt bei einer Kündigung?',
      'Die Kündigungsfrist beträgt drei Monate.',
    );
    expect(values).toEqual([0.7, 0.7]);
    expect(found('report', 'The port is closed for all who are there.')).toEqual([0]);
  });

  it('are content words, in any language', () => {
    const words = (question: string) => queryTerms(question).map(({ surface }) => surface);
    expect(words('What is the notice period?')).toEqual(['notice', 'period']);
    expect(words('Wie lange ist die Kündigungsfrist?')).toEqual(['Kündigungsfrist']);
    expect(words('Quel est le délai de préavis ?')).toEqual(['délai', 'préavis']);
    expect(words('Which animal is ill?')).toEqual(['animal', 'ill']);
    expect(words('How deep is the well?')).toEqual(['deep', 'well']);
    expect(words('Well B output')).toEqual(['Well', 'B', 'output']);
    expect(words('Which id does the shed have?')).toEqual(['id', 'shed']);
    expect(words('Well, how well does it sleep, as well as eat?')).toEqual(['sleep', 'eat']);
    expect(words('What does error E07 mean?')).toEqual(['error', 'E07']);
    expect(words('What does clause 2.4 say?')).toEqual(['clause', '2.4']);
    expect(words('Was bedeutet E07?')).toEqual(['E07']);
    expect(words('Who can say what it means?')).toEqual(['say', 'means']);
    expect(words('yes')).toEqual([]);
    expect(words('Ja, bitte')).toEqual([]);
  });
});
