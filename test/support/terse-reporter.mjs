import { basename } from 'node:path';

/** Suites after which the progress is printed: after each of a few, which are long ones. */
const suitesBetween = (total) => (total > 25 ? 25 : 1);
/** As many suites are named with their seconds, the slowest first. */
const SLOWEST = 20;

/** Prints failures when they happen and little else: a run of everything that passes is a few lines. */
export default class TerseReporter {
  onRunStart({ numTotalTestSuites }) {
    this.total = numTotalTestSuites;
    this.began = Date.now();
  }

  onTestResult({ path, context }, { failureMessage, console: written }, { numFailedTestSuites, ...done }) {
    if (failureMessage) {
      process.stderr.write(`FAIL ${path.slice(context.config.rootDir.length + 1)}\n${failureMessage}\n`);
      for (const { message, type } of written ?? []) process.stderr.write(`console.${type}: ${message}\n`);
    }
    const suites = numFailedTestSuites + done.numPassedTestSuites;
    if (suites % suitesBetween(this.total) === 0 && suites < this.total)
      process.stderr.write(`  ${suites} of ${this.total} suites, ${done.numFailedTests} tests failed\n`);
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numTotalTestSuites, testResults }) {
    const seconds = Math.round((Date.now() - this.began) / 1000);
    process.stderr.write(
      `  ${numTotalTestSuites} suites in ${seconds} s: ${numPassedTests} passed, ${numFailedTests} failed\n`,
    );
    const slowest = testResults
      .toSorted((a, b) => b.perfStats.runtime - a.perfStats.runtime)
      .slice(0, SLOWEST);
    const named = slowest.map(
      ({ testFilePath, perfStats }) =>
        `${basename(testFilePath, '.spec.ts')} ${Math.round(perfStats.runtime / 1000)}`,
    );
    process.stderr.write(`  slowest, in seconds: ${named.join(', ')}\n`);
  }
}
