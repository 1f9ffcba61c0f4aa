import type { Mutation } from './mutations.mjs';

export const CLIENT_MUTATIONS: Mutation[];
