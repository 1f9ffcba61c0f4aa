import { lazy, memo, Suspense, useState, type ReactNode } from 'react';
import { Icon } from '../shell/icons.js';
import { IconButton } from '../shell/icon-button.js';
import { t } from '../texts/texts.js';
import type { Source } from '../client/api.js';
import type { Answer } from './answer.js';
import { Approvals } from './approvals.js';
import { AnswerActions } from './answer-actions.js';
import { BranchPager } from './branch-pager.js';
import type { Conversation } from './conversation.js';
import { EditQuestion } from './edit-question.js';
import type { ShownMessage } from './shown-messages.js';
import { ToolCards } from './tool-cards.js';

/**
 * Lazily loaded: a third of the page's code, unnecessary before the first answer; `main.tsx` preloads it after the
 * rest.
 */
export const loadMarkdown = () =>
  import('../markdown/markdown.js').then(({ Markdown }) => ({ default: Markdown }));
const Markdown = lazy(loadMarkdown);

export interface MessageProps {
  conversation: Conversation;
  message: ShownMessage;
  /** Who answers, in words. */
  agent: string;
  /** Label of the selected agent, if any. */
  chosen: string | undefined;
  isLast: boolean;
  /** An answer is streaming: nothing can be changed meanwhile. */
  isBusy: boolean;
  /** Whether it is a search result to highlight. */
  isWanted: boolean;
  onSource: (source: Source) => void;
}

/** Painted again only when it changes itself: while an answer is written, the others stay as they are. */
export const Message = memo(
  MessageView,
  (a, b) =>
    a.message === b.message &&
    a.isLast === b.isLast &&
    a.isBusy === b.isBusy &&
    a.isWanted === b.isWanted &&
    a.agent === b.agent &&
    a.chosen === b.chosen,
);

function MessageView(props: MessageProps): ReactNode {
  const { role, at } = props.message;
  const time = at.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
  return (
    <article
      className={`message ${role}${props.isWanted ? ' wanted' : ''}`}
      aria-label={`${role === 'user' ? t.talk.you : props.agent}, ${time}`}
    >
      {role === 'user' ? <Question {...props} /> : <AnswerView {...props} />}
    </article>
  );
}

function Question({ conversation, message, chosen, isBusy }: MessageProps): ReactNode {
  const [isEdited, setEdited] = useState(false);
  const { text, files } = message;
  if (isEdited)
    return (
      <EditQuestion
        text={text}
        onSend={(next) => {
          setEdited(false);
          void conversation.edit(message, next, chosen);
        }}
        onClose={() => setEdited(false)}
      />
    );
  return (
    <>
      <div className="bubble">
        {text}
        {files && files.length > 0 && (
          <ul className="chips">
            {files.map((name) => (
              <li key={name} className="chip">
                <Icon name="file" />
                <span className="cut">{name}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <footer className="message-actions">
        {message.id !== null && (
          <IconButton icon="edit" label={t.talk.edit} disabled={isBusy} onClick={() => setEdited(true)} />
        )}
        <BranchPager conversation={conversation} message={message} isBusy={isBusy} />
      </footer>
    </>
  );
}

function AnswerView(props: MessageProps): ReactNode {
  const { answer } = props.message;
  if (!answer) return null;
  const { text, thinking, steps, tools, sources, status, error } = answer;
  const isWriting = status === 'writing';
  const open = (index: number) => {
    const source = sources[index];
    if (source) props.onSource(source);
  };
  return (
    <>
      {(steps.length > 0 || thinking) && <Progress answer={answer} />}
      {tools.length > 0 && <ToolCards tools={tools} />}
      {text ? (
        <Suspense fallback={<div className="prose">{text}</div>}>
          <Markdown text={text} isGrowing={isWriting} cite={{ count: sources.length, onOpen: open }} />
        </Suspense>
      ) : (
        isWriting && (
          <p className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </p>
        )
      )}
      {status === 'waiting' && <Approvals conversation={props.conversation} answer={answer} />}
      {!isWriting && status !== 'waiting' && status !== 'complete' && (
        <p className={status === 'stopped' ? 'ending' : 'ending problem'}>{endingOf(status, error)}</p>
      )}
      {answer.cut && (
        <p className="ending">{answer.cut === 'length' ? t.talk.cutLength : t.talk.cutFilter}</p>
      )}
      {!isWriting && sources.length > 0 && <Sources sources={sources} onOpen={open} />}
      {!isWriting && status !== 'waiting' && <AnswerActions {...props} answer={answer} />}
    </>
  );
}

function endingOf(status: Answer['status'], error: string | null): string {
  if (status === 'stopped') return t.talk.stopped;
  if (status === 'interrupted') return t.talk.interrupted;
  return error ?? t.talk.failed;
}

/** Progress of an answer: the latest step is shown; all steps and the reasoning are collapsed. */
function Progress({ answer: { steps, thinking, status, text } }: { answer: Answer }): ReactNode {
  const isWriting = status === 'writing' && !text;
  const summary = isWriting
    ? (steps.at(-1) ?? t.talk.thinking)
    : steps.length > 0
      ? t.talk.steps(steps.length)
      : t.talk.thinking;
  return (
    <details className={isWriting ? 'progress working' : 'progress'}>
      <summary>{summary}</summary>
      {steps.length > 0 && (
        <ol>
          {steps.map((step, i) => (
            <li key={`${i} ${step}`}>{step}</li>
          ))}
        </ol>
      )}
      {thinking && (
        <>
          <strong>{t.talk.thinking}</strong>
          <p className="thinking">{thinking}</p>
        </>
      )}
    </details>
  );
}

function Sources({
  sources,
  onOpen,
}: {
  sources: readonly Source[];
  onOpen: (index: number) => void;
}): ReactNode {
  return (
    <nav className="sources" aria-label={t.talk.sources}>
      <ol>
        {sources.map((source, i) => (
          <li key={`${i} ${source.title}`}>
            <button
              type="button"
              className="source"
              title={source.metadata.quote ?? source.text.slice(0, 300)}
              onClick={() => onOpen(i)}
            >
              <span className="unseen">{t.talk.source} </span>
              <b>{i + 1}</b>
              <span className="cut">{labelOf(source)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The name of a document and the last of its headings there: chips have little room. */
function labelOf({ title, metadata: { title: name, page, heading } }: Source): string {
  if (typeof name !== 'string') return title;
  if (typeof page === 'number') return `${name}, ${t.talk.page(page)}`;
  const last = heading?.split(/ [>›/] /).at(-1);
  return last ? `${name}, ${last}` : name;
}
