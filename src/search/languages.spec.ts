import { detectLanguage } from './languages.js';
import { plainWords } from './words.js';

it.each([
  ['What is the notice period?', 'en'],
  ['Welche Frist gilt bei einer Kündigung?', 'de'],
  ['Quel est le délai de préavis ?', 'fr'],
  ['¿Cuál es el plazo de preaviso?', 'es'],
  ["Qual è il termine per l'iscrizione dei soci?", 'it'],
  ['Qual é o prazo para não pagar a multa?', 'pt'],
  ['Wat is de opzegtermijn van het contract?', 'nl'],
  ['Hur lång är uppsägningstiden för en anställd?', 'sv'],
  ['Какой срок уведомления?', 'ru'],
  ['ما هي مدة الإشعار؟', 'ar'],
])('"%s" is %s', (text, code) => {
  expect(detectLanguage(plainWords(text))?.code).toBe(code);
});

it('does not take a name for a language', () => {
  expect(detectLanguage(plainWords('Kubernetes TX-204'))).toBeNull();
});
