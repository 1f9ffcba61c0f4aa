import { readProtocols } from './socket-protocols.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-bmF0_dXJl';

describe('the protocols of a socket', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['chat', { protocol: 'chat' }],
    ['chat, superchat', { protocol: 'chat' }],
    [`bearer, ${JWT}`, { protocol: 'bearer', token: JWT }],
    [`${JWT}, bearer`, { protocol: 'bearer', token: JWT }],
    [`Bearer,${JWT},chat`, { protocol: 'Bearer', token: JWT }],
    [`bearer, chat, ${JWT}`, { protocol: 'bearer', token: JWT }],
    ['bearer, pk_live_1', { protocol: 'bearer', token: 'pk_live_1' }],
    ['wt_a-ticket, chat', { protocol: 'chat', token: 'wt_a-ticket' }],
    ['bearer, expired', { protocol: 'bearer', token: 'expired' }],
    ['bearer', { protocol: 'bearer' }],
    [`chat, ${JWT}`, { protocol: 'chat', token: JWT }],
    [JWT, { token: JWT }],
  ])('%j', (header, read) => {
    expect(JSON.parse(JSON.stringify(readProtocols(header)))).toEqual(read);
  });
});
