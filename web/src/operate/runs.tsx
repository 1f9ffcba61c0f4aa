import { useCallback, useState, type ReactNode } from 'react';
import { listRunsInProgress, stopRunAsAdmin, type RunInProgress } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { useInterval } from '../shell/use-interval.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';

const REFRESH_MS = 5_000;

/** Runs in progress of all users. */
export function Runs(): ReactNode {
  const [problem, setProblem] = useState<string | null>(null);
  const list = usePages(useCallback((cursor?: string) => listRunsInProgress(cursor), []));
  useInterval(list.reload, REFRESH_MS);
  const stop = async ({ run_id: id }: RunInProgress) => {
    setProblem(null);
    try {
      await stopRunAsAdmin(id);
      list.reload();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <DataTable
      label={t.operate.runs}
      items={list.items}
      keyOf={({ run_id }) => run_id}
      problem={problem ?? list.problem}
      more={list.more}
      none={t.operate.noRuns}
      columns={[
        { name: t.operate.since, of: ({ created_at }) => asTime(created_at) },
        { name: t.operate.owner, of: ({ email }) => email },
        { name: t.talk.agent, of: ({ agent }) => agent },
        {
          name: t.operate.status,
          of: ({ status }) => t.operate.runStatuses[status],
        },
        { name: t.operate.run, of: ({ run_id }) => <code>{run_id}</code> },
        {
          name: t.operate.actions,
          of: (run) => (
            <button
              type="button"
              className="small"
              aria-label={`${t.operate.stop}: ${run.email}`}
              onClick={() => void stop(run)}
            >
              {t.operate.stop}
            </button>
          ),
        },
      ]}
    />
  );
}
