export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Whatever reads or writes JSON calls itself for each level: some thousands are more than a stack holds. */
const MAX_LEVELS = 100;

/** Whether a value nests deeper than JSON of a client may. */
export function nestsTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= MAX_LEVELS; depth += 1) {
    const next: unknown[] = [];
    for (const item of level)
      if (typeof item === 'object' && item !== null) for (const part of Object.values(item)) next.push(part);
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}
