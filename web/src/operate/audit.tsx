import { useCallback, type ReactNode } from 'react';
import { listAuditEvents } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';

/** Who did what. */
export function Audit(): ReactNode {
  const list = usePages(useCallback((cursor?: string) => listAuditEvents(cursor), []));
  return (
    <DataTable
      label={t.operate.audit}
      items={list.items}
      keyOf={({ id }) => id}
      problem={list.problem}
      more={list.more}
      none={t.operate.noAudit}
      columns={[
        { name: t.operate.time, of: ({ at }) => asTime(at) },
        { name: t.operate.action, of: ({ action }) => <code>{action}</code> },
        { name: t.operate.outcome, of: ({ outcome }) => t.operate.outcomes[outcome] },
        {
          name: t.operate.actor,
          of: ({ actor_id }) => <code title={actor_id ?? ''}>{short(actor_id)}</code>,
        },
        {
          name: t.operate.subject,
          of: ({ subject_id }) => <code title={subject_id ?? ''}>{short(subject_id)}</code>,
        },
        { name: t.operate.address, of: ({ address }) => address ?? '' },
      ]}
    />
  );
}

const short = (id: string | null) => id?.slice(0, 8) ?? '';
