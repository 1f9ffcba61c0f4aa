/** Computes catalogue/films.vectors from catalogue/films.jsonl with the local embeddings. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalEmbeddings } from '../src/adapters/embeddings/local-embeddings.js';
import { filmText } from '../src/catalogue/film-text.js';
import { catalogueDirectory, parseFilms } from '../src/catalogue/shipped-catalogue.js';
import { quantise } from '../src/search/quantise.js';
import { formatVectors } from '../src/catalogue/vectors-file.js';

const directory = catalogueDirectory();
const jsonl = await readFile(join(directory, 'films.jsonl'));
const films = parseFilms(jsonl.toString('utf8'));
const embeddings = new LocalEmbeddings();
const vectors = await embeddings.embed(films.map(filmText));
await writeFile(
  join(directory, 'films.vectors'),
  formatVectors(embeddings.model, vectors.map(quantise), jsonl),
);
await embeddings.close();
console.log(`catalogue/films.vectors: ${films.length} films, ${embeddings.model}`);
