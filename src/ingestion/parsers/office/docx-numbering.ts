import type { Cheerio, CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';
import { numeral } from '../numerals.js';

type Selection = Cheerio<AnyNode>;

interface Level {
  format: string;
  /** As in `%1.%2`. */
  text: string;
  start: number;
  /** Whether the numbers of the levels above are written as 1, 2, 3 in it. */
  isLegal: boolean;
  /** It begins anew below a number of one of so many levels only; of all above where undefined, of none where 0. */
  restart: number | undefined;
}

const LEVELS = 9;

/** The automatic numbers of a Word document: what Word shows before a paragraph and does not store. */
export class Numbering {
  /** By the id of the abstract list: lists of one kind count on. */
  private readonly counters = new Map<string, (number | undefined)[]>();
  private readonly restarted = new Set<string>();
  /** By the id of the list: looked up once, not for each paragraph. */
  private readonly levels = new Map<string, (Level | undefined)[]>();

  constructor(
    private readonly numbering: CheerioAPI,
    private readonly styles: CheerioAPI,
  ) {}

  /**
   * Counts a paragraph.
   * @param properties its `w:pPr`
   * @returns what stands before it, as `2.1`; empty when nothing does, or a bullet
   */
  next(properties: Selection): string {
    const place = this.placeOf(properties);
    if (!place) return '';
    const { numId, level } = place;
    const list = this.numbering(`w\\:num[w\\:numId="${numId}"]`).first();
    const abstractId = this.abstractOf(list);
    if (abstractId === undefined || level >= LEVELS) return '';
    const levels = this.levelsOf(numId, list, abstractId);
    const counter = this.counterOf(list, numId, abstractId);
    for (let i = 0; i < level; i++) counter[i] ??= levels[i]?.start ?? 1;
    counter[level] = counter[level] === undefined ? (levels[level]?.start ?? 1) : counter[level] + 1;
    for (let i = level + 1; i < counter.length; i++)
      if ((levels[i]?.restart ?? LEVELS) > level) counter[i] = undefined;
    const own = levels[level];
    if (!own || own.format === 'bullet' || own.format === 'none') return '';
    return own.text
      .replaceAll(/%([1-9])/g, (_, n: string) =>
        numeral(counter[Number(n) - 1] ?? 1, own.isLegal ? 'decimal' : levels[Number(n) - 1]?.format),
      )
      .trim();
  }

  private levelsOf(numId: string, list: Selection, abstractId: string): (Level | undefined)[] {
    const known = this.levels.get(numId);
    if (known) return known;
    const levels = Array.from({ length: LEVELS }, (_, i) => this.levelOf(list, abstractId, i));
    this.levels.set(numId, levels);
    return levels;
  }

  /** The abstract list that counts: one may refer to another by a style. */
  private abstractOf(list: Selection): string | undefined {
    let id = list.children('w\\:abstractNumId').attr('w:val');
    for (let depth = 0; depth < 5 && id !== undefined; depth++) {
      const link = this.numbering(`w\\:abstractNum[w\\:abstractNumId="${id}"] > w\\:numStyleLink`).attr(
        'w:val',
      );
      const numId =
        link &&
        this.styles(`w\\:style[w\\:styleId="${link}"] > w\\:pPr > w\\:numPr > w\\:numId`).attr('w:val');
      if (!numId) break;
      id = this.numbering(`w\\:num[w\\:numId="${numId}"] > w\\:abstractNumId`).attr('w:val');
    }
    return id;
  }

  private counterOf(list: Selection, numId: string, abstractId: string): (number | undefined)[] {
    let counter = this.counters.get(abstractId);
    const restarts = list.find('w\\:startOverride').length > 0 && !this.restarted.has(numId);
    if (!counter || restarts) this.counters.set(abstractId, (counter = []));
    this.restarted.add(numId);
    return counter;
  }

  private levelOf(list: Selection, abstractId: string, level: number): Level | undefined {
    const override = list.children(`w\\:lvlOverride[w\\:ilvl="${level}"]`);
    const own = override.children('w\\:lvl');
    const shared = this.numbering(
      `w\\:abstractNum[w\\:abstractNumId="${abstractId}"] > w\\:lvl[w\\:ilvl="${level}"]`,
    );
    const definition = own.length > 0 ? own.first() : shared.first();
    if (definition.length === 0) return undefined;
    const start =
      override.children('w\\:startOverride').attr('w:val') ?? definition.children('w\\:start').attr('w:val');
    return {
      format: definition.children('w\\:numFmt').attr('w:val') ?? 'decimal',
      text: definition.children('w\\:lvlText').attr('w:val') ?? '',
      start: Number(start ?? 1),
      isLegal: isOn(definition.children('w\\:isLgl')),
      restart: whole(definition.children('w\\:lvlRestart').attr('w:val')),
    };
  }

  /** The list and level of a paragraph: its own, or those of its style or of one that the style is based on. */
  private placeOf(properties: Selection): { numId: string; level: number } | null {
    const named = properties.children('w\\:pStyle').attr('w:val');
    let style = named;
    let own: Cheerio<AnyNode> = properties.children('w\\:numPr');
    let level = own.children('w\\:ilvl').attr('w:val');
    let numId = own.children('w\\:numId').attr('w:val');
    for (let depth = 0; depth < 20 && style && numId === undefined; depth++) {
      const definition = this.styles(`w\\:style[w\\:styleId="${style}"]`).first();
      own = definition.find('> w\\:pPr > w\\:numPr');
      level ??= own.children('w\\:ilvl').attr('w:val');
      numId = own.children('w\\:numId').attr('w:val');
      style = definition.children('w\\:basedOn').attr('w:val');
    }
    if (numId === undefined || numId === '0') return null;
    return { numId, level: Number(level ?? this.levelOfStyle(numId, named) ?? 0) };
  }

  /** The level that a list has for paragraphs of a style. */
  private levelOfStyle(numId: string, style: string | undefined): string | undefined {
    const abstractId = this.abstractOf(this.numbering(`w\\:num[w\\:numId="${numId}"]`).first());
    return this.numbering(
      `w\\:abstractNum[w\\:abstractNumId="${abstractId}"] > w\\:lvl:has(> w\\:pStyle[w\\:val="${style}"])`,
    ).attr('w:ilvl');
  }
}

const whole = (value: string | undefined) => (value === undefined ? undefined : Number(value));

/** A property without a value is on. */
export const isOn = (property: Selection) =>
  property.length > 0 && !/^(?:0|false|off)$/.test(property.attr('w:val') ?? '');
