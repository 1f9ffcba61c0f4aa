import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { listAllUploads, reindex } from '../client/admin.js';
import type { Attachment } from '../client/api.js';
import { formatSize, StatusMark, wordsOfStatus } from '../files/status.js';
import { uploadFile, uploads } from '../files/uploads.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { Choice } from './choice.js';

const PAGE = 50;

/** Uploads of all users, with filters. */
export function AllUploads(): ReactNode {
  const [status, setStatus] = useState('');
  const [scope, setScope] = useState('');
  const [offset, setOffset] = useState(0);
  const [page, setPage] = useState<{ items: Attachment[]; total: number } | null>(null);
  const [words, setWords] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);

  const load = useCallback(async () => {
    try {
      setPage(await listAllUploads({ status: status || null, scope: scope || null, limit: PAGE, offset }));
    } catch (error) {
      setWords(wordsOf(error));
    }
  }, [status, scope, offset]);
  useEffect(() => void load(), [load]);

  const again = async (id: string) => {
    try {
      await reindex(id);
      setWords(t.operate.reindexed(1));
    } catch (error) {
      setWords(wordsOf(error));
    }
    await load();
  };
  const add = async (files: File[]) => {
    for (const file of files) {
      const { key, id } = await uploadFile(file, '/admin/uploads');
      if (!id) setWords(uploads.get().find((upload) => upload.key === key)?.refusal ?? t.files.notUploaded);
    }
    await load();
  };

  return (
    <section>
      <div className="filters">
        <Choice
          label={t.operate.status}
          value={status}
          options={t.operate.statuses}
          onChoose={(next) => {
            setStatus(next);
            setOffset(0);
          }}
        />
        <Choice
          label={t.operate.scope}
          value={scope}
          options={t.operate.scopes}
          onChoose={(next) => {
            setScope(next);
            setOffset(0);
          }}
        />
        <span className="muted">{page && t.operate.total(page.total)}</span>
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
      <div className="prose table-scroll" tabIndex={0} role="region" aria-label={t.operate.uploads}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.files.name}</th>
              <th scope="col">{t.files.status}</th>
              <th scope="col">{t.operate.owner}</th>
              <th scope="col">{t.files.size}</th>
              <th scope="col">{t.files.added}</th>
              <th scope="col">{t.operate.index}</th>
            </tr>
          </thead>
          <tbody>
            {page?.items.map((item) => (
              <tr key={item.id}>
                <td>{item.filename}</td>
                <td>
                  <StatusMark status={item.status} /> {wordsOfStatus(item)}
                </td>
                <td>
                  {item.scope === 'system' ? (
                    t.files.everybody
                  ) : (
                    <code>{item.owner_user_id?.slice(0, 8)}</code>
                  )}
                </td>
                <td>{formatSize(item.size_bytes)}</td>
                <td>{new Date(item.created_at * 1000).toLocaleString(document.documentElement.lang)}</td>
                <td>
                  <button
                    type="button"
                    className="small"
                    aria-label={`${t.operate.reindex}: ${item.filename}`}
                    onClick={() => void again(item.id)}
                  >
                    {t.operate.reindex}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {page && page.total > PAGE && (
        <p className="buttons">
          <button type="button" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
            {t.operate.previous}
          </button>
          <button
            type="button"
            disabled={offset + PAGE >= page.total}
            onClick={() => setOffset(offset + PAGE)}
          >
            {t.operate.next}
          </button>
        </p>
      )}
    </section>
  );
}
