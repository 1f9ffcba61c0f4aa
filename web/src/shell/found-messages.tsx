import { useEffect, useState, type ReactNode } from 'react';
import { searchMessages, type FoundMessage } from '../client/api.js';
import { t } from '../texts/texts.js';
import { Link } from './link.js';

const PAUSE_MS = 250;

/** Searches messages, debounced. */
export function useFoundMessages(words: string): { messages: readonly FoundMessage[]; isSearching: boolean } {
  const [found, setFound] = useState<{ words: string; messages: readonly FoundMessage[] }>({
    words: '',
    messages: [],
  });
  const wanted = words.trim().slice(0, 200);
  useEffect(() => {
    if (!wanted) return;
    const leaving = new AbortController();
    const search = async () => {
      const messages = await searchMessages(wanted, leaving.signal).then(
        ({ items }) => items,
        () => [],
      );
      if (!leaving.signal.aborted) setFound({ words: wanted, messages });
    };
    const timer = setTimeout(() => void search(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [wanted]);
  if (!wanted) return { messages: [], isSearching: false };
  return { messages: found.messages, isSearching: found.words !== wanted };
}

/** Search results with highlighted words; a click opens the message. */
export function FoundMessages({
  messages,
  onNavigate,
}: {
  messages: readonly FoundMessage[];
  onNavigate: () => void;
}): ReactNode {
  if (messages.length === 0) return null;
  return (
    <section>
      <h2>{t.list.found}</h2>
      <ul className="found">
        {messages.map(({ conversation_id, message_id, title, snippet }) => (
          <li key={message_id}>
            <Link view="talk" id={conversation_id} message={message_id} onClick={onNavigate}>
              <strong className="cut">{title || t.list.untitled}</strong>
              <small>{withMarks(snippet)}</small>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function withMarks({ text, marks }: FoundMessage['snippet']): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return [...parts, text.slice(at)];
}
