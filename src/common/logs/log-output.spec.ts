import { LogOutput } from './log-output.js';
import { readableFormat } from './readable-logs.js';

describe('log lines', () => {
  it('are printed after the start-up lines', () => {
    const printed: string[] = [];
    const output = new LogOutput((line) => printed.push(line));
    output.write('before');
    output.hold();
    output.write('first');
    output.write('second');
    expect(printed).toEqual(['before']);
    printed.push('listening');
    output.release();
    output.write('third');
    expect(printed).toEqual(['before', 'listening', 'first', 'second', 'third']);
  });

  it('are not kept back without a bound', () => {
    const printed: string[] = [];
    const output = new LogOutput((line) => printed.push(line));
    output.hold();
    for (let i = 0; i < 600; i++) output.write(`${i}`);
    expect(printed).toHaveLength(600);
  });
});

describe('log lines for people', () => {
  const time = new Date(2026, 10, 29, 14, 31, 2).getTime();
  const line = (fields: object) =>
    readableFormat(false)(`${JSON.stringify({ level: 30, time, pid: 1, hostname: 'h', ...fields })}\n`);

  it.each<[string, object, string]>([
    [
      'a message with its fields',
      { msg: 'film index loaded', films: 3 },
      '[14:31:02] INFO: film index loaded {"films":3}\n',
    ],
    [
      'a request',
      {
        req: { id: 'x', method: 'GET', path: '/agents/' },
        res: { status: 200 },
        responseTime: 3,
        msg: 'request completed',
      },
      '[14:31:02] INFO: GET /agents/ 200, 3 ms\n',
    ],
    [
      'an error, with its stack',
      {
        level: 40,
        msg: 'run failed',
        err: { type: 'Error', message: 'no', stack: 'Error: no\n    at here.ts:1' },
      },
      '[14:31:02] WARN: run failed: Error: no\n    at here.ts:1\n',
    ],
  ])('%s', (_name, fields, text) => expect(line(fields)).toBe(text));
});
