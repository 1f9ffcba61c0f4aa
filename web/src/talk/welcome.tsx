import { useState, type ReactNode } from 'react';
import type { Agent } from '../client/api.js';
import { Dialog } from '../shell/dialog.js';
import { Icon } from '../shell/icons.js';
import { t } from '../texts/texts.js';
import { startersOf } from './agents.js';
import { trySample, type Sample } from './samples.js';

interface Props {
  agent: Agent | undefined;
  isNewcomer: boolean;
  onAsk: (text: string, options?: { agent?: string; files?: { id: string; name: string }[] }) => void;
}

const SAMPLES = [
  { kind: 'film', icon: 'film', title: () => t.talk.tryFilm, text: () => t.talk.tryFilmText },
  { kind: 'document', icon: 'book', title: () => t.talk.tryDocument, text: () => t.talk.tryDocumentText },
  { kind: 'table', icon: 'table', title: () => t.talk.tryTable, text: () => t.talk.tryTableText },
] as const;

/** Shown before the first message: the agent's purpose, and suggested questions. */
export function Welcome({ agent, isNewcomer, onAsk }: Props): ReactNode {
  const [busy, setBusy] = useState<Sample | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (kind: Sample) => {
    setBusy(kind);
    setProblem(null);
    try {
      const { text, ...options } = await trySample(kind);
      onAsk(text, options);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="welcome">
      <h1>{t.talk.start}</h1>
      {agent && <p className="muted">{agent.greeting ?? agent.desc}</p>}
      {isNewcomer && !agent?.starters?.length ? (
        <section aria-label={t.talk.try}>
          <ul className="samples">
            {SAMPLES.map(({ kind, icon, title, text }) => (
              <li key={kind}>
                <button type="button" disabled={busy !== null} onClick={() => void run(kind)}>
                  <Icon name={icon} />
                  <strong>{title()}</strong>
                  <small>{busy === kind ? t.loading : text()}</small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        agent && (
          <ul className="starters">
            {startersOf(agent).map((starter) => (
              <li key={starter}>
                <button type="button" onClick={() => onAsk(starter)}>
                  {starter}
                </button>
              </li>
            ))}
          </ul>
        )
      )}
      {problem && <p className="problem">{problem}</p>}
      {document.documentElement.dataset.model === 'offline' && <OfflineNotice />}
    </div>
  );
}

const SETTINGS = `OPENAI_BASE_URL=http://localhost:11434/v1
OPENAI_API_KEY=your-key
OPENAI_MODEL=your-model`;

function OfflineNotice(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <p className="offline">
      <Icon name="warn" />
      <span>
        {t.talk.offline}{' '}
        <button type="button" className="link" onClick={() => setOpen(true)}>
          {t.talk.offlineHow}
        </button>
      </span>
      {isOpen && (
        <Dialog title={t.talk.offlineTitle} onClose={() => setOpen(false)}>
          <p>{t.talk.offlineText}</p>
          <pre tabIndex={0}>
            <code>{SETTINGS}</code>
          </pre>
        </Dialog>
      )}
    </p>
  );
}
