/** A sentence that may be quoted. */
export interface Unit {
  text: string;
  /** Words that say what it is about without being in it, such as titles; they count half. */
  about: string;
  /** Where it comes from: an index of the caller's. */
  source: number;
}

export interface RankedUnit extends Unit {
  /** Its place among the units. */
  position: number;
  score: number;
  /** 0…1: how much of the question its words cover, rare words counting more. */
  coverage: number;
}

/** Bounds of the work, which is done between two turns of the event loop. */
const MAX_UNITS = 2_000;
const MAX_TEXT_CHARS = 8_000;
const MAX_STEMS_ASKED = 64;
/** Words of questions that say nothing about what is asked for. */
const STOP_WORDS = new Set(
  (
    'a an the this that these those and or but if then so of in on at to for from by with about as into is are was ' +
    'were be been am do does did done have has had can could will would shall should may might must i you he she it ' +
    'we they me him her us them my your his its our their what which who whom whose when where why how there here ' +
    'please tell say said know give show find explain not no yes also just any some much many'
  ).split(' '),
);
/** In scripts without spaces each character is a word: `Intl.Segmenter` knows better and is far slower. */
const WORD = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{N}\p{M}]+(?:['’]\p{L}+)?/gu;
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The units that share words with the question, best first; of equals the earlier one. */
export function rank(question: string, units: readonly Unit[]): RankedUnit[] {
  const asked = [...stems(question)].slice(0, MAX_STEMS_ASKED);
  const known = units
    .slice(0, MAX_UNITS)
    .map((unit) => ({ unit, in: stems(unit.text), about: stems(unit.about) }));
  const weights = weigh(
    asked,
    known.map((entry) => new Set([...entry.in, ...entry.about])),
  );
  const whole = sum(weights.values());
  return known
    .map((entry, position) => {
      const direct = sum([...weights].map(([stem, weight]) => (entry.in.has(stem) ? weight : 0)));
      const nearby = sum(
        [...weights].map(([stem, weight]) => (!entry.in.has(stem) && entry.about.has(stem) ? weight : 0)),
      );
      // A long sentence has more words by chance.
      const score = (direct + nearby / 2) / (1 + Math.log1p(entry.in.size / 20));
      return { ...entry.unit, position, score, coverage: whole ? (direct + nearby) / whole : 0 };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.position - b.position);
}

/**
 * The few sentences that answer, in the order in which they stand.
 * @param ranked best first, as `rank` gives them
 */
export function choose(ranked: readonly RankedUnit[], limit = 3): RankedUnit[] {
  const chosen = new Map<string, RankedUnit>();
  for (const unit of ranked) {
    const best = ranked[0]?.score ?? 0;
    if (chosen.size === limit || unit.score < best * 0.6) break;
    // Neighbouring passages overlap.
    if (!chosen.has(unit.text)) chosen.set(unit.text, unit);
  }
  return [...chosen.values()].sort((a, b) => a.position - b.position);
}

/** Cuts a document's text, plain or Markdown, into sentences; headings go into `about`. */
export function toUnits(text: string, title: string, source: number): Unit[] {
  const units: Unit[] = [];
  let heading = '';
  for (const block of blocks(text.slice(0, MAX_TEXT_CHARS).toWellFormed())) {
    if (/^#{1,6}\s/.test(block)) heading = block.replace(/^#+\s+/, '');
    else
      for (const sentence of splitSentences(block))
        units.push({ text: sentence, about: `${title} ${heading}`, source });
  }
  return units;
}

/** Paragraphs as one line each; headings and list items stand alone. */
function blocks(text: string): string[] {
  const marked = text
    .replace(/\r\n?/g, '\n')
    .replace(/^[ \t]*(?:(#{1,6}\s.*)$|[-*•]\s+|\d{1,3}[.)]\s+)/gm, '\n\n$1');
  return marked
    .replace(/^(#{1,6}\s.*)$/gm, '$1\n\n')
    .split(/\n\s*\n/)
    .map((block) => block.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

function splitSentences(block: string): string[] {
  const parts: string[] = [];
  for (const { segment } of sentences.segment(block)) {
    const last = parts.length - 1;
    // The segmenter ends a sentence after "Dr." and "J." too.
    if (
      /(?:^|[\s(])(?:\p{Lu}|Dr|Mr|Mrs|Ms|St|No|vs|e\.g|i\.e|approx|Fig)\.\s$/u.test(
        parts[last]?.slice(-10) ?? '',
      )
    )
      parts[last] += segment;
    else parts.push(segment);
  }
  return parts.map((part) => part.trim());
}

/** The words of a text that mean something, brought to a common form. */
export function stems(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.toLowerCase().match(WORD) ?? []) if (!STOP_WORDS.has(word)) found.add(toStem(word));
  return found;
}

/** Endings off, lightly: "refunded", "refunds" and "refund" meet, and so do "price" and "pricing". */
function toStem(word: string): string {
  const bare = word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/['’]s?$/, '');
  return bare
    .replace(/ies$/, 'y')
    .replace(/(?<=\p{L}{3})(?:ing|ed|es|(?<!s)s|ly)$/u, '')
    .replace(/([bdgmnprt])\1$/, '$1')
    .replace(/(?<=\p{L}{3})e$/u, '');
}

/** What each word of the question is worth: rare words most, and unknown words, which tell nothing, half of the mean. */
function weigh(asked: readonly string[], texts: readonly Set<string>[]): Map<string, number> {
  const counts = new Map(asked.map((stem) => [stem, texts.filter((text) => text.has(stem)).length]));
  const known = [...counts].filter(([, count]) => count > 0);
  const worth = new Map(known.map(([stem, count]) => [stem, Math.log1p(texts.length / count)]));
  const mean = worth.size ? sum(worth.values()) / worth.size : 0;
  for (const stem of asked) if (!worth.has(stem)) worth.set(stem, mean / 2);
  return worth;
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
