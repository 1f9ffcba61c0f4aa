import { TestEnvironment } from 'jest-environment-node';
import { measureTimeFactor, scaled, TIME_FACTOR } from './time-factor.mjs';

/** Node, where the time limits that tests and hooks name themselves grow with the machine's slowness. */
export default class ScaledEnvironment extends TestEnvironment {
  constructor(config, context) {
    // A long run takes an hour, in which the load of the machine changes.
    if (process.env.PARLEY_TEST_TIMED) process.env[TIME_FACTOR] = String(measureTimeFactor());
    super(config, context);
  }

  handleTestEvent({ name, test, hook }) {
    if (name === 'test_start' && test.timeout) test.timeout = scaled(test.timeout);
    // A hook may run for every test: its limit is scaled once.
    if (name === 'hook_start' && hook.timeout && !this.scaledHooks.has(hook)) {
      this.scaledHooks.add(hook);
      hook.timeout = scaled(hook.timeout);
    }
  }

  scaledHooks = new WeakSet();
}
