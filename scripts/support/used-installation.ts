import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a user did in an installation, as a client would find it again. */
export interface Used {
  email: string;
  password: string;
  conversation: string;
  /** Of the conversation, in order. */
  messages: string[];
  file: { id: string; name: string; text: string };
  /** Exact words of the file that the last answer cites. */
  quote: string;
  room: string;
  roomMessages: string[];
}

const NOTE =
  '# Heat pumps\n\nThe heat pump in hall 7 needs 230 volts.\n\nIt is serviced every second March.\n';
const POLL_MS = 300;

/** Uses an installation through its API: an account, a file, a conversation with sources, an edited branch, a room. */
export async function useInstallation(url: string): Promise<Used> {
  const [email, password] = ['ada@example.com', 'correct horse battery'];
  const account = await json<{ access_token: string }>(`${url}/auth/register`, { email, password });
  const headers = { Authorization: `Bearer ${account.access_token}` };
  const form = new FormData();
  form.append('file', new Blob([NOTE]), 'pumps.md');
  const { id } = (await (await fetch(`${url}/upload`, { method: 'POST', headers, body: form })).json()) as {
    id: string;
  };
  for (let status = ''; status !== 'indexed'; await sleep(POLL_MS))
    ({ status } = await json<{ status: string }>(`${url}/attachments/${id}`, undefined, headers));
  const conversation = randomUUID();
  for (const message of ['Hello!', 'How many volts does the heat pump in hall 7 need?'])
    await send(url, { conversation_id: conversation, message }, headers);
  const { messages } = await json<{
    messages: { content: string; sources?: { metadata: { quote: string } }[] }[];
  }>(`${url}/conversations/${conversation}/messages`, undefined, headers);
  const quote = messages.at(-1)?.sources?.[0]?.metadata.quote;
  if (!quote) throw new Error('the answer has no source');
  const room = randomUUID();
  const roomMessages = ['Is anybody here?', 'I am.'];
  for (const content of roomMessages)
    await json(`${url}/v1/chat/sessions/${room}/messages`, { role: 'user', content });
  return {
    email,
    password,
    conversation,
    messages: messages.map(({ content }) => content),
    file: { id, name: 'pumps.md', text: NOTE },
    quote,
    room,
    roomMessages,
  };
}

async function send(url: string, body: object, headers: object): Promise<void> {
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`/chat: ${response.status}`);
  await response.text();
}

async function json<T>(url: string, body?: object, headers: object = {}): Promise<T> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
