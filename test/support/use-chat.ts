import { JSDOM } from 'jsdom';
import type { UIMessage } from 'ai';
import { eventually } from './eventually.js';

/** What `useChat` hands a page. */
type Chat = ReturnType<typeof import('@ai-sdk/react').useChat>;

/** A page with the AI SDK's hook, rendered in jsdom. */
export interface ChatPage {
  /** The hook as of the last rendering. */
  readonly chat: Chat;
  /** What a reader sees, one line a message. */
  readonly shown: string[];
  /** Waits until the hook has this status. */
  until(status: Chat['status']): Promise<void>;
  close(): void;
}

export interface ChatPageOptions {
  api: string;
  id: string;
  token: string;
  messages?: UIMessage[];
  resume?: boolean;
  body?: object;
  /** Whether the hook sends the chat by itself after a decision about a call of a tool. */
  sendAutomaticallyWhen?: (chat: { messages: UIMessage[] }) => boolean;
}

/** Opens a page on a chat. Only one page is open at a time: React finds its document in the global scope. */
export async function openChatPage({
  api,
  id,
  token,
  messages,
  resume,
  body,
  sendAutomaticallyWhen,
}: ChatPageOptions): Promise<ChatPage> {
  const dom = new JSDOM('<div id="root"></div>', { url: 'http://localhost/' });
  const { document, navigator } = dom.window;
  for (const [name, value] of Object.entries({ window: dom.window, document, navigator }))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  const { createElement } = await import('react');
  const { createRoot } = await import('react-dom/client');
  const { useChat } = await import('@ai-sdk/react');
  const { DefaultChatTransport } = await import('ai');
  const transport = new DefaultChatTransport({ api, headers: { Authorization: `Bearer ${token}` }, body });
  let chat: Chat | undefined;
  const Page = () => {
    chat = useChat({ id, transport, messages, resume, sendAutomaticallyWhen, onError: () => undefined });
    return createElement(
      'ul',
      null,
      chat.messages.map((message) => createElement('li', { key: message.id }, textOf(message))),
    );
  };
  const element = document.getElementById('root')!;
  const root = createRoot(element as unknown as Parameters<typeof createRoot>[0]);
  root.render(createElement(Page));
  await eventually(async () => {
    if (!chat) throw new Error('not rendered');
  });
  return {
    get chat() {
      return chat!;
    },
    get shown() {
      return [...element.querySelectorAll('li')].map((line) => line.textContent ?? '');
    },
    until: (status) =>
      eventually(async () => {
        if (chat!.status !== status) throw new Error(`the chat is ${chat!.status}, not ${status}`);
      }),
    close: () => {
      root.unmount();
      dom.window.close();
    },
  };
}

export const textOf = ({ parts }: UIMessage) =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
