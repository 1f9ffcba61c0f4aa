import { lazy, memo, Suspense, type ReactNode } from 'react';
import { CopyButton } from '../shell/copy-button.js';
import { Icon } from '../shell/icons.js';
import { t } from '../texts/texts.js';
import type { Source } from '../client/api.js';
import type { Answer } from './answer.js';
import type { ShownMessage } from './conversation.js';

/** A third of the page's code, which no reader needs before the first answer; `main.tsx` loads it right behind the rest. */
export const loadMarkdown = () =>
  import('../markdown/markdown.js').then(({ Markdown }) => ({ default: Markdown }));
const Markdown = lazy(loadMarkdown);

interface Props {
  message: ShownMessage;
  agent: string;
  isLast: boolean;
  onSource: (source: Source) => void;
  onRetry: () => void;
}

/** Painted again only when it changes itself: while an answer is written, the others stay as they are. */
export const Message = memo(
  MessageView,
  (a, b) => a.message === b.message && a.isLast === b.isLast && a.agent === b.agent,
);

function MessageView({ message, agent, isLast, onSource, onRetry }: Props): ReactNode {
  const { role, text, at, answer, files } = message;
  const time = at.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
  return (
    <article className={`message ${role}`} aria-label={`${role === 'user' ? t.talk.you : agent}, ${time}`}>
      {role === 'user' ? (
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
      ) : (
        answer && <AnswerView answer={answer} isLast={isLast} onSource={onSource} onRetry={onRetry} />
      )}
    </article>
  );
}

function AnswerView({
  answer,
  isLast,
  onSource,
  onRetry,
}: Pick<Props, 'isLast' | 'onSource' | 'onRetry'> & { answer: Answer }): ReactNode {
  const { text, thinking, steps, sources, status, error } = answer;
  const isWriting = status === 'writing';
  const open = (index: number) => {
    const source = sources[index];
    if (source) onSource(source);
  };
  return (
    <>
      {(steps.length > 0 || thinking) && <Progress answer={answer} />}
      {text ? (
        <Suspense fallback={<div className="prose">{text}</div>}>
          <Markdown text={text} cite={{ count: sources.length, onOpen: open }} />
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
      {!isWriting && status !== 'complete' && (
        <p className={status === 'stopped' ? 'ending' : 'ending problem'}>{endingOf(status, error)}</p>
      )}
      {answer.cut && (
        <p className="ending">{answer.cut === 'length' ? t.talk.cutLength : t.talk.cutFilter}</p>
      )}
      {!isWriting && sources.length > 0 && <Sources sources={sources} onOpen={open} />}
      {!isWriting && (
        <footer className="answer-actions">
          {text && <CopyButton text={text} label={t.talk.copyAnswer} />}
          {isLast && (status !== 'complete' || answer.cut === 'length') && (
            <button type="button" className="quiet small" onClick={onRetry}>
              <Icon name="retry" />
              {answer.cut === 'length' ? t.talk.goOn : t.talk.again}
            </button>
          )}
        </footer>
      )}
    </>
  );
}

function endingOf(status: Answer['status'], error: string | null): string {
  if (status === 'stopped') return t.talk.stopped;
  if (status === 'interrupted') return t.talk.interrupted;
  return error === 'unreachable' ? t.unreachable : (error ?? t.talk.failed);
}

/** What was done for an answer: the latest step is shown, all of them and the thinking are folded away. */
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
          <li key={source.title}>
            <button type="button" className="source" onClick={() => onOpen(i)}>
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
