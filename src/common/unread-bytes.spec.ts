import { parseTables } from './unread-bytes.js';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
const row = (remote: string, queue: string, state = '01') =>
  `   3: 0100007F:1F90 ${remote}:D431 ${state} ${queue}:00000000 01:00000014 00000000     0`;

describe("the kernel's tables of connections", () => {
  it('are the bytes that a peer has not read', () => {
    expect(parseTables([[HEAD, row('0100007F', '0004A2F0')].join('\n'), ''])).toEqual(
      new Map([['8080:54321', 0x4a2f0]]),
    );
  });

  it('leave out connections that are closed, and never give one peer the bytes of another', () => {
    const table = [HEAD, row('0100007F', '00000010'), row('0200007F', '00000005')].join('\n');
    expect(parseTables([table])).toEqual(new Map([['8080:54321', 5]]));
    expect(parseTables([row('0100007F', '00000010', '0A')])).toEqual(new Map());
  });
});
