import { useEffect, useState, type ReactNode } from 'react';
import { filmsOfRun, type Film } from '../client/api.js';
import { Icon } from '../shell/icons.js';
import { t } from '../texts/texts.js';

interface Films {
  candidates: Film[];
  confirmed: Film | null;
}

/** The films of an answer of the Movie Finder: the candidates, or the confirmed film. */
export function FilmPanel({
  runId,
  onChoose,
}: {
  runId: string;
  onChoose: (text: string) => void;
}): ReactNode {
  const [films, setFilms] = useState<Films | null>(null);
  useEffect(() => {
    let isLeft = false;
    void filmsOfRun(runId)
      .then((found) => isLeft || setFilms(found))
      .catch(() => {});
    return () => {
      isLeft = true;
    };
  }, [runId]);
  if (films?.confirmed)
    return (
      <section className="films" aria-label={t.films.confirmed}>
        <FilmCard film={films.confirmed} isWhole />
      </section>
    );
  if (!films || films.candidates.length === 0) return null;
  return (
    <section className="films" aria-label={t.films.candidates}>
      {films.candidates.map((film) => (
        <FilmCard
          key={`${film.rag_title} ${film.rag_year}`}
          film={film}
          onChoose={() => onChoose(t.films.chosen(titleOf(film)))}
        />
      ))}
    </section>
  );
}

const titleOf = ({ rag_title, rag_year }: Film) => (rag_year ? `${rag_title} (${rag_year})` : rag_title);

/** Without its poster, which would be a request to another server. */
function FilmCard({
  film,
  isWhole,
  onChoose,
}: {
  film: Film;
  isWhole?: boolean;
  onChoose?: () => void;
}): ReactNode {
  const percent = Math.round(film.confidence * 100);
  return (
    <article className={isWhole ? 'film whole' : 'film'}>
      <span className="poster" aria-hidden="true">
        <Icon name="film" />
      </span>
      <div>
        <h3>{titleOf(film)}</h3>
        {!isWhole && (
          <p className="confidence">
            <meter min={0} max={100} value={percent} aria-label={t.films.confidence(percent)} />
            <small>{t.films.confidence(percent)}</small>
          </p>
        )}
        <p className="muted">
          {[
            film.rag_director && t.films.directedBy(film.rag_director),
            film.imdb_rating && t.films.rating(film.imdb_rating),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {film.rag_genre.length > 0 && <p className="muted">{film.rag_genre.join(', ')}</p>}
        {isWhole && film.rag_cast.length > 0 && (
          <p className="muted">{t.films.with(film.rag_cast.slice(0, 5).join(', '))}</p>
        )}
        {film.rag_plot && <p className={isWhole ? '' : 'plot'}>{film.rag_plot}</p>}
        {onChoose && (
          <button type="button" className="small" onClick={onChoose}>
            {t.films.choose}
          </button>
        )}
      </div>
    </article>
  );
}
