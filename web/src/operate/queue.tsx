import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { Bars, type Bar } from '../charts/bars.js';
import { listAllUploads, queueStatus, reindex, retryFailed, type QueueStatus } from '../client/admin.js';
import type { Attachment } from '../client/api.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { useInterval } from '../shell/use-interval.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';

const REFRESH_MS = 5_000;

/** Status of the indexing queue, and failed documents. */
export function Queue(): ReactNode {
  const [status, setStatus] = useState<QueueStatus | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [result, setResult] = useState<string | null>(null);
  const failed = usePages(
    useCallback((cursor?: string) => listAllUploads({ status: 'failed', limit: 50, cursor }), []),
  );
  const readStatus = useCallback(() => {
    queueStatus().then(setStatus, (error: unknown) => setProblem(wordsOf(error)));
  }, []);
  useEffect(readStatus, [readStatus]);
  useInterval(readStatus, REFRESH_MS);

  const retry = async (again: () => Promise<{ count?: number }>) => {
    setProblem(null);
    try {
      setResult(t.operate.reindexed((await again()).count ?? 1));
    } catch (error) {
      setProblem(wordsOf(error));
    }
    failed.reload();
    readStatus();
  };
  return (
    <section>
      {status && (
        <>
          <h2>{t.operate.queueTitle}</h2>
          {status.queue === null && <p className="problem">{t.operate.noQueue}</p>}
          {status.queue && (
            <Bars label={t.operate.queueTitle} bars={barsOf(status.queue, t.operate.queueCounts)} />
          )}
          <h2>{t.operate.outbox}</h2>
          <Bars label={t.operate.outbox} bars={barsOf(status.outbox, t.operate.outboxCounts)} />
          {status.outbox.oldest_at && (
            <p className="muted">{t.operate.oldest(asTime(status.outbox.oldest_at))}</p>
          )}
        </>
      )}
      <header className="part-head">
        <h2>{t.operate.failedJobs}</h2>
        <button type="button" disabled={!failed.items?.length} onClick={() => void retry(retryFailed)}>
          {t.operate.retryAll}
        </button>
      </header>
      <p role="status">{result}</p>
      <DataTable
        label={t.operate.failedJobs}
        items={failed.items}
        keyOf={({ id }) => id}
        problem={problem ?? failed.problem}
        more={failed.more}
        none={t.operate.noFailedJobs}
        columns={[
          { name: t.files.name, of: ({ filename }) => filename },
          { name: t.talk.reason, of: ({ error }) => error },
          { name: t.files.added, of: ({ created_at }) => asTime(created_at * 1000) },
          {
            name: t.operate.actions,
            of: (item: Attachment) => (
              <button
                type="button"
                className="small"
                aria-label={`${t.operate.retry}: ${item.filename}`}
                onClick={() => void retry(() => reindex(item.id))}
              >
                {t.operate.retry}
              </button>
            ),
          },
        ]}
      />
    </section>
  );
}

/** A bar for each count with a label. */
function barsOf<Name extends string>(
  counts: NoInfer<Record<Name, number>>,
  names: Record<Name, string>,
): Bar[] {
  const { lang } = document.documentElement;
  return (Object.keys(names) as Name[]).map((name) => ({
    label: names[name],
    value: counts[name],
    text: counts[name].toLocaleString(lang),
  }));
}
