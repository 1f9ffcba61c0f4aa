import type { JsonObject } from '../../../common/json.js';
import { isStorableJson, storableJson } from '../../../common/text.js';
import type { ToolCall } from '../chat-model.js';
import { readThought, readToolCalls, type Choice, type ToolCallDelta } from '../delta.js';

/** Maximum calls per answer; a model in a loop may emit any number. */
const MAX_CALLS = 64;
/** UTF-16 units of a server's own data of a call, as JSON, and of the thinking before the calls. */
const MAX_EXTRA = 32 * 1024;
const MAX_THOUGHT = 32 * 1024;
/** Ids accepted by all servers. */
const ID = /^[\w-]{1,64}$/;

interface Draft {
  index: number;
  id: string;
  name: string;
  arguments: string;
  extra?: JsonObject;
}

/**
 * Assembles the tool calls of an answer from deltas. Servers differ: a name is sent whole, in slices or repeated in
 * every delta; an index is omitted or equal for all calls; ids are repeated or missing.
 */
export class ToolCallAssembler {
  private readonly drafts: Draft[] = [];
  private thinking = '';

  get isEmpty(): boolean {
    return this.drafts.length === 0;
  }

  /** The thinking that goes back to the server with the calls; empty when there was none. */
  get thought(): string {
    return this.thinking.slice(0, MAX_THOUGHT).toWellFormed().replaceAll('\0', '');
  }

  /** @returns how many UTF-16 units of calls a chunk brought */
  addFrom(choice: Choice): number {
    if (this.thinking.length < MAX_THOUGHT) this.thinking += readThought(choice);
    return readToolCalls(choice).reduce((sum, piece) => sum + this.add(piece), 0);
  }

  private add(piece: ToolCallDelta): number {
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
    open.extra ??= piece.extra;
    return length;
  }

  /** The calls received so far, in order; ids are unique. */
  whole(): ToolCall[] {
    const ids = new Set<string>();
    return this.drafts
      .filter(({ name }) => name)
      .map(({ id, name, arguments: json, extra }, i) => {
        const own = ID.test(id) && !ids.has(id) ? id : unusedId(ids, i);
        ids.add(own);
        return {
          id: own,
          name: name.trim().toWellFormed().replaceAll('\0', ''),
          input: readInput(json),
          ...(extra && isKept(extra) && { extra }),
        };
      });
  }

  /** The call that a delta continues; undefined if it begins another one. */
  private findOpen({ index, id, name }: ToolCallDelta): Draft | undefined {
    const open =
      index === undefined ? this.drafts.at(-1) : this.drafts.findLast((draft) => draft.index === index);
    if (!open) return undefined;
    // Equal or missing indexes: another id, or a name after a complete call, begins the next call.
    if (id && open.id && id !== open.id && name) return undefined;
    return name && open.arguments && isWhole(open.arguments) ? undefined : open;
  }
}

/** Nine letters and digits: the format of the strictest servers. */
function unusedId(used: ReadonlySet<string>, place: number): string {
  for (let number = place; ; number++) {
    const id = `call${String(number).padStart(5, '0')}`;
    if (!used.has(id)) return id;
  }
}

/** Data that may be stored while a call waits, and does not fill it. */
const isKept = (extra: JsonObject) => isStorableJson(extra) && JSON.stringify(extra).length <= MAX_EXTRA;

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** @returns null when it is not one JSON object; empty arguments are an empty object */
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
