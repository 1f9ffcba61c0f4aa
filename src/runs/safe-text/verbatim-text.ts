/** Passes an answer unchanged: JSON is read by programs and has no links or citations to remove. */
export class VerbatimText {
  /** Unused; see `SafeText`. */
  sourceCount = 0;

  push(token: string): string {
    return token;
  }

  end(): string {
    return '';
  }
}
