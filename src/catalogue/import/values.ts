/** Placeholders for missing values in exports. */
const NOTHING = new Set(['', 'n/a', 'na', 'null', 'none', 'nan', '\\n', '[]', '-']);
const MAX_NAME = 100;

/** A text of at most `max` characters that PostgreSQL can store; null for what means nothing. */
export function textOf(value: unknown, max: number): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).replaceAll('\0', '').toWellFormed().replace(/\s+/g, ' ').trim();
  return NOTHING.has(text.toLowerCase()) ? null : text.slice(0, max).toWellFormed();
}

/** @returns null if it is not a number */
export function numberOf(value: unknown): number | null {
  const text = textOf(value, 30);
  const number = text === null ? NaN : Number(text.replace(',', '.'));
  return Number.isFinite(number) ? number : null;
}

/**
 * Names, each once: from an array of strings or of objects with a name, the same as JSON or as Python prints it, or from
 * text with commas or bars between them.
 */
export function namesOf(value: unknown, most: number): string[] {
  const names = namesIn(value).flatMap((name) => textOf(name, MAX_NAME) ?? []);
  return [...new Set(names)].slice(0, most);
}

function namesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.map((item) => (isNamed(item) ? item.name : item));
  if (typeof value !== 'string') return [];
  const text = value.trim();
  if (!text.startsWith('[')) return text.split(text.includes('|') ? '|' : /[,;]/);
  return namesIn(arrayOf(text));
}

/** The items of an array in a text. Python's way of writing one (Kaggle's) is read for its names only. */
export function arrayOf(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    const names = [...text.matchAll(/'name': (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
    if (names.length > 0)
      return names.map(([, single, double]) => (single ?? double)!.replace(/\\(.)/g, '$1'));
    return [...text.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(
      ([, single, double]) => single ?? double,
    );
  }
}

const isNamed = (item: unknown): item is { name: unknown } =>
  typeof item === 'object' && item !== null && 'name' in item;
