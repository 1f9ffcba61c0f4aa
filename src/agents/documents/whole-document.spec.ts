import { chooseDocument, readWhole } from './whole-document.js';

const FILES = ['bees.md', 'leave_policy.pdf'];

describe('questions for the number of pages', () => {
  it.each([
    'How many pages does the PDF have?',
    'How many pages are there in leave_policy.pdf?',
    'number of pages of the leave policy',
    'Wie viele Seiten hat das PDF?',
    'Combien de pages a ce document ?',
    '¿Cuántas páginas tiene el PDF?',
    'Quante pagine ha il documento?',
    'Quantas páginas tem este documento?',
    "Hoeveel pagina's heeft het bestand?",
  ])('%s', (question) => {
    expect(readWhole(question, FILES)).toBe('pages');
  });

  it.each(['How many pages may a thesis have?', 'How many pages can the printer print per minute?'])(
    'is not: %s',
    (question) => {
      expect(readWhole(question, FILES)).toBeNull();
    },
  );

  it('means the document of the kind that is named', () => {
    const files = FILES.map((filename) => ({ filename }));
    expect(chooseDocument('How many pages does the PDF have?', files)?.filename).toBe('leave_policy.pdf');
  });
});

describe('questions about whole documents', () => {
  it.each([
    'Summarise the document I uploaded.',
    'What is this file about?',
    'Fasse das Dokument zusammen.',
    'Please summarize bees.md',
    'What is the bees book about?',
    'What is bees.md about?',
    'Worum geht es in leave_policy.pdf?',
    'Give me a short summary of the leave policy',
    'Worum geht es in diesem Dokument?',
    'tl;dr',
    'Worum geht es in bees.md?',
    'Gib mir bitte einen kurzen Überblick über bees.md',
    'Résume le document.',
    'De quoi parle ce fichier ?',
    'Peux-tu me faire une synthèse de bees.md ?',
    '¿De qué trata este documento?',
    'Resume el archivo que he subido.',
    'Di cosa parla questo documento?',
    'Do que trata o documento?',
    'Vat het document samen.',
    'Waar gaat dit bestand over?',
    'Können Sie mir den Inhalt der Datei zusammenfassen?',
    'Erkläre mir das Dokument kurz',
    "Qu'est-ce que ce document contient ?",
    'O que diz este documento?',
    'Explain this document to me',
    'What does this document talk about?',
    'What topics does the file cover?',
    'Outline the document',
    'What sections does the guide have?',
    'Which chapters are in the book?',
    'Welche Abschnitte hat das Dokument?',
    'Samenvatting van het document graag',
    'Podsumuj ten dokument',
    'Sammanfatta dokumentet',
    'Hvad handler dokumentet om?',
    'このファイルを要約してください',
    '请总结这个文件',
    'Сделай краткое содержание документа',
  ])('asks for a summary: %s', (message) => {
    expect(readWhole(message, FILES)).toBe('summary');
  });

  it.each([
    'Which documents do I have?',
    'what did I upload',
    'List my files',
    'How many documents did I upload?',
    'How many files do I have in total?',
    'Wie viele Dateien habe ich hochgeladen?',
    '¿Cuántos documentos tengo?',
    'Welche Dokumente habe ich?',
    '¿Qué documentos tengo?',
    '¿Cuántos documentos hay aquí?',
  ])('asks for the list: %s', (message) => {
    expect(readWhole(message, FILES)).toBe('list');
  });

  it.each([
    'How long is parental leave?',
    '¿Cuántos documentos hay en el expediente de obra?',
    'Hoeveel documenten zijn er nodig voor een visum?',
    'Summarise the rules on overtime',
    'Which documents mention the west gate?',
    'How many documents do I need for the visa?',
    'How many files does a hive have?',
    'What is the queen about to do in May?',
    'Worum geht es beim Schwarmtrieb?',
    'Erkläre mir den Schwarmtrieb',
    'Explain the swarm control',
    'サーバーの再起動手順を要約して',
    'De quoi parle le chapitre sur les reines ?',
    'Welche Dokumente muss ich beim Umzug vorlegen?',
    '¿De qué trata el capítulo de la miel?',
  ])('asks for something in them: %s', (message) => {
    expect(readWhole(message, FILES)).toBeNull();
  });

  it('is about the document that it names, else the first', () => {
    const files = FILES.map((filename) => ({ filename }));
    expect(chooseDocument('Summarise the leave policy', files)?.filename).toBe('leave_policy.pdf');
    expect(chooseDocument('Summarise it', files)?.filename).toBe('bees.md');
  });
});
