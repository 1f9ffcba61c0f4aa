import type { Mutation } from './mutations.mjs';

export const FAULT_MUTATIONS: Mutation[];
