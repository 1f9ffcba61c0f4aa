import { parseMcpServers } from './mcp-servers.js';

describe('MCP_SERVERS_FILE', () => {
  it('names servers, with secrets from variables', () => {
    const text =
      'wiki:\n  url: http://wiki:3000/mcp\n  headers: { Authorization: "Bearer ${MCP_SECRET_WIKI}" }\n  trusted: [add]\n' +
      'other: { url: https://other.example/mcp }\n';
    expect(parseMcpServers(text, { MCP_SECRET_WIKI: 'abc' })).toEqual([
      {
        name: 'wiki',
        url: 'http://wiki:3000/mcp',
        headers: { Authorization: 'Bearer abc' },
        trusted: ['add'],
      },
      { name: 'other', url: 'https://other.example/mcp', headers: {}, trusted: [] },
    ]);
    expect(parseMcpServers('', {})).toEqual([]);
    const local =
      'files: { command: /usr/bin/files, args: [--root, "/srv"], env: { TOKEN: "${MCP_SECRET_F}" } }\n' +
      'mine: { url: http://mine, headers: { X-User: "${USER_ID}" } }\n';
    expect(parseMcpServers(local, { MCP_SECRET_F: 'abc' })).toEqual([
      {
        name: 'files',
        command: '/usr/bin/files',
        args: ['--root', '/srv'],
        env: { TOKEN: 'abc' },
        trusted: [],
      },
      { name: 'mine', url: 'http://mine', headers: { 'X-User': '${USER_ID}' }, trusted: [] },
    ]);
  });

  it.each([
    [
      'Wiki: { url: http://wiki }',
      'MCP_SERVERS_FILE has a server that cannot be used, Wiki: a name consists of',
    ],
    ['wiki: { url: ftp://wiki }', 'wiki: url: must start with https:// or http://'],
    ['wiki: { url: http://wiki, command: rm }', 'wiki: the server: Unrecognized key: "command"'],
    [
      'wiki: { url: http://wiki, headers: { A: "${JWT_SECRET}" } }',
      'wiki: headers.A: a variable must begin with MCP_SECRET_',
    ],
    [
      'wiki: { url: http://wiki, headers: { A: "${MCP_SECRET_A}" } }',
      'wiki: headers.A: MCP_SECRET_A is not set',
    ],
    ['files: { command: files, env: { A: "${USER_ID}" } }', 'files: env.A: a variable must begin with'],
    ['files: { command: files, headers: { A: b } }', 'files: the server: Unrecognized key: "headers"'],
    ['- wiki', 'MCP_SERVERS_FILE must hold servers by their names'],
    ['wiki: {', 'MCP_SERVERS_FILE is not valid YAML'],
  ])('is refused with the server and the field: %s', (text, problem) => {
    expect(() => parseMcpServers(text, {})).toThrow(problem);
  });
});
