import { chooseDocument, readWhole } from './whole-document.js';

const FILES = ['bees.md', 'leave_policy.pdf'];

describe('questions about whole documents', () => {
  it.each([
    'Summarise the document I uploaded.',
    'What is this file about?',
    'Fasse das Dokument zusammen.',
    'Please summarize bees.md',
    'Give me a short summary of the leave policy',
    'Worum geht es in diesem Dokument?',
    'tl;dr',
  ])('asks for a summary: %s', (message) => {
    expect(readWhole(message, FILES)).toBe('summary');
  });

  it.each(['Which documents do I have?', 'what did I upload', 'List my files', 'Welche Dokumente habe ich?'])(
    'asks for the list: %s',
    (message) => {
      expect(readWhole(message, FILES)).toBe('list');
    },
  );

  it.each([
    'How long is parental leave?',
    'Summarise the rules on overtime',
    'Which documents mention the west gate?',
    'What is the queen about to do in May?',
  ])('asks for something in them: %s', (message) => {
    expect(readWhole(message, FILES)).toBeNull();
  });

  it('is about the document that it names, else the first', () => {
    const files = FILES.map((filename) => ({ filename }));
    expect(chooseDocument('Summarise the leave policy', files)?.filename).toBe('leave_policy.pdf');
    expect(chooseDocument('Summarise it', files)?.filename).toBe('bees.md');
  });
});
