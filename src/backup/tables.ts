import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import type { ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { BackupError, type Manifest } from './manifest.js';
import { ChecksumStream } from './checksum-stream.js';

/** A table with its columns. */
export interface Table {
  name: string;
  /** Without generated columns. */
  columns: string[];
  /** An order that is the same on every server. */
  order: string;
}

/** Text of values must not depend on the settings of a server or a user. */
const SETTINGS = `
  SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET statement_timeout = 0; SET client_encoding = 'UTF8'`;

export const prepareSession = (client: ClientBase) => client.query(SETTINGS);

/** Parley's tables in the database, by name. @param names of all known tables */
export async function listTables(client: ClientBase, names: readonly string[]): Promise<Table[]> {
  // $1 names of tables
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS name,
       (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C") FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       (SELECT string_agg(quote_ident(a.attname)
          || CASE WHEN a.attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END, ', ' ORDER BY k.place)
        FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_attribute a ON a.attnum = k.attnum
        WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid) AS order
     FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY ($1)
     ORDER BY c.relname COLLATE "C"`,
    [names],
  );
  return rows;
}

/** The applied migrations, oldest first; empty for an empty database. */
export async function listMigrations(client: ClientBase): Promise<string[]> {
  const { rows: found } = await client.query<{ is: boolean }>(
    `SELECT to_regclass('migrations') IS NOT NULL AS is`,
  );
  if (!found[0]?.is) return [];
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp, id');
  return rows.map(({ name }) => name);
}

/** All rows of a table, in COPY's text format. */
export const readTable = (client: ClientBase, table: Table): Readable =>
  client.query(
    copyTo(
      `COPY (SELECT ${listOf(table.columns)} FROM ${quote(table.name)} ORDER BY ${table.order}) TO STDOUT`,
    ),
  );

/** Row counts and digests of tables. */
export async function tallyTables(client: ClientBase, tables: readonly Table[]): Promise<Manifest['tables']> {
  const tallies: Manifest['tables'] = {};
  for (const table of tables) {
    const tally = new ChecksumStream();
    await pipeline(readTable(client, table), tally, new Nowhere());
    tallies[table.name] = { count: tally.lines, sha256: tally.sha256, columns: table.columns };
  }
  return tallies;
}

/** Inserts rows in the format of `readTable`. @throws BackupError when the table lacks the columns */
export async function writeTable(
  client: ClientBase,
  { name, columns }: Pick<Table, 'name' | 'columns'>,
  rows: Readable,
): Promise<void> {
  try {
    await pipeline(rows, client.query(copyFrom(`COPY ${quote(name)} (${listOf(columns)}) FROM STDIN`)));
  } catch (error) {
    throw new BackupError(`the table ${name} could not be restored: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Empties tables, and disables their constraints and triggers. Inside a transaction.
 * @returns a function that restores constraints and triggers; it fails on rows that violate them
 */
export async function emptyTables(
  client: ClientBase,
  tables: readonly Table[],
): Promise<() => Promise<void>> {
  const names = tables.map(({ name }) => name);
  await client.query(`LOCK TABLE ${names.map(quote).join(', ')} IN ACCESS EXCLUSIVE MODE`);
  // $1 names of tables
  const { rows: constraints } = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT r.relname AS table, c.conname AS name, pg_get_constraintdef(c.oid) AS definition
     FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
     WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND r.relname = ANY ($1)`,
    [names],
  );
  for (const { table, name } of constraints)
    await client.query(`ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)}`);
  for (const name of names) await client.query(`ALTER TABLE ${quote(name)} DISABLE TRIGGER USER`);
  await client.query(`TRUNCATE ${names.map(quote).join(', ')}`);
  return async () => {
    for (const { table, name, definition } of constraints)
      await client.query(`ALTER TABLE ${quote(table)} ADD CONSTRAINT ${quote(name)} ${definition}`);
    for (const name of names) await client.query(`ALTER TABLE ${quote(name)} ENABLE TRIGGER USER`);
  };
}

/** Sets the sequences of columns behind the highest value, for rows that brought values of their own. */
export async function advanceSequences(client: ClientBase, tables: readonly Table[]): Promise<void> {
  // $1 names of tables
  const { rows } = await client.query<{ sequence: string; table: string; column: string }>(
    `SELECT s.oid::regclass::text AS sequence, r.relname AS table, a.attname AS column
     FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
     JOIN pg_class r ON r.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
     WHERE s.relkind = 'S' AND s.relnamespace = current_schema()::regnamespace AND r.relname = ANY ($1)`,
    [tables.map(({ name }) => name)],
  );
  for (const { sequence, table, column } of rows)
    // $1 the sequence
    await client.query(
      `SELECT setval($1, (SELECT coalesce(max(${quote(column)}), 0) + 1 FROM ${quote(table)}), false)`,
      [sequence],
    );
}

class Nowhere extends Writable {
  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
const listOf = (columns: readonly string[]) => columns.map(quote).join(', ');
