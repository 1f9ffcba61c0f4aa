import { filmFrom } from './columns.js';

describe('a film is read from a row of', () => {
  it('TMDB', () => {
    expect(
      filmFrom({
        genres: '[{"id": 28, "name": "Action"}, {"id": 878, "name": "Science Fiction"}, {"id": 1, "name": "TV Movie"}]',
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
    expect(film).toMatchObject({ imdbId: 'tt0114709', genres: ['Animation'], poster: null, year: 1995 });
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
    const film = filmFrom({ Title: 'Up', Year: '2009', imdbID: 'tt1049413', Plot: 'N/A', Actors: 'Ed Asner, Jordan Nagai', imdbRating: 'N/A', Poster: 'N/A', Type: 'movie' });
    expect(film).toMatchObject({ imdbId: 'tt1049413', plot: '', cast: ['Ed Asner', 'Jordan Nagai'], rating: null, poster: null });
  });
});

it.each([
  [{ year: 1999, plot: 'x' }, 'has no title'],
  [{ title: 'X', plot: 'x' }, 'has neither a year nor an IMDb id'],
  [{ title: 'X', year: 99999, plot: 'x' }, 'has neither a year nor an IMDb id'],
  [{ title: 'X', year: 1999 }, 'says nothing about the film: no plot, keywords or people'],
  [{ Title: 'X', Year: '2010–2015', Type: 'series', Plot: 'x' }, 'is a series, not a film'],
])('a row %j is refused: it %s', (record, reason) => {
  expect(filmFrom(record)).toBe(reason);
});

it('keeps out what PostgreSQL refuses, and what is too long', () => {
  const film = filmFrom({ title: 'A\0B \ud800', year: 2000, plot: 'x'.repeat(10_000), imdb_id: 114709, rating: 'NaN' });
  expect(film).toMatchObject({ title: 'AB \ufffd', imdbId: 'tt0114709', rating: null });
  expect((film as { plot: string }).plot).toHaveLength(4_000);
});
