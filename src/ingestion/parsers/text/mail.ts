import { readFile } from 'node:fs/promises';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { DocumentBuilder } from '../document-builder.js';
import { withSigns } from '../encodings/windows-1252.js';
import { withoutEncodedData } from './encoded-data.js';
import { addHtml } from '../markup/html.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';
import { sentAt, sentenceOf, shown, type SentAt } from './mail-sentence.js';
import { parsePlainText } from './plain-text.js';

const MAX_MAILS = 5_000;
/** The line that separates the messages of a mailbox: it is preceded by an empty line, and ends in a year. */
const SEPARATOR = /^From \S+.*\b\d{4}\b.*$/;

/** A message, or a mailbox of some: subject, who wrote to whom and when, and the body. Attachments are named, not read. */
export async function parse(file: string): Promise<ParsedDocument> {
  const builder = new DocumentBuilder();
  const messages = messagesOf(await readFile(file));
  for (const message of messages) await addMessage(builder, message);
  return builder.build();
}

/** @throws UnreadableFileError past the limit */
function messagesOf(bytes: Buffer): Buffer[] {
  if (!bytes.subarray(0, 5).equals(Buffer.from('From '))) return [bytes];
  const text = bytes.toString('latin1');
  const starts: number[] = [];
  for (const { index, 0: line } of text.matchAll(/^From .*$/gm)) {
    const isAfterGap = index === 0 || /(?:\n|\r\n)\r?\n$/.test(text.slice(Math.max(0, index - 4), index));
    if (isAfterGap && SEPARATOR.test(line.trimEnd())) starts.push(index);
  }
  if (starts.length > MAX_MAILS)
    throw new UnreadableFileError(
      `The mailbox has ${starts.length} messages; at most ${MAX_MAILS} are read.`,
    );
  // Lines of a message that begin like a separator have a ">" before it.
  return starts.map((start, i) =>
    Buffer.from(
      text.slice(text.indexOf('\n', start) + 1, starts[i + 1]).replace(/^>(?=>*From )/gm, ''),
      'latin1',
    ),
  );
}

async function addMessage(builder: DocumentBuilder, bytes: Buffer): Promise<void> {
  const mail = withSignsIn(await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' }));
  builder.title ??= mail.subject;
  builder.add('heading', mail.subject ?? 'No subject', { level: 1 });
  const sent = sentAt(mail.headers.find(({ key }) => key === 'date')?.value ?? '', mail.date);
  builder.add('paragraph', headOf(mail, sent).join('\n'));
  builder.add('paragraph', sentenceOf(mail, sent));
  if (mail.text?.trim()) addText(builder, mail.text);
  else if (mail.html) addHtml(builder, mail.html);
  const names = mail.attachments
    .filter(({ disposition }) => disposition !== 'inline')
    .map(({ filename, mimeType }) => filename ?? mimeType);
  if (names.length === 0) return;
  builder.add('paragraph', `Attachments: ${names.join(', ')}`);
  builder.warnings.push(
    `Attachments of the mail "${mail.subject ?? 'No subject'}" were not read: ${names.join(', ')}.`,
  );
}

/** The texts of a message with the quotes, dashes and euros of windows-1252, which most mail in Latin letters is in. */
const withSignsIn = (mail: Email): Email => ({
  ...mail,
  subject: mail.subject && withSigns(mail.subject),
  text: mail.text && withSigns(mail.text),
  html: mail.html && withSigns(mail.html),
});

function headOf({ from, to, cc }: Email, sent: SentAt | null): string[] {
  const people = (list: readonly Address[] = []) => list.map(shown).filter(Boolean).join(', ');
  const lines: [string, string][] = [
    ['From', from ? shown(from) : ''],
    ['To', people(to)],
    ['Cc', people(cc)],
    ['Date', sent?.iso ?? ''],
  ];
  return lines.flatMap(([name, value]) => (value ? `${name}: ${value}` : []));
}

function addText(builder: DocumentBuilder, source: string): void {
  const { text, warnings } = withoutEncodedData(source);
  builder.warnings.push(...warnings);
  for (const { start, end } of parsePlainText(text).blocks) builder.add('paragraph', text.slice(start, end));
}
