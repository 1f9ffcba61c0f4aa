import { useCallback, useId, useState, type ReactNode } from 'react';
import { listAuditEvents, type AuditFilters } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { Icon } from '../shell/icons.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { Choice } from './choice.js';

/** The audit log; clicking an id filters by it. */
export function Audit(): ReactNode {
  const [filters, setFilters] = useState<AuditFilters>({});
  const [typed, setTyped] = useState('');
  const actions = useId();
  const list = usePages(useCallback((cursor?: string) => listAuditEvents(filters, cursor), [filters]));
  const change = (changed: AuditFilters) => setFilters((now) => ({ ...now, ...changed }));
  const known = [...new Set(list.items?.map(({ action }) => action))].toSorted();
  return (
    <section>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          change({ action: typed.trim() });
        }}
      >
        <label>
          {t.operate.action}{' '}
          <input
            type="search"
            list={actions}
            value={typed}
            maxLength={100}
            onChange={({ target }) => {
              setTyped(target.value);
              // A value chosen from the list, or an emptied field, applies without Enter.
              if (!target.value || known.includes(target.value)) change({ action: target.value });
            }}
          />
        </label>
        <datalist id={actions}>
          {known.map((action) => (
            <option key={action} value={action} />
          ))}
        </datalist>
        <Choice
          label={t.operate.outcome}
          value={filters.outcome ?? ''}
          options={t.operate.outcomes}
          onChoose={(outcome) => change({ outcome })}
        />
        <IdFilter label={t.operate.actor} id={filters.actor_id} onClear={() => change({ actor_id: '' })} />
        <IdFilter
          label={t.operate.subject}
          id={filters.subject_id}
          onClear={() => change({ subject_id: '' })}
        />
      </form>
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
            of: ({ actor_id: id }) => <IdButton id={id} onChoose={(actor_id) => change({ actor_id })} />,
          },
          {
            name: t.operate.subject,
            of: ({ subject_id: id, subject_name: name }) =>
              name ? (
                <code>{name}</code>
              ) : (
                <IdButton id={id} onChoose={(subject_id) => change({ subject_id })} />
              ),
          },
          { name: t.operate.address, of: ({ address }) => address ?? '' },
        ]}
      />
    </section>
  );
}

const short = (id: string) => id.slice(0, 8);

function IdButton({ id, onChoose }: { id: string | null; onChoose: (id: string) => void }): ReactNode {
  if (!id) return null;
  return (
    <button
      type="button"
      className="quiet small"
      title={id}
      aria-label={t.operate.only(short(id))}
      onClick={() => onChoose(id)}
    >
      <code>{short(id)}</code>
    </button>
  );
}

function IdFilter({ label, id, onClear }: { label: string; id?: string; onClear: () => void }): ReactNode {
  if (!id) return null;
  return (
    <button type="button" className="small" onClick={onClear}>
      {label}: <code>{short(id)}</code>
      <span className="unseen">{t.operate.unfilter}</span>
      <Icon name="close" />
    </button>
  );
}
