import { sentencesOf, type NearSentence } from '../../../search/sentences.js';
import { withEventRows } from './calendar-events.js';
import { isTitleLine, LABELLED, unwrap } from './line-breaks.js';
import { withPlainTables } from './plain-tables.js';
import { isKeyValue, isRow, setRowsApart, TABLE_SUMMARY, withoutMarks } from './quoted-text.js';

/** A quotable sentence. */
export interface Unit {
  text: string;
  /** Words of its context, such as titles; they count half. */
  about: string;
  /** Its source: an index into the caller's list. */
  source: number;
  /** The heading right above it, if any. */
  heading?: string;
  /** 0…1: its semantic similarity to the question, where that is known. */
  nearness?: number;
  /** 0…1: the relevance of its passage to the question. */
  relevance?: number;
  /** The line that introduces the list whose item it is. */
  lead?: string;
  /** Its paragraph or list item, among those of its source. */
  block?: number;
  /** Whether it may be the title of the text below, or says who sent a mail. */
  isTitle?: boolean;
}

const MAX_TEXT_CHARS = 8_000;
const MAX_HEADING_CHARS = 80;
const MAX_LEAD_CHARS = 100;
/** Marks the items of lists while a text is split. */
const ITEM = '\u0001';
/** Maximum words of a bold prefix that is treated as the heading of its sentence. */
const MAX_LEAD_WORDS = 4;
/** A first line that may be a heading, and the lines behind it. */
const FIRST_LINE = /^([\p{L}\p{N}](?:(?!: )[^\n|]){0,79}(?<![.!?:;,|"”。！？…\n]))\n(?=\S)([^]+)$/u;
const MARKED_HEADING = /^#{1,6}\s/m;
/** A text that begins with an item of a list. */
const LISTED = /^\s*(?:[-*•]|\d{1,3}[.)])\s/;
/** How a letter begins and ends. */
const SALUTATION =
  /^(?:Dear|Hi|Hello|Hallo|Sehr geehrte\p{L}*|Liebe[rs]?|Ch(?:er|ère)s?|Estimad[oa]s?|Querid[oa]s?|Gentil[ei]|Car[oia]|Prezad[oa]s?|Beste|Geachte)(?!\p{L})[^.!?:]{0,60}[,!]$|^(?:(?:Kind|Best|Warm) regards|Yours (?:sincerely|faithfully|truly)|Mit (?:freundlichen|besten|herzlichen) Grüßen|Cordialement|Un saludo|Cordiali saluti|Com os melhores cumprimentos|Met vriendelijke groet)/u;
/** The sentence that stands for the head of a mail. */
const MAIL_HEAD = / sent this mail(?: to .*)? on .* with the subject “/;
/** The number of a clause, which is no sentence of its own. */
const CLAUSE_NUMBER =
  /^(?:§+ ?\d+\w?|(?:Art(?:icle|ikel|[íi]culo|icolo|igo)?|Sec(?:tion)?|Clause|Ziffer)\.? ?\d+)(?: \p{L}+){0,3}\.$/u;

/**
 * Splits a document's text, plain or Markdown, into sentences; headings are added to `about` of the sentences below
 * them.
 */
export function toUnits(text: string, title: string, source: number): Unit[] {
  const units: Unit[] = [];
  let heading: string | undefined;
  let subject = '';
  let lead = '';
  const parts = blocks(withFirstHeading(text.slice(0, MAX_TEXT_CHARS).toWellFormed(), title));
  for (const [i, part] of parts.entries()) {
    const isItem = part.startsWith(ITEM);
    const block = isItem ? part.slice(ITEM.length) : part;
    if (TABLE_SUMMARY.test(block)) continue;
    const isOfKeys = isKeyValue(block) && isKeyValue(parts[i - 1] ?? '');
    if (!isOfKeys && isHeading(block, parts[i + 1])) {
      heading = block.replace(/^#+\s+/, '');
      lead = '';
      continue;
    }
    const isTitle = i === 0 && parts.length > 1 && isTitleLine(block) && !LISTED.test(text);
    const sentences = isRow(block) ? [withoutMarks(block)] : splitSentences(block);
    for (const [at, sentence] of sentences.entries()) {
      if (SALUTATION.test(sentence)) continue;
      // A question, or a sentence that ends with a colon, is treated as the heading of the next sentence.
      if (/[?:？：]$/.test(sentence) && (sentences[at + 1] ?? parts[i + 1]) !== undefined) lead = sentence;
      else
        units.push({
          text: sentence,
          about: [title, subject, heading, lead].filter(Boolean).join(' '),
          source,
          block: i,
          ...(isItem && at === 0 && /[:：]$/.test(lead) && lead.length <= MAX_LEAD_CHARS && { lead }),
          ...(heading !== undefined && { heading }),
          ...((isTitle || MAIL_HEAD.test(sentence)) && { isTitle: true }),
        });
    }
    if (isTitle) subject = block;
  }
  return units;
}

/** Adds semantic similarities to units, by the sentences that they are or contain. */
export function withNearness(units: readonly Unit[], near: readonly NearSentence[]): Unit[] {
  const sentences = near.map(({ text, nearness }) => ({ key: keyOf(text), nearness }));
  return units.map((unit) => {
    const key = keyOf(unit.text);
    const own = sentences.filter((other) => key.includes(other.key) || other.key.includes(key));
    return own.length ? { ...unit, nearness: Math.max(...own.map(({ nearness }) => nearness)) } : unit;
  });
}

/** Sentences are compared by their letters and digits: marks are left out of some and not of others. */
const keyOf = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/**
 * Heuristic, as headings may lose their markup in parsing: a short line without a sentence ending, before a line
 * with one.
 */
export const isHeading = (block: string, next: string | undefined): boolean =>
  /^#{1,6}\s/.test(block) ||
  (next !== undefined &&
    !isRow(block) &&
    !LABELLED.test(block) &&
    block.length <= MAX_HEADING_CHARS &&
    !/[.!?:;,|"”。！？…]$/u.test(block) &&
    (next.startsWith(`${block}: `) || /^#{1,5}\s/.test(next) || /[.!?:。！？…]["”)]?$/u.test(next)));

/**
 * A passage that begins with a heading has lost its marks, and its text may be the very next line: it is the heading
 * that the passage is below, or others further down still have theirs.
 */
function withFirstHeading(text: string, title: string): string {
  const [, first = '', rest = ''] = FIRST_LINE.exec(text) ?? [];
  const isNamed = title.endsWith(first) && title !== first;
  return first && (isNamed || MARKED_HEADING.test(rest)) ? `# ${first}\n\n${rest}` : text;
}

/** Joins each paragraph into one line; headings and list items are lines of their own. */
function blocks(text: string): string[] {
  const marked = setRowsApart(unwrap(withPlainTables(withEventRows(text.replace(/\r\n?/g, '\n'))))).replace(
    /^[ \t]*(?:(#{1,6}\s.*)$|[-*•]\s+|\d{1,3}[.)]\s+)/gm,
    (_, heading?: string) => `\n\n${heading ?? ITEM}`,
  );
  return marked
    .replace(/^(#{1,6}\s.*)$/gm, '$1\n\n')
    .split(/\n\s*\n/)
    .map((block) => block.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

/** The sentences of a block; a bold prefix such as `**Laundry.**` stays with its sentence. */
function splitSentences(block: string): string[] {
  const [first = '', second, ...others] = [...sentencesOf(withoutMarks(block))].map(({ segment }) =>
    segment.trim(),
  );
  const isLead =
    CLAUSE_NUMBER.test(first) || (/^(?:\*\*|__)/.test(block) && first.split(' ').length <= MAX_LEAD_WORDS);
  return second !== undefined && isLead
    ? [`${first} ${second}`, ...others]
    : [first, ...(second === undefined ? [] : [second]), ...others];
}
