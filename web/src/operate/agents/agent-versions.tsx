import { useCallback, useState, type ReactNode } from 'react';
import { getVersion, listVersions, rollBack, type AdminAgent, type Definition } from '../../client/agents.js';
import { asTime, DataTable } from '../../shell/data-table.js';
import { ConfirmDelete, Dialog } from '../../shell/dialog.js';
import { RowButton } from '../../shell/row-button.js';
import { useAction } from '../../shell/use-action.js';
import { usePages } from '../../shell/use-pages.js';
import { t } from '../../texts/texts.js';

interface Props {
  id: string;
  /** Number of the current version. */
  current: number | null;
  onChange: (agent: AdminAgent) => void;
}

/** The versions of an agent, newest first. */
export function AgentVersions({ id, current, onChange }: Props): ReactNode {
  const words = t.operate.agents;
  const list = usePages(useCallback((cursor?: string) => listVersions(id, cursor), [id]));
  const { problem, act } = useAction();
  const [shown, setShown] = useState<{ version: number; definition: Definition } | null>(null);
  const [restored, setRestored] = useState<number | null>(null);
  return (
    <>
      <h2>{words.versions}</h2>
      <DataTable
        label={words.versions}
        items={list.items}
        keyOf={({ version }) => String(version)}
        problem={problem ?? list.problem}
        more={list.more}
        none=""
        columns={[
          {
            name: words.version,
            of: ({ version, restored_from: from }) =>
              [version, version === current && words.current, from && words.restored(from)]
                .filter(Boolean)
                .join(', '),
          },
          { name: words.fields.label, of: ({ label }) => label },
          { name: t.operate.time, of: ({ created_at: at }) => asTime(at) },
          { name: words.author, of: ({ author_id: author }) => author && <code>{author}</code> },
          {
            name: t.operate.actions,
            of: (row) => (
              <span className="row-actions">
                <RowButton
                  label={words.show}
                  row={String(row.version)}
                  onClick={() => void act(async () => setShown(await getVersion(id, row.version)))}
                />
                {row.version !== current && (
                  <RowButton
                    label={words.rollBack}
                    row={String(row.version)}
                    onClick={() => setRestored(row.version)}
                  />
                )}
              </span>
            ),
          },
        ]}
      />
      {shown && (
        <Dialog title={`${words.version} ${shown.version}`} onClose={() => setShown(null)}>
          <pre tabIndex={0}>
            <code>{JSON.stringify(shown.definition, null, 2)}</code>
          </pre>
        </Dialog>
      )}
      {restored !== null && (
        <ConfirmDelete
          title={words.confirmRollBack(restored)}
          text={words.rollBackText}
          action={words.rollBack}
          onConfirm={() => void act(async () => onChange(await rollBack(id, restored)))}
          onClose={() => setRestored(null)}
        />
      )}
    </>
  );
}
