import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { catalogueDirectory } from './shipped-catalogue.js';

const schema = z.record(z.string().regex(/^tt\d{7,8}$/), z.array(z.string().min(1)).min(1));

/** By IMDb id, the titles under which films are known in other languages than English and their own. */
export type OtherTitles = ReadonlyMap<string, readonly string[]>;

let titles: Promise<OtherTitles> | undefined;

/** The shipped titles; they serve imported films as well. @throws Error when they cannot be read; the next call reads again */
export function otherTitles(): Promise<OtherTitles> {
  titles ??= readOtherTitles().catch((error: unknown) => {
    titles = undefined;
    throw error;
  });
  return titles;
}

async function readOtherTitles(): Promise<OtherTitles> {
  const text = await readFile(join(catalogueDirectory(), 'other-titles.json'), 'utf8');
  return new Map(Object.entries(schema.parse(JSON.parse(text))));
}
