import { useEffect, useRef, useState, type ReactNode } from 'react';
import { readiness, reindex, reloadIndex, syncMaterials } from '../client/admin.js';
import { session } from '../client/session.js';
import { Link } from '../shell/link.js';
import { place } from '../shell/router.js';
import { useSignal } from '../shell/use-signal.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { Agents } from './agents/agents.js';
import { AllUploads } from './all-uploads.js';
import { Audit } from './audit.js';
import { Budgets } from './budgets.js';
import { Evaluations } from './evaluations.js';
import { Feedback } from './feedback.js';
import { Model } from './model.js';
import { Queue } from './queue.js';
import { Runs } from './runs.js';
import { AllUsage } from './usage.js';
import { Kept } from './retention.js';
import { Users } from './users.js';
import { Webhooks } from './webhooks.js';

/** Sections of the operations page; a new one is a line here. */
const PARTS = [
  { id: 'uploads', label: () => t.operate.uploads, view: () => <AllUploads /> },
  { id: 'queue', label: () => t.operate.queue, view: () => <Queue /> },
  { id: 'runs', label: () => t.operate.runs, view: () => <Runs /> },
  { id: 'usage', label: () => t.operate.usage, view: () => <AllUsage /> },
  { id: 'agents', label: () => t.operate.agents.title, view: () => <Agents /> },
  { id: 'users', label: () => t.operate.users, view: () => <Users /> },
  { id: 'budgets', label: () => t.operate.budgets.title, view: () => <Budgets /> },
  { id: 'webhooks', label: () => t.operate.webhooks.title, view: () => <Webhooks /> },
  { id: 'retention', label: () => t.operate.retention.title, view: () => <Kept /> },
  { id: 'evaluations', label: () => t.operate.evaluations.title, view: () => <Evaluations /> },
  { id: 'feedback', label: () => t.operate.feedback, view: () => <Feedback /> },
  { id: 'audit', label: () => t.operate.audit, view: () => <Audit /> },
  { id: 'model', label: () => t.operate.model, view: () => <Model /> },
  { id: 'index', label: () => t.operate.index, view: () => <IndexPart /> },
  { id: 'health', label: () => t.operate.health, view: () => <HealthPart /> },
] as const;

export default function OperatePage(): ReactNode {
  const { id } = useSignal(place);
  const user = useSignal(session);
  const part = PARTS.find((known) => known.id === id) ?? PARTS[0];
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = tabs.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [part]);
  if (!user?.isAdmin)
    return (
      <div className="page">
        <h1>{t.operate.title}</h1>
        <p className="muted">{t.operate.adminOnly}</p>
      </div>
    );
  return (
    <div className="page wide">
      <h1>{t.operate.title}</h1>
      <nav ref={tabs} className="tabs" aria-label={t.operate.title}>
        {PARTS.map(({ id: name, label }) => (
          <Link key={name} view="operate" id={name} isCurrent={name === part.id}>
            {label()}
          </Link>
        ))}
      </nav>
      {part.view()}
    </div>
  );
}

interface Action {
  label: string;
  run: () => Promise<string>;
}

/** Action buttons, followed by the result of the last action. */
function Actions({ actions }: { actions: readonly Action[] }): ReactNode {
  const [busy, setBusy] = useState<string | null>(null);
  const [result, setResult] = useState<{ text: string; isProblem: boolean } | null>(null);
  const start = async ({ label, run }: Action) => {
    setBusy(label);
    try {
      setResult({ text: await run(), isProblem: false });
    } catch (error) {
      const words = wordsOf(error);
      setResult({ text: words, isProblem: true });
    } finally {
      setBusy(null);
    }
  };
  return (
    <>
      <p className="buttons">
        {actions.map((action) => (
          <button
            key={action.label}
            type="button"
            disabled={busy !== null}
            onClick={() => void start(action)}
          >
            {busy === action.label ? t.loading : action.label}
          </button>
        ))}
      </p>
      <p role="status" className={result?.isProblem ? 'problem' : undefined}>
        {result?.text}
      </p>
    </>
  );
}

function IndexPart(): ReactNode {
  const actions = [
    { label: t.operate.reindexAll, run: async () => t.operate.reindexed((await reindex()).count ?? 0) },
    {
      label: t.operate.reload,
      run: async () => {
        const { documents, points } = await reloadIndex();
        return t.operate.reloaded(documents, points);
      },
    },
    {
      label: t.operate.sync,
      run: async () => {
        const { indexed, skipped, deleted } = (await syncMaterials()).ingest;
        return t.operate.synced(indexed, skipped, deleted);
      },
    },
  ];
  return (
    <section>
      <p className="muted">{t.operate.indexText}</p>
      <Actions actions={actions} />
    </section>
  );
}

function HealthPart(): ReactNode {
  const look = async () => {
    const { missing, warnings } = await readiness();
    return [missing.length > 0 ? t.operate.missing(missing.join(', ')) : t.operate.ready, ...warnings].join(
      '\n',
    );
  };
  return (
    <section>
      <Actions actions={[{ label: t.operate.health, run: look }]} />
    </section>
  );
}
