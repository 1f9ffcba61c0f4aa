import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useDroppedFiles } from '../files/drop-zone.js';
import { markOf, StatusMark, wordsOfUpload } from '../files/status.js';
import { forgetUpload, uploadFile, uploads } from '../files/uploads.js';
import { Icon } from '../shell/icons.js';
import { useSignal } from '../shell/use-signal.js';
import { t } from '../texts/texts.js';

export interface SentFile {
  id: string;
  name: string;
}

interface Props {
  conversationId: string;
  agent: string;
  isAnswering: boolean;
  onSend: (text: string, files: SentFile[]) => void;
  onStop: () => void;
}

/** Unsent drafts, by conversation. */
const drafts = new Map<string, string>();

export function Composer({ conversationId, agent, isAnswering, onSend, onStop }: Props): ReactNode {
  const [text, setText] = useState(drafts.get(conversationId) ?? '');
  const [keys, setKeys] = useState<readonly string[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const files = useSignal(uploads).filter(({ key }) => keys.includes(key));
  const isUploading = files.some(({ attachment, refusal }) => !attachment && refusal === null);
  const ready = files.flatMap(({ attachment, name }) => (attachment ? [{ id: attachment.id, name }] : []));
  const canSend = !isAnswering && !isUploading && (text.trim() !== '' || ready.length > 0);

  const write = (next: string) => {
    setText(next);
    drafts.set(conversationId, next);
  };
  const attach = useCallback((chosen: File[]) => {
    for (const file of chosen) {
      const before = new Set(uploads.get().map(({ key }) => key));
      void uploadFile(file);
      const begun = uploads.get().find(({ key }) => !before.has(key));
      if (begun) setKeys((all) => [...all, begun.key]);
    }
  }, []);
  const isOver = useDroppedFiles(attach);
  useEffect(() => field.current?.focus(), [conversationId]);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 240)}px`;
  }, [text]);

  const send = () => {
    if (!canSend) return;
    onSend(text.trim(), ready);
    write('');
    for (const key of keys) forgetUpload(key);
    setKeys([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={isOver ? 'composer dropping' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {files.length > 0 && (
        <ul className="chips" aria-label={t.files.title}>
          {files.map((file) => (
            <li key={file.key} className={file.refusal === null ? 'chip' : 'chip refused'}>
              <StatusMark status={markOf(file)} />
              <span className="cut">{file.name}</span>
              <small>{wordsOfUpload(file)}</small>
              <button
                type="button"
                className="quiet square"
                aria-label={t.talk.removeFile(file.name)}
                onClick={() => forgetUpload(file.key)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={t.talk.message}
        placeholder={isOver ? t.talk.drop : t.talk.placeholder(agent)}
        maxLength={32_000}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-row">
        <button
          type="button"
          className="quiet square"
          aria-label={t.talk.attach}
          title={t.talk.attach}
          onClick={() => chooser.current?.click()}
        >
          <Icon name="attach" />
        </button>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={t.talk.attach}
          onChange={(event) => {
            attach([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <small className="muted only-wide">{t.talk.hint}</small>
        {isAnswering ? (
          <button
            type="button"
            className="primary square"
            aria-label={t.talk.stop}
            title={t.talk.stop}
            onClick={onStop}
          >
            <Icon name="stop" />
          </button>
        ) : (
          <button
            type="submit"
            className="primary square"
            aria-label={t.talk.send}
            title={t.talk.send}
            disabled={!canSend}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}
