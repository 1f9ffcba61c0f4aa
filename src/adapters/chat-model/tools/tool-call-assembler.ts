import type { JsonObject } from '../../../common/json.js';
import { storableJson } from '../../../common/text.js';
import type { ToolCall } from '../chat-model.js';
import type { ToolCallDelta } from '../delta.js';

/** Calls of one answer that are read; a model in a loop may write them without end. */
const MAX_CALLS = 64;
/** Ids that all servers take in later requests. */
const ID = /^[\w-]{1,64}$/;

interface Draft {
  index: number;
  id: string;
  name: string;
  arguments: string;
}

/**
 * Puts the tool calls of an answer together from their pieces. Servers differ: a name comes whole, in slices or again
 * with every piece; an index is left out or the same for all calls; ids repeat, or are missing.
 */
export class ToolCallAssembler {
  private readonly drafts: Draft[] = [];

  get isEmpty(): boolean {
    return this.drafts.length === 0;
  }

  /** @returns how many UTF-16 units it brought */
  add(piece: ToolCallDelta): number {
    const open = this.findOpen(piece);
    const length = piece.name.length + piece.arguments.length;
    if (!open) {
      if (this.drafts.length < MAX_CALLS)
        this.drafts.push({ ...piece, index: piece.index ?? this.drafts.length });
      return length;
    }
    open.id ||= piece.id;
    if (piece.name !== open.name) open.name += piece.name;
    open.arguments += piece.arguments;
    return length;
  }

  /** The calls as far as they came, in the order in which they began; ids are unique. */
  whole(): ToolCall[] {
    const ids = new Set<string>();
    return this.drafts
      .filter(({ name }) => name)
      .map(({ id, name, arguments: json }, i) => {
        const own = ID.test(id) && !ids.has(id) ? id : unusedId(ids, i);
        ids.add(own);
        return { id: own, name: name.trim().toWellFormed().replaceAll('\0', ''), input: readInput(json) };
      });
  }

  /** The call that a piece goes on with; undefined for the first of another. */
  private findOpen({ index, id, name }: ToolCallDelta): Draft | undefined {
    const open =
      index === undefined ? this.drafts.at(-1) : this.drafts.findLast((draft) => draft.index === index);
    if (!open) return undefined;
    // All calls have one index, or none: another id, or a name after a whole call, begins the next.
    if (id && open.id && id !== open.id && name) return undefined;
    return name && open.arguments && isWhole(open.arguments) ? undefined : open;
  }
}

/** Nine letters and digits: what the strictest servers take. */
function unusedId(used: ReadonlySet<string>, place: number): string {
  for (let number = place; ; number++) {
    const id = `call${String(number).padStart(5, '0')}`;
    if (!used.has(id)) return id;
  }
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** @returns null for what is not one JSON object; no arguments at all are an empty one */
function readInput(json: string): JsonObject | null {
  if (!json.trim()) return {};
  try {
    let value: unknown = JSON.parse(json);
    // Some models write the JSON as a text in JSON.
    if (typeof value === 'string') value = JSON.parse(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return storableJson(value as JsonObject) as JsonObject;
  } catch {
    return null;
  }
}
