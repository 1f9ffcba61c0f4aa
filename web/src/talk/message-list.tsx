import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { VList, type VListHandle } from 'virtua';
import { Icon } from '../shell/icons.js';
import { useSignal } from '../shell/use-signal.js';
import { t } from '../texts/texts.js';
import type { Source } from '../client/api.js';
import type { Conversation } from './conversation.js';
import { isUnfinished } from './answer.js';
import { Message } from './message.js';
import type { ShownMessage } from './shown-messages.js';

interface Props {
  conversation: Conversation;
  agent: string;
  chosen: string | undefined;
  /** The id of a message to show. */
  wanted: string | null;
  onSource: (source: Source) => void;
  /** Below the last message. */
  children?: ReactNode;
}

/** Distance from the end in pixels within which the list scrolls automatically. */
const NEAR_PX = 80;
const GROWS_ON_MS = 1_500;

export function MessageList({ conversation, agent, chosen, wanted, onSource, children }: Props): ReactNode {
  const { messages, olderPages, older, summary } = useSignal(conversation.state);
  const list = useRef<VListHandle>(null);
  const isAtEnd = useRef(true);
  const changedAt = useRef(0);
  const [isAway, setAway] = useState(false);
  // Prepended pages must not move the shown messages.
  const pagesShown = useRef(olderPages);
  const isPrepended = pagesShown.current !== olderPages;
  useEffect(() => {
    pagesShown.current = olderPages;
  });

  // The space below the last message is an item as well. Virtualized: only visible items are rendered.
  const items = useMemo<readonly (ShownMessage | null)[]>(() => [...messages, null], [messages]);

  const toEnd = () => list.current?.scrollTo(list.current.scrollSize);
  useLayoutEffect(() => {
    changedAt.current = performance.now();
    if (isAtEnd.current) toEnd();
  }, [messages, children]);
  // Rows are measured after they are painted, so the end is known only then.
  useEffect(() => {
    isAtEnd.current = true;
    const frames = [requestAnimationFrame(toEnd)];
    const timer = setTimeout(toEnd, 120);
    return () => {
      for (const frame of frames) cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [conversation, messages.length === 0]);
  const isBusy = isUnfinished(messages.at(-1)?.answer);
  const isOwnNew = messages.at(-1)?.answer?.status === 'writing' && messages.at(-1)?.answer?.text === '';
  useEffect(() => {
    if (!isOwnNew) return;
    isAtEnd.current = true;
    toEnd();
  }, [isOwnNew]);

  const isLoaded = messages.length > 0;
  useEffect(() => {
    if (!wanted || !isLoaded) return;
    let isLeft = false;
    const reveal = async () => {
      const isThere = await conversation.reveal(wanted);
      if (!isThere || isLeft) return;
      isAtEnd.current = false;
      const at = conversation.state.get().messages.findIndex(({ id }) => id === wanted);
      const toMessage = () => !isLeft && list.current?.scrollToIndex(at, { align: 'center' });
      toMessage();
      // Once more when the rows around it are measured.
      setTimeout(toMessage, 200);
    };
    void reveal().catch(() => {});
    return () => {
      isLeft = true;
    };
  }, [conversation, wanted, isLoaded]);

  // An answer received faster than it is painted keeps growing for a while; content expanded by the reader later
  // must not scroll.
  const onResize = () => {
    if (isAtEnd.current && performance.now() - changedAt.current < GROWS_ON_MS) toEnd();
  };
  const onScroll = (offset: number) => {
    const handle = list.current;
    if (!handle) return;
    isAtEnd.current = offset + handle.viewportSize > handle.scrollSize - NEAR_PX;
    setAway(!isAtEnd.current);
    if (offset < 400 && older) void conversation.loadOlder().catch(() => {});
  };

  return (
    <div className="message-area">
      <VList
        ref={list}
        data={items}
        className="messages"
        role="log"
        aria-live="off"
        aria-label={t.talk.log}
        tabIndex={0}
        shift={isPrepended}
        onScroll={onScroll}
        onResize={onResize}
      >
        {(message, i) =>
          message ? (
            <div key={message.key}>
              <Message
                conversation={conversation}
                message={message}
                agent={agent}
                chosen={chosen}
                isLast={i === messages.length - 1}
                isBusy={isBusy}
                isWanted={message.id !== null && message.id === wanted}
                onSource={onSource}
              />
              {summary && summary.last_message_id === message.id && (
                <details className="summarised">
                  <summary>{t.talk.summarised}</summary>
                  <p>{summary.content}</p>
                </details>
              )}
            </div>
          ) : (
            <div key="below" className="below">
              {children}
            </div>
          )
        }
      </VList>
      {isAway && (
        <button
          type="button"
          className="to-end square"
          aria-label={t.talk.toBottom}
          onClick={() => {
            isAtEnd.current = true;
            toEnd();
          }}
        >
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}
