import { readFile } from 'node:fs/promises';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { DocumentBuilder } from '../document-builder.js';
import { withSigns } from '../encodings/windows-1252.js';
import { withoutEncodedData } from './encoded-data.js';
import { addHtml, parseHtml } from '../markup/html.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';
import { withDeclaredEncoding } from './mail-encoding.js';
import { sentAt, sentenceOf, shown, type SentAt } from './mail-sentence.js';
import { parsePlainText } from './plain-text.js';

const MAX_MAILS = 5_000;
/**
 * What separates the messages of a mailbox: a line with a year after an empty line, and the head of the next message
 * below it. Some programs leave lines of a text alone that begin so.
 */
const SEPARATOR = /^From \S+[^\n]*\b\d{4}\b[^\n]*\n>?[!-9;-~]+:/;
/** Messages within messages are read so deep. */
const MAX_DEPTH = 5;
/** A message whose plain text has fewer of the words of its page only says that there is one. */
const MIN_SHARED_WORDS = 0.5;
/** Pages that a browser saved. */
const SAVED = /^<?saved by/i;

/**
 * A message, or a mailbox of some: subject, who wrote to whom and when, and the body; messages that are attached are
 * read as well, other attachments named.
 */
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
  for (const { index } of text.matchAll(/^From /gm)) {
    const isAfterGap = index === 0 || /(?:\n|\r\n)\r?\n$/.test(text.slice(Math.max(0, index - 4), index));
    if (isAfterGap && SEPARATOR.test(text.slice(index, index + 1_000))) starts.push(index);
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

async function addMessage(builder: DocumentBuilder, bytes: Buffer, depth = 0): Promise<void> {
  const source = await withDeclaredEncoding(bytes);
  const mail = withSignsIn(await PostalMime.parse(source, { attachmentEncoding: 'arraybuffer' }));
  const subject = mail.subject ?? 'No subject';
  builder.title ??= mail.subject;
  builder.add('heading', subject, { level: 1 });
  const isSaved = SAVED.test(mail.from?.name || mail.from?.address || '');
  if (!isSaved) addHead(builder, mail);
  addBody(builder, mail);
  if (`${mail.subject} ${mail.text} ${mail.html}`.includes('\ufffd'))
    builder.warnings.push(
      `Some letters of the mail "${subject}" could not be read: they are not in the encoding that it names.`,
    );
  const isMessage = ({ mimeType }: Attachment) => mimeType === 'message/rfc822' && depth < MAX_DEPTH;
  const names = mail.attachments
    .filter((one) => one.disposition !== 'inline' && !one.related && !isSaved && !isMessage(one))
    .map(({ filename, mimeType }) => filename ?? mimeType);
  if (names.length > 0) {
    builder.add('paragraph', `Attachments: ${names.join(', ')}`);
    builder.warnings.push(`Attachments of the mail "${subject}" were not read: ${names.join(', ')}.`);
  }
  for (const { content } of mail.attachments.filter(isMessage))
    await addMessage(builder, Buffer.from(content as ArrayBuffer), depth + 1);
}

function addHead(builder: DocumentBuilder, mail: Email): void {
  const sent = sentAt(mail.headers.find(({ key }) => key === 'date')?.value ?? '', mail.date);
  builder.add('paragraph', headOf(mail, sent).join('\n'));
  builder.add('paragraph', sentenceOf(mail, sent));
}

/** The plain text; the page as well where the text has little of it, or there is none. */
function addBody(builder: DocumentBuilder, { text = '', html }: Email): void {
  if (text.trim()) addText(builder, text);
  if (!html) return;
  if (!text.trim() || sharedWords(text, parseHtml(html).text) < MIN_SHARED_WORDS) addHtml(builder, html);
}

function sharedWords(text: string, page: string): number {
  const wordsOf = (words: string) => new Set(words.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const [own, all] = [wordsOf(text), wordsOf(page)];
  return all.size === 0 ? 1 : [...all].filter((word) => own.has(word)).length / all.size;
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
