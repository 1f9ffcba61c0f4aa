import { isLocalHost } from './host-list.js';

describe('hosts of this machine', () => {
  it.each([
    'localhost',
    'localhost:8000',
    'LOCALHOST:8000',
    '127.0.0.1:8000',
    '192.168.1.20:8000',
    '[::1]:8000',
    'parley:8000',
    'parley.localhost',
    'printer.local',
    'chat.example.com:8000',
    undefined,
  ])('%s is one', (host) => expect(isLocalHost(host, ['chat.example.com'])).toBe(true));

  it.each([
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'chat.example.com.evil.example',
  ])('%s is none', (host) => expect(isLocalHost(host, ['chat.example.com'])).toBe(false));
});
