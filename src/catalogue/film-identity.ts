import { v5 as uuidv5 } from 'uuid';
import { titleKey } from './title-index.js';

const NAMESPACE = '6b6f5c0a-9a53-4f43-8c0e-0d3d6c8f2b1e';

/** Title and year as the database finds a film by when its IMDb id is unknown. */
export const storedTitleKey = (title: string, year: number | null) =>
  `${titleKey(title) || title}|${year ?? ''}`;

/** The same film gets the same id wherever it comes from first, so that writing it twice writes it once. */
export const filmId = (imdbId: string | null, key: string) => uuidv5(imdbId ?? key, NAMESPACE);
