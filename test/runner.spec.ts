import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FailedTests } from './support/failed-tests.mjs';
import TerseReporter from './support/terse-reporter.mjs';
import { TIME_FACTOR } from './support/time-factor.mjs';

const suite = (name: string, status: string, tests: Record<string, string> = {}) => ({
  name: join(process.cwd(), name),
  status,
  assertionResults: Object.entries(tests).map(([fullName, outcome]) => ({ fullName, status: outcome })),
});

describe('npm test', () => {
  it('has limits of time that grow with the measured factor', () => {
    const limitWith = (factor: string) =>
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `import { scaled } from './test/support/time-factor.mjs'; console.log(scaled(60_000));`,
        ],
        { encoding: 'utf8', env: { ...process.env, [TIME_FACTOR]: factor } },
      ).trim();
    expect(limitWith('10.5')).toBe('630000');
    expect(limitWith('1')).toBe('60000');
  });

  it('names each failed test once, with its profile', () => {
    const failures = new FailedTests();
    expect(failures.lines).toEqual([]);
    const broken = suite('test/a.spec.ts', 'failed', { 'a works': 'failed', 'b works': 'passed' });
    failures.note('embedded', { testResults: [broken] });
    failures.note('configured', { testResults: [broken, suite('test/b.spec.ts', 'failed')] });
    expect(failures.lines).toEqual([
      '\nFailed:',
      '  test/a.spec.ts: a works (embedded, configured)',
      '  test/b.spec.ts: the suite could not run (configured)',
    ]);
  });

  it.each([
    [
      'prints its usage',
      `console.error('Usage: jest [--config=<pathToConfigFile>]'); process.exit(1);`,
      'exit code 1',
    ],
    ['is killed', `process.kill(process.pid, 'SIGKILL');`, 'SIGKILL'],
    [
      'dies while it writes its results',
      `const report = process.argv.find((flag) => flag.startsWith('--outputFile=')).slice(13);
       require('node:fs').writeFileSync(report, '{"testResults":');`,
      'exit code 0',
    ],
  ])('says in one sentence that jest %s, and fails', (_, jest, cause) => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-runner-'));
    try {
      const bin = join(directory, 'node_modules/jest/bin');
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, 'jest.js'), jest);
      const run = spawnSync(process.execPath, [join(process.cwd(), 'test/run.mjs'), '--unit'], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, [TIME_FACTOR]: '1' },
      });
      expect(run.stdout).toBe(`Jest ended without results of "unit" (${cause}).\n0 passed, 1 failed\n`);
      expect(run.stderr).not.toContain('    at ');
      expect(run.status).toBe(1);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('prints little when all is well, and a failure when it happens', () => {
    const printed: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      const reporter = new TerseReporter();
      const test = { path: '/parley/test/x.spec.ts', context: { config: { rootDir: '/parley' } } };
      const suites = 1_000;
      reporter.onRunStart({ numTotalTestSuites: suites });
      for (let done = 1; done <= suites; done += 1)
        reporter.onTestResult(
          test,
          { console: [] },
          { numFailedTestSuites: 0, numPassedTestSuites: done, numFailedTests: 0 },
        );
      const testResults = Array.from({ length: suites }, () => ({
        testFilePath: test.path,
        perfStats: { runtime: 1 },
      }));
      reporter.onRunComplete(undefined, {
        numPassedTests: 9,
        numFailedTests: 0,
        numTotalTestSuites: suites,
        testResults,
      });
      // The unit specs, and the flows on two profiles.
      expect(3 * printed.join('').split('\n').length).toBeLessThan(200);
      reporter.onTestResult(
        test,
        { failureMessage: 'It broke.' },
        { numFailedTestSuites: 1, numPassedTestSuites: 1, numFailedTests: 1 },
      );
      expect(printed.join('')).toContain('FAIL test/x.spec.ts\nIt broke.');
    } finally {
      process.stderr.write = write;
    }
  });
});
