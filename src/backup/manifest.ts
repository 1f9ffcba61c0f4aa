import { z } from 'zod';

/** Version of the backup format; others are refused. */
export const FORMAT = 1;

const contentSchema = z.object({
  /** Rows of a table, bytes of a file, keys of rooms. */
  count: z.number().int(),
  sha256: z.string(),
});

/** The last entry of a backup; a backup without it is truncated. */
export const manifestSchema = z.object({
  format: z.literal(FORMAT, { error: 'is a layout that this version does not know' }),
  version: z.string(),
  createdAt: z.string(),
  /** Names of the migrations that the tables have been through, oldest first. */
  migrations: z.array(z.string()),
  /** By table name: the columns in the order of the data, with counts and digest. */
  tables: z.record(z.string(), contentSchema.extend({ columns: z.array(z.string()) })),
  blobs: z.record(z.string(), contentSchema),
  rooms: contentSchema,
});

export type Manifest = z.output<typeof manifestSchema>;

/** An unusable backup; the message is one sentence. */
export class BackupError extends Error {}

/** For people: `27 tables, 1234 rows, 3 files of 5 bytes, 2 keys of rooms`. */
export function describe({ tables, blobs, rooms }: Manifest): string {
  const sum = (parts: Record<string, { count: number }>) =>
    Object.values(parts).reduce((total, { count }) => total + count, 0);
  return (
    `${Object.keys(tables).length} tables with ${sum(tables)} rows, ` +
    `${Object.keys(blobs).length} files with ${sum(blobs)} bytes, ${rooms.count} keys of rooms`
  );
}

/** Differences between two stores: names of tables, files, or `rooms`. Empty when they are equal. */
export function differences(one: Manifest, other: Manifest): string[] {
  const compare = (a: Manifest['blobs'], b: Manifest['blobs']) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
      (name) => a[name]?.sha256 !== b[name]?.sha256 || a[name]?.count !== b[name]?.count,
    );
  return [
    ...compare(one.tables, other.tables),
    ...compare(one.blobs, other.blobs),
    ...compare({ rooms: one.rooms }, { rooms: other.rooms }),
  ];
}
