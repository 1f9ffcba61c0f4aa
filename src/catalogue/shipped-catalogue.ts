import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fileAbove } from '../common/built-file.js';
import type { FilmWrite } from '../database/repositories/film-records.js';
import { filmId, storedTitleKey } from './film-identity.js';
import { parseVectors } from './vectors-file.js';

/** A line of `catalogue/films.jsonl`. */
const shippedFilmSchema = z.strictObject({
  imdb_id: z
    .string()
    .regex(/^tt\d{7,8}$/)
    .nullable(),
  title: z.string().min(1),
  year: z.int().min(1880),
  directors: z.array(z.string()).min(1),
  cast: z.array(z.string()),
  genres: z.array(z.string()).min(1),
  rating: z.number().min(0).max(10).nullable(),
  poster: z.url({ protocol: /^https$/ }).nullable(),
  moods: z.array(z.string()),
  keywords: z.array(z.string()),
  plot: z.string().min(1),
  original_title: z.string().min(1).nullable(),
  language: z.string().regex(/^[A-Z][a-z]+$/),
});
export type ShippedFilm = z.infer<typeof shippedFilmSchema>;

export interface ShippedCatalogue {
  /** Changes when either file does. */
  checksum: string;
  /** Parses the files; slower than the checksum, which is all that most starts need. */
  films(): FilmWrite[];
}

/** The directory of the shipped files: at the root of the package, which a build lies one floor further below. */
export function catalogueDirectory(): string {
  const films = fileAbove('catalogue/films.jsonl', import.meta.url);
  if (!films) throw new Error('catalogue/films.jsonl is missing from this installation.');
  return dirname(films);
}

export const parseFilms = (jsonl: string): ShippedFilm[] =>
  jsonl
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => shippedFilmSchema.parse(JSON.parse(line)));

/** Reads the shipped films and their vectors. */
export async function readShippedCatalogue(directory = catalogueDirectory()): Promise<ShippedCatalogue> {
  const jsonl = await readFile(join(directory, 'films.jsonl'));
  const vectorsFile = await readFile(join(directory, 'films.vectors'));
  return {
    checksum: createHash('sha256').update(jsonl).update(vectorsFile).digest('hex'),
    films: () => {
      const { model, vectors } = parseVectors(vectorsFile, jsonl);
      return parseFilms(jsonl.toString('utf8')).map(
        ({ imdb_id: imdbId, original_title: originalTitle, ...film }, i) => {
          const titleKey = storedTitleKey(film.title, film.year);
          const id = filmId(imdbId, titleKey);
          return {
            ...film,
            id,
            imdbId,
            originalTitle,
            runtime: null,
            ageRating: null,
            titleKey,
            origin: 'shipped',
            vector: { model, bytes: vectors[i]! },
          };
        },
      );
    },
  };
}
