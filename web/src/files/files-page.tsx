import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { deleteAttachment, listAttachments, type Attachment } from '../client/api.js';
import { session } from '../client/session.js';
import { ConfirmDelete } from '../shell/dialog.js';
import { Icon } from '../shell/icons.js';
import { useSignal } from '../shell/use-signal.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { useDroppedFiles } from './drop-zone.js';
import { formatSize, markOf, StatusMark, wordsOfStatus, wordsOfUpload } from './status.js';
import { follow, forgetUpload, uploadFile, uploads } from './uploads.js';

const DocumentPane = lazy(() => import('../documents/document-pane.js'));

export function FilesPage(): ReactNode {
  const [items, setItems] = useState<readonly Attachment[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Attachment | null>(null);
  const [shown, setShown] = useState<Attachment | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const user = useSignal(session);
  const sending = useSignal(uploads);

  const leaving = useRef(new AbortController());
  const followed = useRef(new Set<string>());
  const refresh = useCallback(async () => {
    const update = (now: Attachment) =>
      setItems((all) => (all ?? []).map((known) => (known.id === now.id ? now : known)));
    try {
      const page = await listAttachments();
      setItems(page.items);
      for (const { id, status } of page.items) {
        if ((status !== 'pending' && status !== 'indexing') || followed.current.has(id)) continue;
        followed.current.add(id);
        void follow(id, update, leaving.current.signal).finally(() => followed.current.delete(id));
      }
    } catch (error) {
      setProblem(wordsOf(error));
    }
  }, []);
  useEffect(() => {
    leaving.current = new AbortController();
    return () => leaving.current.abort();
  }, []);
  const add = useCallback(
    async (files: File[]) => {
      const done = await Promise.all(files.map((file) => uploadFile(file)));
      for (const { key, id } of done) if (id) forgetUpload(key);
      await refresh();
    },
    [refresh],
  );
  useEffect(() => void refresh(), [refresh]);
  const isOver = useDroppedFiles(useCallback((files: File[]) => void add(files), [add]));

  const remove = async (attachment: Attachment) => {
    await deleteAttachment(attachment.id).catch((error: unknown) => setProblem(wordsOf(error)));
    await refresh();
  };
  const mayDelete = (attachment: Attachment) => attachment.scope === 'user' || user?.isAdmin === true;

  return (
    <div className="with-pane">
      <div className={isOver ? 'page dropping' : 'page'}>
        <header className="page-head">
          <div>
            <h1>{t.files.title}</h1>
            <p className="muted">{t.files.lead}</p>
          </div>
          <button type="button" className="primary" onClick={() => chooser.current?.click()}>
            <Icon name="plus" />
            {t.files.add}
          </button>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            aria-label={t.files.add}
            onChange={(event) => {
              void add([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </header>
        <p className="drop-hint">
          <strong>{t.files.dropHere}</strong>
          <span className="muted">{t.files.kinds}</span>
        </p>
        {problem && <p className="problem">{problem}</p>}
        <ul className="files" aria-label={t.files.title}>
          {sending
            .filter(({ attachment }) => !items?.some(({ id }) => id === attachment?.id))
            .map((upload) => (
              <li key={upload.key}>
                <StatusMark status={markOf(upload)} />
                <span className="file-text">
                  <span className="cut">{upload.name}</span>
                  <small className={upload.refusal === null ? 'muted' : 'problem'}>
                    {wordsOfUpload(upload)}
                  </small>
                  {upload.refusal === null && (
                    <progress
                      value={upload.sent}
                      aria-label={t.files.uploading(Math.round(upload.sent * 100))}
                    />
                  )}
                </span>
                <span className="muted">{formatSize(upload.size)}</span>
                <button
                  type="button"
                  className="quiet square"
                  aria-label={t.talk.removeFile(upload.name)}
                  onClick={() => forgetUpload(upload.key)}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          {items?.map((item) => (
            <li key={item.id}>
              <StatusMark status={item.status} />
              <FileText item={item} onOpen={() => setShown(item)} />
              <span className="muted">{formatSize(item.size_bytes)}</span>
              {mayDelete(item) ? (
                <button
                  type="button"
                  className="quiet square"
                  aria-label={t.files.remove(item.filename)}
                  onClick={() => setDeleting(item)}
                >
                  <Icon name="trash" />
                </button>
              ) : (
                <span />
              )}
            </li>
          ))}
        </ul>
        {items?.length === 0 && sending.length === 0 && <p className="muted empty">{t.files.none}</p>}
        {deleting && (
          <ConfirmDelete
            title={t.files.confirm(deleting.filename)}
            text={t.files.confirmText}
            onConfirm={() => void remove(deleting)}
            onClose={() => setDeleting(null)}
          />
        )}
      </div>
      {shown && (
        <Suspense fallback={null}>
          <DocumentPane documentId={shown.id} title={shown.filename} onClose={() => setShown(null)} />
        </Suspense>
      )}
    </div>
  );
}

function FileText({ item, onOpen }: { item: Attachment; onOpen: () => void }): ReactNode {
  const details = [
    wordsOfStatus(item),
    item.status === 'indexed' && t.files.passages(item.chunk_count),
    item.scope === 'system' && t.files.everybody,
    new Date(item.created_at * 1000).toLocaleDateString(document.documentElement.lang),
  ].filter(Boolean);
  return (
    <span className="file-text">
      <button type="button" className="link cut" aria-label={t.files.open(item.filename)} onClick={onOpen}>
        {item.filename}
      </button>
      <small className={item.status === 'failed' ? 'problem' : 'muted'}>{details.join(' · ')}</small>
      {item.warnings.length > 0 && (
        <details>
          <summary>{t.files.warnings(item.warnings.length)}</summary>
          <ul>
            {item.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </span>
  );
}
