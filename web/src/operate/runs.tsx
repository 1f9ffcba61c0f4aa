import { useCallback, type ReactNode } from 'react';
import { listRunsInProgress, stopRunAsAdmin, type RunInProgress } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { useAction } from '../shell/use-action.js';
import { useInterval } from '../shell/use-interval.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';

const REFRESH_MS = 5_000;

/** Runs in progress of all users. */
export function Runs(): ReactNode {
  const list = usePages(useCallback((cursor?: string) => listRunsInProgress(cursor), []));
  useInterval(list.reload, REFRESH_MS);
  const { problem, act } = useAction(list.reload);
  const stop = ({ run_id: id }: RunInProgress) => act(() => stopRunAsAdmin(id));
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
