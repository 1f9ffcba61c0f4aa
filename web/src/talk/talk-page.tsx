import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Source } from '../client/api.js';
import { FilmPanel } from '../films/film-panel.js';
import { Icon } from '../shell/icons.js';
import { go, place } from '../shell/router.js';
import { useSignal } from '../shell/use-signal.js';
import { t } from '../texts/texts.js';
import { AgentPicker } from './agent-picker.js';
import { agents, isFilmAgent, loadAgents, usual } from './agents.js';
import { AnswerAnnouncer } from './announcer.js';
import { isUnfinished } from './answer.js';
import { Composer, type SentFile } from './composer.js';
import { conversations, refreshList } from './conversation-list.js';
import { rememberAgent, rememberedAgent } from './memory.js';
import { MessageList } from './message-list.js';
import { openConversation } from './open-conversations.js';
import { RowsPane, useRunningTable } from './rows-pane.js';
import { onChangeElsewhere } from './tabs.js';
import { SourcePane } from './source-pane.js';
import { Welcome } from './welcome.js';

const DocumentPane = lazy(() => import('../documents/document-pane.js'));

/** The conversation in the URL, or a new one. */
export function TalkPage(): ReactNode {
  const { id, message } = useSignal(place);
  // Its id is chosen here, so that the first message can be repeated without harm.
  const [fresh, setFresh] = useState(() => crypto.randomUUID() as string);
  useEffect(() => {
    if (id === fresh) setFresh(crypto.randomUUID());
  }, [id, fresh]);
  return <Talk key={id ?? fresh} id={id ?? fresh} isNew={id === null} wanted={message} />;
}

function Talk({ id, isNew, wanted }: { id: string; isNew: boolean; wanted: string | null }): ReactNode {
  const conversation = useMemo(() => openConversation(id), [id]);
  const { messages, problem, isMissing, isLoading, connection, limit } = useSignal(conversation.state);
  const all = useSignal(agents);
  const { items, isLoaded } = useSignal(conversations);
  const [chosen, setChosen] = useState(() => rememberedAgent(id));
  const [source, setSource] = useState<Source | null>(null);
  const [hasRows, setHasRows] = useState(false);
  const title = items.find((item) => item.id === id)?.title;
  const agent = all.find(({ label }) => label === chosen) ?? (isNew ? usual(all) : undefined);
  const agentName = agent?.label ?? t.talk.agent;
  const isAnswering = isUnfinished(messages.at(-1)?.answer);
  // The API has accepted the message: the conversation can be listed.
  const isOpened = messages.length > 0;
  const isStored = Boolean(messages.at(-1)?.answer?.runId);

  const rows = useRunningTable(id, isOpened && !isAnswering);

  useEffect(() => {
    void loadAgents().catch(() => {});
    if (isNew) return;
    void conversation.load(conversation.isAnswering);
    return onChangeElsewhere((changed) => {
      if ((changed === null || changed === id) && !conversation.isAnswering) void conversation.load();
    });
  }, [conversation, id, isNew]);
  useEffect(() => {
    document.title = title ? `${title} · Parley` : 'Parley';
  }, [title]);
  useEffect(() => {
    if (messages.length > 0 && (!isAnswering || isStored)) void refreshList().catch(() => {});
  }, [isAnswering, isStored, messages.length]);

  const ask = useCallback(
    (text: string, { agent: other, files = [] }: { agent?: string; files?: SentFile[] } = {}) => {
      const who = other ?? agent?.label;
      if (who) {
        rememberAgent(id, who);
        setChosen(who);
      }
      void conversation.send(text, { agent: who, files });
      if (isNew) go('talk', id);
    },
    [agent, conversation, id, isNew],
  );

  const openRows = () => {
    setSource(null);
    setHasRows(true);
  };
  const openSource = (next: Source) => {
    setHasRows(false);
    setSource(next);
  };
  const isFilm = isFilmAgent(chosen ?? agent?.label);
  const last = messages.at(-1)?.answer;
  return (
    <div className="with-pane">
      <section className="talk" aria-label={title ?? t.list.untitled}>
        <header className="talk-head">
          <AgentPicker agents={all} chosen={agent?.label ?? chosen} onChoose={setChosen} />
          <h1 className="cut">{title ?? ''}</h1>
          {rows.length > 0 && (
            <button
              type="button"
              className="quiet small"
              aria-label={`${t.talk.rows} ${rows.length}`}
              onClick={openRows}
            >
              <Icon name="table" />
              <span className="only-wide">{t.talk.rows}</span> {rows.length}
            </button>
          )}
        </header>
        {connection === 'waiting' && (
          <p className="banner" role="status">
            {limit ? `${limit} ${t.talk.repeated}` : t.talk.reconnecting}
          </p>
        )}
        {problem && messages.length > 0 && (
          <p className="banner problem" role="alert">
            {problem}
          </p>
        )}
        {messages.length === 0 ? (
          <div className="message-area">
            {isMissing ? (
              <p className="welcome muted">{t.talk.missing}</p>
            ) : problem ? (
              <p className="welcome problem">
                {problem}{' '}
                <button type="button" onClick={() => void conversation.load()}>
                  {t.retry}
                </button>
              </p>
            ) : isNew ? (
              <Welcome agent={agent} isNewcomer={isLoaded && items.length === 0} onAsk={ask} />
            ) : (
              <p className="welcome muted">{isLoading ? t.loading : ''}</p>
            )}
          </div>
        ) : (
          <MessageList
            conversation={conversation}
            agent={agentName}
            chosen={agent?.label}
            wanted={wanted}
            onSource={openSource}
          >
            {isFilm && last && last.status === 'complete' && last.runId && (
              <FilmPanel key={last.runId} runId={last.runId} onChoose={(text) => ask(text)} />
            )}
          </MessageList>
        )}
        <AnswerAnnouncer answer={last} />
        <Composer
          conversationId={isNew ? 'new' : id}
          agent={agentName}
          isAnswering={isAnswering}
          onSend={(text, files) => ask(text, { files })}
          onStop={() => void conversation.stop().catch(() => {})}
        />
      </section>
      {hasRows && <RowsPane rows={rows} onClose={() => setHasRows(false)} />}
      {source && !source.metadata.document_id && (
        <SourcePane title={source.title} text={source.text} onClose={() => setSource(null)} />
      )}
      {source?.metadata.document_id && (
        <Suspense fallback={null}>
          <DocumentPane
            key={`${source.metadata.document_id} ${source.metadata.start ?? source.metadata.page ?? ''}`}
            documentId={source.metadata.document_id}
            title={source.title}
            place={source.metadata}
            onClose={() => setSource(null)}
          />
        </Suspense>
      )}
    </div>
  );
}
