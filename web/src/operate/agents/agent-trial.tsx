import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { deleteConversation, postMessage } from '../../client/api.js';
import { Markdown } from '../../markdown/markdown.js';
import { go } from '../../shell/router.js';
import { newAnswer, type Answer } from '../../talk/answer.js';
import { followAnswer } from '../../talk/follow-answer.js';
import { ToolCards } from '../../talk/tool-cards.js';
import { t } from '../../texts/texts.js';

interface Turn {
  question: string;
  answer: Answer;
}

interface Props {
  id: string;
  greeting?: string;
}

/** A conversation with the saved version of an agent, which is deleted when the page is left. */
export function AgentTrial({ id, greeting }: Props): ReactNode {
  const words = t.operate.agents;
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const conversation = useRef<{ id: string; isKept: boolean } | null>(null);
  const following = useRef<AbortController | null>(null);
  const latest = useRef<Answer>(undefined);
  useEffect(
    () => () => {
      following.current?.abort();
      const { id: started, isKept = true } = conversation.current ?? {};
      conversation.current = null;
      if (started && !isKept) void deleteConversation(started).catch(() => undefined);
    },
    [],
  );
  const isWriting = turns.at(-1)?.answer.status === 'writing';
  const ask = async (question: string) => {
    conversation.current ??= { id: crypto.randomUUID(), isKept: false };
    const body = { message: question, agent: id, conversation_id: conversation.current.id };
    const key = crypto.randomUUID();
    const controller = new AbortController();
    following.current = controller;
    const show = (answer: Answer) => {
      latest.current = answer;
      setTurns((now) => [...now.slice(0, -1), { question, answer }]);
    };
    latest.current = newAnswer();
    setTurns((now) => [...now, { question, answer: newAnswer() }]);
    await followAnswer((signal) => postMessage(body, key, signal), controller.signal, {
      answer: () => latest.current,
      change: (change) => show(change(latest.current ?? newAnswer())),
      show: () => undefined,
      onRun: () => undefined,
    });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const question = (new FormData(form).get('message') as string).trim();
    if (!question || isWriting) return;
    form.reset();
    void ask(question);
  };
  const open = () => {
    if (!conversation.current) return;
    conversation.current.isKept = true;
    go('talk', conversation.current.id);
  };
  return (
    <>
      <header className="part-head">
        <h2>{words.try}</h2>
        {turns.length > 0 && (
          <button type="button" onClick={open}>
            {words.keep}
          </button>
        )}
      </header>
      <p className="muted">{words.tryText}</p>
      <div className="trial" role="log" aria-label={words.try}>
        {greeting && turns.length === 0 && <p>{greeting}</p>}
        {turns.map(({ question, answer }, i) => (
          <div key={i} className="trial-turn">
            <p className="room-message own">{question}</p>
            <ToolCards tools={answer.tools} />
            <Markdown text={answer.text} isGrowing={answer.status === 'writing'} />
            {answer.status === 'waiting' && <p>{words.waiting}</p>}
            {answer.error && <p className="problem">{answer.error}</p>}
          </div>
        ))}
      </div>
      <form className="inline-form" onSubmit={submit}>
        <input
          name="message"
          aria-label={words.message}
          placeholder={words.message}
          maxLength={32_000}
          required
        />
        <button type="submit" disabled={isWriting}>
          {t.talk.send}
        </button>
      </form>
    </>
  );
}
