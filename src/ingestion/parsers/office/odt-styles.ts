import type { CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';
import { LETTER_FORMATS, numeral } from '../numerals.js';
import { raised, struck } from '../raised.js';

/** OpenDocument has ten levels; files may claim others. */
const MAX_LEVEL = 10;
const levelIn = (value: number) => Math.min(MAX_LEVEL, Math.max(1, Math.trunc(value) || 1));

/** A level of a list or of the headings. */
interface Level {
  format: string;
  prefix: string;
  suffix: string;
  /** How many numbers are shown, its own the last. */
  shown: number;
  start: number;
}

/** What the styles of an OpenDocument text say about its words and numbers. */
export class OdtStyles {
  private readonly hidden = new Set<string>();
  private readonly raised = new Set<string>();
  private readonly struck = new Set<string>();
  private readonly lists = new Map<string, Level[]>();
  private readonly outline: Level[];
  private readonly headings: (number | undefined)[] = [];
  /** By the style of the list: one may go on where another ended. */
  private readonly counters = new Map<string, (number | undefined)[]>();

  /** @param parts of the document that have styles */
  constructor(...parts: readonly CheerioAPI[]) {
    this.outline = [];
    for (const $ of parts) {
      for (const style of $('style\\:style').toArray()) {
        const name = $(style).attr('style:name') ?? '';
        const text = $(style).children('style\\:text-properties');
        if (text.attr('text:display') === 'none') this.hidden.add(name);
        if (/^(?:super|[1-9]\d*%)/.test(text.attr('style:text-position') ?? '')) this.raised.add(name);
        if (!/^(?:none)?$/.test(text.attr('style:text-line-through-style') ?? '')) this.struck.add(name);
      }
      for (const list of $('text\\:list-style').toArray())
        this.lists.set($(list).attr('style:name') ?? '', levelsOf($, list));
      for (const outline of $('text\\:outline-style').toArray()) this.outline.push(...levelsOf($, outline));
    }
  }

  isHidden(name = ''): boolean {
    return this.hidden.has(name);
  }

  /** The words of a span as they are shown. */
  shown(words: string, name = ''): string {
    const all = this.raised.has(name) ? raised(words) : words;
    return this.struck.has(name) && words.trim() ? struck(all) : all;
  }

  /** The number of a heading, as in `2.1 `; empty where headings have none. @param level from 1 */
  headingNumber(level: number): string {
    return numberAt(this.outline, this.headings, levelIn(level) - 1);
  }

  /** Whether a list counts anew. */
  restart(style: string, level: number): void {
    const counter = this.counters.get(style);
    if (counter) counter.length = Math.min(counter.length, level);
  }

  /** The number of an item; empty for a bullet. @param level from 0 @param start where it has a number of its own */
  itemNumber(style: string, level: number, start: number | undefined): string {
    const counter = this.counters.get(style) ?? [];
    this.counters.set(style, counter);
    if (start !== undefined) {
      counter.length = Math.min(counter.length, level + 1);
      counter[level] = start - 1;
    }
    return numberAt(this.lists.get(style) ?? [], counter, level);
  }
}

/** Counts, and writes the number. */
function numberAt(levels: readonly Level[], counter: (number | undefined)[], level: number): string {
  const own = levels[level];
  counter.length = Math.min(counter.length, level + 1);
  for (let i = 0; i < level; i++) counter[i] ??= levels[i]?.start ?? 1;
  counter[level] = counter[level] === undefined ? (own?.start ?? 1) : counter[level] + 1;
  if (!own?.format) return '';
  const first = Math.max(0, level + 1 - own.shown);
  const numbers = levels
    .slice(first, level + 1)
    .flatMap(({ format }, i) => (format ? numeral(counter[first + i] ?? 1, LETTER_FORMATS[format]) : []));
  return `${own.prefix}${numbers.join('.')}${own.suffix} `;
}

function levelsOf($: CheerioAPI, list: AnyNode): Level[] {
  const levels: Level[] = [];
  for (const level of $(list).children().toArray()) {
    const value = (name: string) => $(level).attr(name) ?? '';
    levels[levelIn(Number(value('text:level'))) - 1] = {
      format: value('style:num-format'),
      prefix: value('style:num-prefix'),
      suffix: value('style:num-suffix'),
      shown: Number(value('text:display-levels') || 1),
      start: Number(value('text:start-value') || 1),
    };
  }
  return Array.from(levels, (level) => level ?? { format: '', prefix: '', suffix: '', shown: 1, start: 1 });
}
