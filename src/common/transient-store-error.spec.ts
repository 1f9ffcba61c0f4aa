import { QueryRunnerAlreadyReleasedError } from 'typeorm';
import { isTransientStoreError } from './transient-store-error.js';

const coded = (code: string, message = 'failed') => Object.assign(new Error(message), { code });

describe('isTransientStoreError', () => {
  it.each([
    [coded('ECONNREFUSED'), true],
    [new AggregateError([coded('ECONNREFUSED')]), true],
    [coded('57P01'), true],
    [coded('53300'), true],
    [coded('40P01', 'deadlock detected'), true],
    [coded('57014', 'canceling statement due to statement timeout'), true],
    [new Error('Query read timeout'), true],
    [new Error('timeout exceeded when trying to connect'), true],
    [new Error('Connection terminated unexpectedly'), true],
    [new Error('Client has encountered a connection error and is not queryable'), true],
    [new Error('Client was closed and is not queryable'), true],
    [new QueryRunnerAlreadyReleasedError(), true],
    [coded('23505'), false],
    [coded('22021'), false],
    [new TypeError('x is not a function'), false],
    ['text', false],
  ])('%s: %s', (error, isTransient) => {
    expect(isTransientStoreError(error)).toBe(isTransient);
  });
});
