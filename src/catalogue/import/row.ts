/** A row of an imported file, read or not. */
export type Row = { line: number; raw: string } & ({ record: Record<string, unknown> } | { problem: string });

/** A longer row is refused: films are text of a few kilobytes, and memory has a bound. */
export const MAX_ROW_CHARS = 1024 * 1024;
export const TOO_LONG = 'longer than 1 MB';
/** What of a refused row is kept to be shown. */
export const MAX_RAW_CHARS = 2_000;
