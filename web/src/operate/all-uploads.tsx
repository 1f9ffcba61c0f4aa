import { useCallback, useRef, useState, type ReactNode } from 'react';
import { listAllUploads, reindex } from '../client/admin.js';
import { formatSize, StatusMark, wordsOfStatus } from '../files/status.js';
import { uploadFile, uploads } from '../files/uploads.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { usePages } from '../shell/use-pages.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { Choice } from './choice.js';

const PAGE = 50;

/** Uploads of all users, with filters. */
export function AllUploads(): ReactNode {
  const [status, setStatus] = useState('');
  const [scope, setScope] = useState('');
  const [total, setTotal] = useState<number | null>(null);
  const [words, setWords] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const list = usePages(
    useCallback(
      async (cursor?: string) => {
        const filters = { status: status || null, scope: scope || null };
        const page = await listAllUploads({ ...filters, limit: PAGE, cursor });
        setTotal(page.total);
        return page;
      },
      [status, scope],
    ),
  );

  const again = async (id: string) => {
    try {
      await reindex(id);
      setWords(t.operate.reindexed(1));
    } catch (error) {
      setWords(wordsOf(error));
    }
    list.reload();
  };
  const add = async (files: File[]) => {
    for (const file of files) {
      const { key, id } = await uploadFile(file, '/admin/uploads');
      if (!id) setWords(uploads.get().find((upload) => upload.key === key)?.refusal ?? t.files.notUploaded);
    }
    list.reload();
  };

  return (
    <section>
      <div className="filters">
        <Choice label={t.operate.status} value={status} options={t.operate.statuses} onChoose={setStatus} />
        <Choice label={t.operate.scope} value={scope} options={t.operate.scopes} onChoose={setScope} />
        <span className="muted">{total !== null && t.operate.total(total)}</span>
        <button type="button" onClick={() => chooser.current?.click()}>
          {t.operate.addSystem}
        </button>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={t.operate.addSystem}
          onChange={(event) => void add([...(event.target.files ?? [])])}
        />
      </div>
      <p role="status">{words}</p>
      <DataTable
        label={t.operate.uploads}
        items={list.items}
        keyOf={({ id }) => id}
        problem={list.problem}
        more={list.more}
        none={t.operate.noUploads}
        columns={[
          { name: t.files.name, of: ({ filename }) => filename },
          {
            name: t.files.status,
            of: (item) => (
              <>
                <StatusMark status={item.status} /> {wordsOfStatus(item)}
              </>
            ),
          },
          {
            name: t.operate.owner,
            of: ({ scope: of, owner_user_id }) =>
              of === 'system' ? t.files.everybody : <code>{owner_user_id?.slice(0, 8)}</code>,
          },
          { name: t.files.size, of: ({ size_bytes }) => formatSize(size_bytes) },
          { name: t.files.added, of: ({ created_at }) => asTime(created_at * 1000) },
          {
            name: t.operate.index,
            of: ({ id, filename }) => (
              <button
                type="button"
                className="small"
                aria-label={`${t.operate.reindex}: ${filename}`}
                onClick={() => void again(id)}
              >
                {t.operate.reindex}
              </button>
            ),
          },
        ]}
      />
    </section>
  );
}
