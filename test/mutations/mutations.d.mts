/** One protection, how to remove it, and the test that must fail then. */
export interface Mutation {
  rule: string;
  /** File, text that occurs in it once, and its replacement. */
  edits: [file: string, search: string, replacement: string][];
  /** Pattern of suites, and of the test's name. */
  test: [suite: string, name?: string];
}

export const MUTATIONS: Mutation[];
