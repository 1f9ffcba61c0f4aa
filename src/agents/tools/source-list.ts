import type { Emit, Source } from '../agent.js';

/** Sources of one answer; more would drown what matters. */
const MAX_SOURCES = 60;

/** The numbered sources of an answer, which grow while tools find more. */
export class SourceList {
  private sources: Source[];

  /**
   * @param emit gets the whole list whenever it has grown
   * @param known those that the answer had when it began to wait for a person
   */
  constructor(
    private readonly emit: Emit,
    known: readonly Source[] = [],
  ) {
    this.sources = [...known];
  }

  /** How many there are. */
  get count(): number {
    return this.sources.length;
  }

  /** Observes an agent's events: the sources of its first search are part of the list. */
  readonly observe: Emit = (event) => {
    if (event.type === 'sources') this.sources = event.sources;
    this.emit(event);
  };

  /** @returns the number of each, from 1; that of an equal one where it is there, 0 where there is no room */
  add(found: readonly Source[]): number[] {
    const before = this.sources.length;
    const all = [...this.sources];
    const numbers = found.map((source) => {
      const known = all.findIndex((other) => isSame(other, source));
      if (known >= 0) return known + 1;
      return all.length < MAX_SOURCES ? all.push(source) : 0;
    });
    if (all.length > before) this.observe({ type: 'sources', sources: all });
    return numbers;
  }
}

const isSame = (one: Source, other: Source) => one.source === other.source && one.text === other.text;
