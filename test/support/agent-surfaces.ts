import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { call, type Account } from './client.js';
import { TestSocket } from './socket.js';

/** The surfaces on which a client chooses an agent. */
export const AGENT_SURFACES = [
  'S4',
  'S3',
  'chat completions',
  'Responses',
  'AI SDK',
  'AG-UI',
  'MCP',
] as const;
export type AgentSurface = (typeof AGENT_SURFACES)[number];

/**
 * Asks an agent in a new conversation.
 * @param agent its id
 * @returns everything that the client receives, as text
 */
export async function askOn(
  surface: AgentSurface,
  { url }: { url: string },
  { accessToken: token }: Account,
  agent: string,
  question: string,
): Promise<string> {
  const post = async (path: string, body: object) => (await call(url, path, { token, body })).text();
  const message = { role: 'user', content: question };
  switch (surface) {
    case 'S4':
      return post('/chat', { message: question, agent, include_citations: true });
    case 'S3': {
      const query = new URLSearchParams({ token, agentName: agent });
      const socket = await TestSocket.open(url, `/async_chat?${query.toString()}`);
      socket.send(question);
      await socket.closed;
      return JSON.stringify(socket.frames);
    }
    case 'chat completions':
      return post('/v1/chat/completions', { model: agent, messages: [message] });
    case 'Responses':
      return post('/v1/responses', { model: agent, input: question, stream: true });
    case 'AI SDK': {
      const asked = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: question }] };
      return post('/api/ai/chat', { id: randomUUID(), agent, messages: [asked] });
    }
    case 'AG-UI': {
      const ids = { threadId: randomUUID(), runId: randomUUID() };
      return post(`/agui/${agent}`, { ...ids, messages: [{ id: 'm', ...message }] });
    }
    case 'MCP': {
      const client = new Client({ name: 'a test', version: '1.0.0' });
      const requestInit = { headers: { Authorization: `Bearer ${token}` } };
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
      const result = await client.callTool({ name: 'ask_agent', arguments: { agent, message: question } });
      await client.close();
      return JSON.stringify(result);
    }
  }
}
