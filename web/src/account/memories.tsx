import { useCallback, useState, type ReactNode } from 'react';
import { createMemory, deleteMemory, listMemories, type Memory } from '../client/keys.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { Dialog } from '../shell/dialog.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';

const MAX_CHARS = 300;

/** The user's memories: listed, added and deleted. */
export function Memories({ onClose }: { onClose: () => void }): ReactNode {
  const [isOn, setOn] = useState(true);
  const { problem, act } = useAction();
  const list = usePages(
    useCallback(async (cursor?: string) => {
      const page = await listMemories(cursor);
      setOn(page.enabled);
      return page;
    }, []),
  );
  const add = (form: HTMLFormElement) =>
    act(async () => {
      await createMemory((new FormData(form).get('content') as string).trim());
      form.reset();
      list.reload();
    });
  const remove = ({ id }: Memory) =>
    act(async () => {
      await deleteMemory(id);
      list.setItems((items) => items.filter((item) => item.id !== id));
    });
  return (
    <Dialog title={t.memories.title} onClose={onClose}>
      <p className="muted">{isOn ? t.memories.lead : t.memories.off}</p>
      {isOn && (
        <form
          className="inline-form"
          onSubmit={(event) => {
            event.preventDefault();
            void add(event.currentTarget);
          }}
        >
          <label>
            {t.memories.fact} <input name="content" maxLength={MAX_CHARS} required />
          </label>
          <button type="submit">{t.memories.add}</button>
        </form>
      )}
      <DataTable
        label={t.memories.title}
        items={list.items}
        keyOf={({ id }) => id}
        problem={problem ?? list.problem}
        none={t.memories.none}
        more={list.more}
        columns={[
          { name: t.memories.fact, of: ({ content }) => content },
          { name: t.memories.since, of: ({ created_at }) => asTime(created_at) },
          {
            name: t.operate.actions,
            of: (memory) => (
              <button
                type="button"
                className="small"
                aria-label={t.memories.removeOne(memory.content)}
                onClick={() => void remove(memory)}
              >
                {t.memories.remove}
              </button>
            ),
          },
        ]}
      />
    </Dialog>
  );
}
