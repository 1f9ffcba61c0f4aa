const NO_MODEL = 'No language model is configured here, so I answer without one';

/** Questions about the assistant itself, with their answers while no model is configured. */
const ANSWERS: [RegExp, string][] = [
  [
    /^\W*(?:and )?(?:what can (?:you|i) do(?: here| with this)?|what are you able to do|how can you help(?: me)?|help|was kannst du)\W*$/i,
    `${NO_MODEL}: I quote your documents with their sources, compute over uploaded tables (sums, averages, groups, ` +
      'comparisons), say what a document is about, and remember this conversation. Upload a file and ask about it.',
  ],
  [
    /^\W*(?:who|what) are you\W*$|^\W*(?:what is|what['’]s) your name\W*$|^\W*wer bist du\W*$/i,
    `I am Parley's assistant. ${NO_MODEL}: I quote what documents, data and this conversation say.`,
  ],
  [
    /\bhow (?:do|can) (?:i|one|we) (?:upload|add|attach|send)\b.*\b(?:files?|documents?|pdfs?|tables?|it)\b|^\W*how (?:do|can) i upload\W*$/i,
    'Attach the file in your client, or send it as the field `file` of `POST /upload`. Text, Markdown, HTML, PDF, Word, ' +
      'PowerPoint, Excel, CSV and JSON are read; ask about it as soon as it is uploaded.',
  ],
];

/** @returns null for any other message */
export function describeItself(message: string): string | null {
  return ANSWERS.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
