export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Maximum nesting depth: JSON parsers and serializers are recursive and overflow the stack at some thousands. */
const MAX_LEVELS = 100;

/** Whether a client's JSON value exceeds the nesting depth. */
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
