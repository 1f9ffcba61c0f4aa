import { filmFrom } from './columns.js';

describe('a film is read from a row of', () => {
  it('TMDB', () => {
    expect(
      filmFrom({
        genres:
          '[{"id": 28, "name": "Action"}, {"id": 878, "name": "Science Fiction"}, {"id": 1, "name": "TV Movie"}]',
        keywords: '[{"id": 1463, "name": "culture clash"}]',
        original_title: 'Avatar (original)',
        overview: ' A marine\non a moon. ',
        poster_path: '/abc.jpg',
        release_date: '2009-12-10',
        title: 'Avatar',
        vote_average: '7.2',
        crew: '[{"job": "Director", "name": "James Cameron"}, {"job": "Editor", "name": "Stephen Rivkin"}]',
      }),
    ).toEqual({
      imdbId: null,
      title: 'Avatar',
      year: 2009,
      directors: ['James Cameron'],
      cast: [],
      genres: ['Action', 'Sci-Fi'],
      rating: null,
      poster: 'https://image.tmdb.org/t/p/w500/abc.jpg',
      moods: [],
      keywords: ['culture clash'],
      plot: 'A marine on a moon.',
      originalTitle: 'Avatar (original)',
      runtime: null,
      ageRating: null,
      language: null,
    });
  });

  it("Kaggle's The Movies Dataset, which prints Python", () => {
    const film = filmFrom({
      genres: "[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': \"Children's\"}]",
      imdb_id: 'tt0114709',
      release_date: '1995-10-30',
      title: 'Toy Story',
      overview: 'Toys.',
      poster_path: 'NaN',
    });
    expect(film).toMatchObject({
      imdbId: 'tt0114709',
      genres: ['Animation', 'Family'],
      poster: null,
      year: 1995,
    });
  });

  it("IMDb's top 1000", () => {
    const film = filmFrom({
      Poster_Link: 'http://x.org/p.jpg',
      Series_Title: 'Heat',
      Released_Year: '1995',
      Genre: 'Action, Crime, Drama',
      IMDB_Rating: '8.3',
      Overview: 'Cops and robbers.',
      Director: 'Michael Mann',
      Star2: 'Robert De Niro',
      Star1: 'Al Pacino',
      Star3: '',
    });
    expect(film).toMatchObject({
      title: 'Heat',
      directors: ['Michael Mann'],
      cast: ['Al Pacino', 'Robert De Niro'],
      rating: 8.3,
      poster: 'https://x.org/p.jpg',
    });
  });

  it('OMDb', () => {
    const film = filmFrom({
      Title: 'Up',
      Year: '2009',
      imdbID: 'tt1049413',
      Plot: 'N/A',
      Actors: 'Ed Asner, Jordan Nagai',
      imdbRating: 'N/A',
      Poster: 'N/A',
      Type: 'movie',
    });
    expect(film).toMatchObject({
      imdbId: 'tt1049413',
      plot: '',
      cast: ['Ed Asner', 'Jordan Nagai'],
      rating: null,
      poster: null,
    });
  });
});

describe('what other exports write', () => {
  it('MovieLens: the year in the title, the article at its end, genres between bars', () => {
    expect(filmFrom({ movieId: '73', title: 'Misérables, Les (1995)', genres: 'Drama|War' })).toMatchObject({
      title: 'Les Misérables',
      year: 1995,
      genres: ['Drama', 'War'],
    });
    expect(
      filmFrom({ movieId: '1', title: 'Toy Story (1995)', genres: 'Adventure|Animation|Children' }),
    ).toMatchObject({ title: 'Toy Story', genres: ['Adventure', 'Animation', 'Family'] });
  });

  it('a year in the title that contradicts its column stays in the title', () => {
    expect(filmFrom({ title: 'Class of (1984)', year: '1999', genres: 'Drama' })).toMatchObject({
      title: 'Class of (1984)',
      year: 1999,
    });
  });

  it('names, date_x, orig_title, and actors with their parts', () => {
    expect(
      filmFrom({
        names: 'Creed III',
        date_x: '03/02/2023 ',
        score: '73',
        genre: 'Drama,\u00a0Action',
        overview: 'Two boxers.',
        crew: 'Michael B. Jordan, Adonis Creed, Tessa Thompson, Bianca Taylor',
        orig_title: 'Creed III',
        status: ' Released',
        orig_lang: ' English',
      }),
    ).toMatchObject({
      title: 'Creed III',
      year: 2023,
      genres: ['Drama', 'Action'],
      cast: ['Michael B. Jordan', 'Tessa Thompson'],
      rating: null,
      originalTitle: null,
      language: 'English',
    });
  });

  it('runtime, age rating, language and original title', () => {
    const row = {
      title: 'Amélie',
      year: 2001,
      original_title: "Le Fabuleux Destin d'Amélie Poulain",
      plot: 'x',
    };
    expect(
      filmFrom({ ...row, Runtime: '122 min', Certificate: 'UA', original_language: 'fr' }),
    ).toMatchObject({
      originalTitle: "Le Fabuleux Destin d'Amélie Poulain",
      runtime: 122,
      ageRating: 'UA',
      language: 'French',
    });
    expect(filmFrom({ ...row, rating: 'PG-13' })).toMatchObject({ rating: null, ageRating: 'PG-13' });
  });

  it.each([
    [{ adult: 'True' }, 'adult'],
    [{ isAdult: '1' }, 'adult'],
    [{ status: 'Rumored' }, 'unreleased'],
    [{ release_date: '2129-05-01' }, 'unreleased'],
  ])('%j is left out: %s', (cells, skipped) =>
    expect(filmFrom({ title: 'X', year: '2001', plot: 'a romantic summer in Paris', ...cells })).toEqual({
      skipped,
    }),
  );
});

it.each([
  [{ year: 1999, plot: 'x' }, 'has no title'],
  [{ title: 'X', plot: 'x' }, 'has neither a year nor an IMDb id'],
  [{ title: 'No Year', genres: '(no genres listed)' }, 'has neither a year nor an IMDb id'],
  [{ Series_Title: 'Apollo 13', Released_Year: 'PG', Overview: 'x' }, 'has neither a year nor an IMDb id'],
  [{ title: 'X', year: 99999, plot: 'x' }, 'has neither a year nor an IMDb id'],
  [{ title: 'X', year: 1999 }, 'says nothing about the film: no plot, genres, keywords or people'],
  [{ Title: 'X', Year: '2010–2015', Type: 'series', Plot: 'x' }, 'is a series, not a film'],
])('a row %j is refused: it %s', (record, reason) => {
  expect(filmFrom(record)).toEqual({ refused: reason });
});

it('rejects characters that PostgreSQL refuses, and texts that are too long', () => {
  const film = filmFrom({
    title: 'A\0B \ud800',
    year: 2000,
    plot: 'x'.repeat(10_000),
    imdb_id: 114709,
    rating: 'NaN',
  });
  expect(film).toMatchObject({ title: 'AB \ufffd', imdbId: 'tt0114709', rating: null });
  expect((film as { plot: string }).plot).toHaveLength(4_000);
});

it.each([
  ['8', 8, null],
  ['8.1/10', 8.1, null],
  ['PG-13', null, 'PG-13'],
])('takes the rating %s for what it is', (rating, score, ageRating) => {
  expect(filmFrom({ title: 'Heat', year: '1995', plot: 'A robbery.', rating })).toMatchObject({
    rating: score,
    ageRating,
  });
});
