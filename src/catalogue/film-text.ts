import type { Film } from './film.js';

/** What of a film is embedded. Vectors that are stored were made from exactly this. */
export const filmText = ({ plot, keywords }: Pick<Film, 'plot' | 'keywords'>) =>
  `${plot} ${keywords.join(', ')}`.trim();
