import type { Type } from '@nestjs/common';
import type { Agent } from './agent.js';
import { MovieFinderAgent } from './movie-finder/movie-finder.agent.js';

/** The agents written as classes: providers of Nest, in the order people see them. */
export const AGENTS_IN_CODE: readonly Type<Agent>[] = [
  // One a line: docs/extending.md adds another.
  MovieFinderAgent,
];
