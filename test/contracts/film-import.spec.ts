import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DataSource } from 'typeorm';
import { loadShippedFilms } from '../../src/catalogue/catalogue-sync.service.js';
import { importFilms, type ImportCounts, type Refusal } from '../../src/catalogue/import/import-films.js';
import { openRows } from '../../src/catalogue/import/read-rows.js';
import { openDatabase } from '../../src/database/data-source.js';
import { FilmsRepository } from '../../src/database/repositories/films.repository.js';
import { createDatabase } from '../support/database.js';

const HEADER = 'imdb_id,title,year,director,cast,genres,overview,keywords';

describe('importing films', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let source: DataSource;
  let films: FilmsRepository;
  let directory: string;
  const quiet = { info: () => undefined };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-import-'));
    database = await createDatabase();
    source = await openDatabase({ url: database.url });
    films = new FilmsRepository(source);
  });

  beforeEach(async () => {
    await source.query('DELETE FROM films');
    await source.query('UPDATE catalogue_state SET shipped_checksum = NULL');
  });

  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
    await rm(directory, { recursive: true });
  });

  async function run(lines: readonly string[], stopAfter = Infinity, name = 'films.csv') {
    const file = join(directory, name);
    writeFileSync(file, lines.join('\n'));
    const refusals: Refusal[] = [];
    const stop = new AbortController();
    const progress = ({ inserted }: ImportCounts) => void (inserted >= stopAfter && stop.abort());
    const refused = (refusal: Refusal) => void refusals.push(refusal);
    const counts = await importFilms(films, openRows(file).rows, { progress, refused }, stop.signal);
    return { counts, refusals: refusals.map(({ line, reason }) => `${line} ${reason}`) };
  }

  const stored = (title: string) =>
    source.query('SELECT * FROM films WHERE title = $1', [title]) as Promise<Record<string, unknown>[]>;
  const many = (count: number) => [
    HEADER,
    ...Array.from({ length: count }, (_, i) => `,Film number ${i},2001,Someone,,Drama,Plot ${i}.,`),
  ];

  it('writes new films, and nothing when it is run again', async () => {
    expect((await run(many(600))).counts).toMatchObject({
      inserted: 600,
      updated: 0,
      unchanged: 0,
      refused: 0,
    });
    const before = await source.query('SELECT id, revision FROM films ORDER BY id');
    expect((await run(many(600))).counts).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 600,
      refused: 0,
    });
    expect(await source.query('SELECT id, revision FROM films ORDER BY id')).toEqual(before);
  });

  it('finds a film again by its IMDb id, or by title and year where one side has no id', async () => {
    await run([HEADER, ',The Lighthouse,2019,,,,Two keepers.,sea']);
    const { counts } = await run([HEADER, 'tt7984734,The lighthouse!,2019,Robert Eggers,,,,storm']);
    expect(counts).toMatchObject({ inserted: 0, updated: 1 });
    await run([HEADER, 'tt7984734,Lighthouse renamed,2019,,,,,storm']);
    expect(await stored('Lighthouse renamed')).toMatchObject([
      {
        imdb_id: 'tt7984734',
        directors: ['Robert Eggers'],
        plot: 'Two keepers.',
        keywords: ['sea', 'storm'],
      },
    ]);
  });

  it('keeps films with ids of their own apart, whatever their titles', async () => {
    const { counts } = await run([HEADER, 'tt0000001,Twins,1999,,,,One.,', 'tt0000002,Twins,1999,,,,Two.,']);
    expect(counts).toMatchObject({ inserted: 2, refused: 0 });
  });

  it('drops a vector when the text it was made of changes, and only then', async () => {
    const film = (director: string, plot: string) => run([HEADER, `,Vectored,2000,${director},,,${plot},`]);
    await film('A', 'One.');
    const [first] = await films.unembedded('m', 1);
    await films.storeVectors('m', [first!], [Buffer.of(1)]);
    await film('B', 'One.');
    expect(await stored('Vectored')).toMatchObject([{ vector_model: 'm', directors: ['B'] }]);
    await film('B', 'Another.');
    expect(await stored('Vectored')).toMatchObject([{ vector_model: null, vector: null }]);
    await films.storeVectors('m', [first!], [Buffer.of(1)]);
    expect(await stored('Vectored')).toMatchObject([{ vector: null }]);
  });

  it('refuses invalid and duplicate rows with their lines, and continues', async () => {
    const { counts, refusals } = await run([
      HEADER,
      ',Good,2001,,,,Plot.,',
      ',,2001,,,,Plot.,',
      'too,few',
      ',"Never closed,2001,,,,Plot, and more.,',
      ',Good,2001,,,,Plot again.,',
      ',Fine too,2001,,,,Plot.,',
    ]);
    expect(counts).toMatchObject({ inserted: 2, refused: 4 });
    expect(refusals.toSorted()).toEqual([
      '3 has no title',
      '4 has 2 fields, not 8',
      '5 has a quote that is never closed',
      '6 is the same film as line 2',
    ]);
  });

  it('reads files of MovieLens, TMDB and older programs, and leaves out adult and unreleased films', async () => {
    const movieLens = [
      'movieId,title,genres',
      '1,Toy Story (1995),Adventure|Animation|Children',
      '2571,"Matrix, The (1999)",Action|Sci-Fi',
      '73,"Misérables, Les (1995)",Drama',
      '9999,No Year,(no genres listed)',
    ];
    const { counts, refusals } = await run(movieLens);
    expect(counts).toMatchObject({ inserted: 3, refused: 1 });
    expect(refusals).toEqual(['5 has neither a year nor an IMDb id']);
    expect(await stored('The Matrix')).toMatchObject([{ year: 1999, genres: ['Action', 'Sci-Fi'] }]);
    expect(await stored('Les Misérables')).toHaveLength(1);
    const tmdb = [
      'adult\tstatus\ttitle\toriginal_title\trelease_date\truntime\toriginal_language\toverview',
      'True\tReleased\tNights\tNights\t2001-01-01\t80\tfr\ta romantic summer in Paris',
      'False\tRumored\tLater\tLater\t2129-01-01\t0\ten\ta romantic summer in Paris',
      'False\tReleased\tSpirited Away\t千と千尋の神隠し\t2001-07-20\t125\tja\tA girl in a bath house.',
    ];
    expect((await run(tmdb)).counts).toMatchObject({ inserted: 1, skippedAdult: 1, skippedUnreleased: 1 });
    expect(await stored('Spirited Away')).toMatchObject([
      { original_title: '千と千尋の神隠し', runtime: 125, language: 'Japanese' },
    ]);
  });

  it('works in the image, where there are no sources and nothing to build with', async () => {
    const image = join(directory, 'image');
    mkdirSync(image);
    for (const name of ['package.json', 'node_modules', 'dist', 'catalogue'])
      symlinkSync(join(process.cwd(), name), join(image, name));
    writeFileSync(join(image, 'films.csv'), `${HEADER}\n,Alone,2001,Someone,,Drama,A plot.,\n,,2001,,,,,`);
    const { stdout } = await promisify(execFile)(
      'npm',
      ['run', '--silent', 'catalogue:import', '--', 'films.csv', '--no-vectors'],
      { cwd: image, env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: directory } },
    );
    expect(stdout).toContain('1 inserted, 0 updated, 0 unchanged, 1 refused');
    expect(stdout).toContain('line 3 has no title');
    expect(await stored('Alone')).toHaveLength(1);
  });

  it('reads JSON and JSON Lines as well', async () => {
    const film = (title: string) => JSON.stringify({ Title: title, Year: '2001', Plot: 'Plot.' });
    expect((await run([`[${film('A')},`, `${film('B')}]`], Infinity, 'a.json')).counts.inserted).toBe(2);
    expect((await run([film('C'), '{"broken":', film('D')], Infinity, 'a.jsonl')).counts).toMatchObject({
      inserted: 2,
      refused: 1,
    });
  });

  it('keeps the committed films when it is stopped, and continues from there', async () => {
    const { counts } = await run(many(1_000), 1);
    expect(counts.inserted).toBe(250);
    const [{ count }] = await source.query('SELECT count(*)::int AS count FROM films');
    expect(count).toBe(250);
    expect((await run(many(1_000))).counts).toMatchObject({ inserted: 750, unchanged: 250 });
  });

  it('survives two concurrent imports', async () => {
    const results = await Promise.all([run(many(500), Infinity, 'x.csv'), run(many(500), Infinity, 'y.csv')]);
    expect(results.reduce((sum, { counts }) => sum + counts.inserted, 0)).toBe(500);
  });

  it('is kept with a new version of the shipped films', async () => {
    await loadShippedFilms(films, quiet);
    await run([HEADER, 'tt0133093,The Matrix,1999,,,,My own plot.,my keyword', ',Mine,2001,,,,Plot.,']);
    await source.query("UPDATE catalogue_state SET shipped_checksum = 'an older version'");
    await source.query("UPDATE films SET plot = 'Out of date.' WHERE title = 'Inception'");
    await source.query(
      "UPDATE films SET id = gen_random_uuid(), title = 'Gone', title_key = 'gone|1', imdb_id = 'tt1' WHERE title = 'Jaws'",
    );
    await loadShippedFilms(films, quiet);
    expect(await stored('The Matrix')).toMatchObject([{ plot: 'My own plot.', origin: 'imported' }]);
    expect(await stored('Mine')).toHaveLength(1);
    expect((await stored('Inception'))[0]!['plot']).not.toBe('Out of date.');
    expect(await stored('Gone')).toEqual([]);
    expect(await stored('Jaws')).toHaveLength(1);
  });
});
