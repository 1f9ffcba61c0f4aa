import { readShippedCatalogue } from './shipped-catalogue.js';
import { formatVectors, parseVectors } from './vectors-file.js';

const GENRES =
  `Action Adventure Animation Biography Comedy Crime Documentary Drama Family Fantasy Film-Noir History Horror
  Music Musical Mystery Romance Sci-Fi Sport Thriller War Western`.split(/\s+/);

describe('the shipped films', () => {
  it('have vectors that were made from them, each film once', async () => {
    const films = (await readShippedCatalogue()).films();
    expect(films.length).toBeGreaterThanOrEqual(300);
    for (const key of ['id', 'imdbId', 'titleKey'] as const)
      expect(new Set(films.map((film) => film[key])).size).toBe(films.length);
    for (const { vector } of films) expect(vector!.bytes).toHaveLength(512);
  });

  it('have plots of 40 to 80 words, known genres and a cast', async () => {
    for (const { title, plot, genres, cast, keywords } of (await readShippedCatalogue()).films()) {
      const length = plot.split(/\s+/).length;
      expect({ title, fits: length >= 40 && length <= 80 }).toEqual({ title, fits: true });
      expect(GENRES).toEqual(expect.arrayContaining(genres));
      expect(cast.length).toBeGreaterThanOrEqual(3);
      expect(keywords.length).toBeGreaterThanOrEqual(4);
    }
  });
});

describe('a vector file', () => {
  const films = Buffer.from('{"title":"A"}\n');
  const file = formatVectors('model', [Int8Array.of(1, -2), Int8Array.of(3, 4)], films);

  it('is read as it was written', () => {
    const { model, vectors } = parseVectors(file, films);
    expect(model).toBe('model');
    expect(vectors.map((bytes) => [...new Int8Array(bytes)])).toEqual([
      [1, -2],
      [3, 4],
    ]);
  });

  it('is refused for other films, or when it is cut', () => {
    expect(() => parseVectors(file, Buffer.from('{"title":"B"}\n'))).toThrow('does not belong');
    expect(() => parseVectors(file.subarray(0, -1), films)).toThrow('does not belong');
  });
});
