import * as fs from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { SettingError } from './env.js';
import { readOrMakeSecret } from './kept-secret.js';

describe('the secret that is kept with the data', () => {
  let folder: string;
  const file = () => join(folder, 'jwt-secret');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made once, for its owner alone, and nothing else is left behind', () => {
    const secret = readOrMakeSecret(folder);
    expect(secret).toMatch(/^[\w-]{64}$/);
    expect(readOrMakeSecret(folder)).toBe(secret);
    expect(readdirSync(folder)).toEqual(['jwt-secret']);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it.each(['', '\n', 'x'.repeat(31), ' '.repeat(64)])('is not taken from a file that holds %j', (text) => {
    writeFileSync(file(), text);
    expect(() => readOrMakeSecret(folder)).toThrow(SettingError);
    expect(() => readOrMakeSecret(folder)).toThrow(/jwt-secret holds \d+ characters/);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it('leaves nothing behind on a full disk', async () => {
    const writeSync = () => {
      throw new Error('ENOSPC');
    };
    jest.unstable_mockModule('node:fs', () => ({ ...fs, writeSync }));
    jest.resetModules();
    const { readOrMakeSecret: onFullDisk } = await import('./kept-secret.js');
    expect(() => onFullDisk(folder)).toThrow('ENOSPC');
    expect(readdirSync(folder)).toEqual([]);
    expect(readOrMakeSecret(folder)).toMatch(/^[\w-]{64}$/);
  });

  it('is another process’s if that was quicker', () => {
    writeFileSync(file(), 'y'.repeat(64));
    expect(readOrMakeSecret(folder)).toBe('y'.repeat(64));
  });
});
