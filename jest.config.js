import { scaled } from './test/support/time-factor.mjs';

/** ESM jest over swc. Two projects: quick pure specs, and flows that start real engines. */
const base = {
  testEnvironment: '<rootDir>/test/support/scaled-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest'] },
};

export default {
  maxWorkers: 2,
  // Modules of a suite that has ended are not freed: after forty suites a worker held 5 GB, and was busy collecting it.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  // A worker that has ended all its work still frees the contexts of its suites; jest's half a second is too short for it.
  workerGracefulExitTimeout: scaled(5_000),
  testTimeout: scaled(60_000),
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/web/**/*.spec.ts', '<rootDir>/test/*.spec.ts'],
    },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/*/**/*.spec.ts'] },
  ],
};
