import { useCallback, useState, type ReactNode } from 'react';
import { deleteAgent, listAdminAgents, setAgentEnabled, type ListedAgent } from '../../client/agents.js';
import { asTime } from '../../shell/data-table.js';
import { ConfirmDelete } from '../../shell/dialog.js';
import { ListTable } from '../../shell/list-table.js';
import { RowButton } from '../../shell/row-button.js';
import { useAction } from '../../shell/use-action.js';
import { usePages } from '../../shell/use-pages.js';
import { reloadAgents } from '../../talk/agents.js';
import { t } from '../../texts/texts.js';
import { AgentPage } from './agent-page.js';

/** Agents of files, of code and of admins. */
export function Agents(): ReactNode {
  /** The agent that is open; `''` for a new one. */
  const [shown, setShown] = useState<string | null>(null);
  if (shown !== null)
    return (
      <AgentPage
        key={shown}
        id={shown || null}
        onOpen={(id) => setShown(id)}
        onClose={() => setShown(null)}
      />
    );
  return <AgentList onOpen={(id) => setShown(id)} />;
}

function AgentList({ onOpen }: { onOpen: (id: string) => void }): ReactNode {
  const words = t.operate.agents;
  const list = usePages(useCallback((cursor?: string) => listAdminAgents(cursor), []));
  const [deleting, setDeleting] = useState<ListedAgent | null>(null);
  const { reload } = list;
  const { problem, act } = useAction(
    useCallback(() => {
      reload();
      void reloadAgents();
    }, [reload]),
  );
  return (
    <section>
      <ListTable
        words={words}
        list={list}
        keyOf={({ id, source }) => `${id} ${source}`}
        problem={problem}
        onAdd={() => onOpen('')}
        columns={[
          { name: words.fields.label, of: ({ label }) => label },
          { name: words.fields.id, of: ({ id }) => <code>{id}</code> },
          { name: words.source, of: ({ source }) => words.sources[source] },
          { name: t.operate.status, of: statusOf },
          { name: words.version, of: ({ version }) => version },
          { name: words.changed, of: ({ changed_at: at }) => (at ? asTime(at) : '') },
          {
            name: t.operate.actions,
            of: (agent) => (
              <span className="row-actions">
                <RowButton label={words.open} row={agent.label} onClick={() => onOpen(agent.id)} />
                {agent.source === 'api' && (
                  <>
                    <RowButton
                      label={agent.is_enabled ? t.operate.deactivate : t.operate.activate}
                      row={agent.label}
                      onClick={() => void act(() => setAgentEnabled(agent.id, !agent.is_enabled))}
                    />
                    <RowButton label={t.delete} row={agent.label} onClick={() => setDeleting(agent)} />
                  </>
                )}
              </span>
            ),
          },
        ]}
      />
      {deleting && (
        <ConfirmDelete
          title={words.confirm(deleting.label)}
          text={words.confirmText}
          onConfirm={() => void act(() => deleteAgent(deleting.id))}
          onClose={() => setDeleting(null)}
        />
      )}
    </section>
  );
}

const statusOf = ({ is_enabled, problem }: ListedAgent) =>
  problem ?? (is_enabled ? t.operate.active : t.operate.inactive);
