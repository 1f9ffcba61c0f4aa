import { relative } from 'node:path';

/** Names the tests that failed, each once, with the runs in which it did. */
export class FailedTests {
  places = new Map();

  /**
   * @param {string} label of the run
   * @param {{ testResults: any[] }} results as jest's `--json` has them
   */
  note(label, { testResults }) {
    for (const { name, status, assertionResults } of testResults) {
      const file = relative(process.cwd(), name);
      const failed = assertionResults
        .filter((test) => test.status === 'failed')
        .map(({ fullName }) => fullName);
      // A suite that cannot start has no tests.
      if (status === 'failed' && failed.length === 0) failed.push('the suite could not run');
      for (const test of failed) {
        const key = `${file}: ${test}`;
        this.places.set(key, [...(this.places.get(key) ?? []), label]);
      }
    }
  }

  get lines() {
    if (this.places.size === 0) return [];
    return ['\nFailed:', ...[...this.places].map(([name, places]) => `  ${name} (${places.join(', ')})`)];
  }
}
