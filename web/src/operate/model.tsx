import { useEffect, useState, type ReactNode } from 'react';
import { modelStatus, type ModelStatus } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';

/** URL and status of the model server. */
export function Model(): ReactNode {
  const [status, setStatus] = useState<ModelStatus | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    modelStatus().then(setStatus, (error: unknown) => setProblem(wordsOf(error)));
  }, []);
  return (
    <section>
      {status && (
        <p>
          {status.address === null ? t.operate.noModel : <>{t.operate.modelAt} </>}
          {status.address !== null && <code>{status.address}</code>}
        </p>
      )}
      {status?.warnings.map((warning) => (
        <p key={warning} className="problem">
          {warning}
        </p>
      ))}
      <h2>{t.operate.failures}</h2>
      <DataTable
        label={t.operate.failures}
        items={status?.failures ?? null}
        keyOf={({ created_at, code }) => `${created_at} ${code}`}
        problem={problem}
        none={t.operate.noFailures}
        columns={[
          { name: t.operate.time, of: ({ created_at }) => asTime(created_at) },
          { name: t.operate.shown, of: ({ message }) => message },
          { name: t.operate.said, of: ({ detail }) => detail ?? '' },
        ]}
      />
    </section>
  );
}
