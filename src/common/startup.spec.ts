import { untilItSucceeds } from './startup.js';

describe('an attempt that is repeated while a server starts', () => {
  const failing = (...errors: string[]) => {
    const left = [...errors];
    return async () => {
      const message = left.shift();
      if (message) throw new Error(message);
      return 'served';
    };
  };
  const wait = {
    what: 'the server',
    forMs: 60_000,
    isFinal: (error: unknown) => String(error).includes('password'),
  };

  it('prints the reason for waiting, once each', async () => {
    const lines: string[] = [];
    const result = await untilItSucceeds(failing('refused', 'refused', 'starting up'), {
      ...wait,
      print: (line) => lines.push(line),
    });
    expect(result).toBe('served');
    expect(lines).toEqual([
      expect.stringMatching(/^Waiting for the server, up to \d+ s more: refused$/),
      expect.stringMatching(/: starting up$/),
    ]);
  });

  it('is not repeated when it cannot help, nor when time is over', async () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    await expect(untilItSucceeds(failing('wrong password'), { ...wait, print })).rejects.toThrow(
      'wrong password',
    );
    await expect(untilItSucceeds(failing('refused'), { ...wait, forMs: 0, print })).rejects.toThrow(
      'refused',
    );
    expect(lines).toEqual([]);
  });
});
