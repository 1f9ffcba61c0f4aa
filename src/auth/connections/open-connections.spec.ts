import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import type { WebSocket } from 'ws';
import type { AccountChanges, AccountListener } from '../accounts/account-changes.js';
import type { Authenticator } from '../authenticator.js';
import type { Credential, Principal } from '../principal.js';
import { Config } from '../../config/config.js';
import { OpenConnections } from './open-connections.js';

const principal = (id: string, credential: Partial<Credential> = {}): Principal => ({
  id,
  email: `${id}@example.com`,
  name: null,
  groups: [],
  isSuperuser: false,
  isAdmin: false,
  credential: { epoch: 0, expiresAt: new Date(Date.now() + 60_000), ...credential },
});

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSED = 3;
  readyState = 1;
  code: number | null = null;
  close(code: number): void {
    this.readyState = 2;
    this.code = code;
  }
  terminate(): void {
    this.readyState = 3;
    this.emit('close');
  }
  get socket(): WebSocket {
    return this as unknown as WebSocket;
  }
}

class FakeResponse extends EventEmitter {
  headersSent = false;
  isEnded = false;
  getHeader = () => 'text/event-stream; charset=utf-8';
  end(): void {
    this.isEnded = true;
  }
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

function setUp() {
  const revoked = new Set<string>();
  const listeners: AccountListener[] = [];
  const changes = { isConnected: true, listen: (listener: AccountListener) => listeners.push(listener) };
  const authenticator = { authorize: async (id: string) => (revoked.has(id) ? null : principal(id)) };
  const connections = new OpenConnections(
    authenticator as unknown as Authenticator,
    changes as unknown as AccountChanges,
    new Config({ JWT_SECRET: 'x'.repeat(32) }),
  );
  return { connections, revoked, changes, heard: listeners[0]! };
}

const settle = () => jest.advanceTimersByTimeAsync(0);

describe('open connections', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('close with 4401 when their account is revoked, and those of others go on', async () => {
    const { connections, revoked, heard } = setUp();
    const [mine, other] = [new FakeSocket(), new FakeSocket()];
    connections.openSocket(principal('me'), mine.socket);
    connections.openSocket(principal('you'), other.socket);
    revoked.add('me');
    heard.onChange('me');
    await settle();
    expect([mine.code, other.code]).toEqual([4401, null]);
  });

  it('close when their token expires, a renewed one later', async () => {
    const { connections } = setUp();
    const [short, renewed] = [new FakeSocket(), new FakeSocket()];
    const soon = { expiresAt: new Date(Date.now() + 5_000) };
    connections.openSocket(principal('me', soon), short.socket);
    const connection = connections.openSocket(principal('me', soon), renewed.socket);
    expect(connection.renew(principal('you'))).toBe(false);
    expect(connection.renew(principal('me'))).toBe(true);
    await jest.advanceTimersByTimeAsync(6_000);
    expect([short.code, renewed.code]).toEqual([4401, null]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(renewed.code).toBe(4401);
  });

  it('authorise each frame anew, and take none after', async () => {
    const { connections, revoked } = setUp();
    const mine = new FakeSocket();
    const connection = connections.openSocket(principal('me'), mine.socket);
    expect(await connection.authorize()).toBe(true);
    revoked.add('me');
    expect(await connection.authorize()).toBe(false);
    revoked.clear();
    expect(await connection.authorize()).toBe(false);
    expect(connection.renew(principal('me'))).toBe(false);
    expect(mine.code).toBe(4401);
  });

  it('cut a client that does not answer the close', async () => {
    const { connections, revoked, heard } = setUp();
    const mine = new FakeSocket();
    connections.openSocket(principal('me'), mine.socket);
    revoked.add('me');
    heard.onChange('me');
    await jest.advanceTimersByTimeAsync(3_000);
    expect(mine.readyState).toBe(mine.CLOSED);
  });

  it('end event streams, also one that begins after its account was revoked', async () => {
    const { connections, revoked, heard } = setUp();
    const [open, late] = [new FakeResponse(), new FakeResponse()];
    open.headersSent = true;
    for (const { response } of [open, late]) connections.openResponse(principal('me'), response);
    revoked.add('me');
    heard.onChange('me');
    await settle();
    expect([open.isEnded, late.isEnded]).toEqual([true, false]);
    late.headersSent = true;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(late.isEnded).toBe(true);
  });

  it('are all looked up every few seconds while messages of other replicas cannot arrive, and after that', async () => {
    const { connections, revoked, changes, heard } = setUp();
    const [first, second] = [new FakeSocket(), new FakeSocket()];
    connections.openSocket(principal('me'), first.socket);
    revoked.add('me');
    await jest.advanceTimersByTimeAsync(4_000);
    expect(first.code).toBeNull();
    changes.isConnected = false;
    await jest.advanceTimersByTimeAsync(4_000);
    expect(first.code).toBe(4401);
    changes.isConnected = true;
    revoked.clear();
    connections.openSocket(principal('you'), second.socket);
    revoked.add('you');
    heard.onGap();
    await settle();
    expect(second.code).toBe(4401);
  });
});
