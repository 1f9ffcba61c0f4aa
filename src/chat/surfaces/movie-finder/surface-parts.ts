import type { SurfaceParts } from '../../surface.js';
import { MovieFinderController } from './movie-finder.controller.js';
import { movieFinder } from './surface.js';

export const movieFinderParts: SurfaceParts = {
  surface: movieFinder,
  controllers: [MovieFinderController],
  tag: ['Movie Finder', 'For clients of the Movie Finder: sessions, phases and candidates.'],
};
