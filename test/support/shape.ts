/**
 * Where a value differs in shape from a documented example: a key that is missing, or a value of another type.
 * Keys the example does not have are allowed. Every item of a list is held against the example's first.
 */
export function unlike(value: unknown, example: unknown, at = '$'): string[] {
  if (Array.isArray(example)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, i) => unlike(item, example[0], `${at}[${i}]`));
  }
  if (typeof value !== typeof example || (value === null) !== (example === null))
    return [`${at} is ${JSON.stringify(value)}, not such as ${JSON.stringify(example)}`];
  if (!isRecord(example)) return [];
  return Object.entries(example).flatMap(([key, item]) =>
    unlike((value as typeof example)[key], item, `${at}.${key}`),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
