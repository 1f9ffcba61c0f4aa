import { useCallback, useState, type ReactNode } from 'react';
import { createApiKey, deleteApiKey, listApiKeys, type ApiKey } from '../client/keys.js';
import { session } from '../client/session.js';
import { CopyDialog } from '../shell/copy-dialog.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { ConfirmDelete } from '../shell/dialog.js';
import { FormDialog } from '../shell/form-dialog.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { useSignal } from '../shell/use-signal.js';
import { t } from '../texts/texts.js';

const SCOPES = ['chat', 'conversations:read', 'documents:read', 'documents:write', 'admin'] as const;

/** The user's API keys; a new key is shown once. */
export function Keys(): ReactNode {
  const list = usePages(useCallback(async () => ({ ...(await listApiKeys()), next: null }), []));
  const { problem, act } = useAction();
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = ({ id }: ApiKey) =>
    act(async () => {
      await deleteApiKey(id);
      list.setItems((items) => items.filter((item) => item.id !== id));
    });
  return (
    <section>
      <header className="part-head">
        <h2>{t.keys.title}</h2>
        <button type="button" onClick={() => setMaking(true)}>
          {t.keys.add}
        </button>
      </header>
      <DataTable
        label={t.keys.title}
        items={list.items}
        keyOf={({ id }) => id}
        problem={problem ?? list.problem}
        none={t.keys.none}
        columns={[
          { name: t.files.name, of: ({ name }) => name },
          { name: t.keys.key, of: ({ prefix }) => <code>{prefix}…</code> },
          { name: t.keys.scopes, of: ({ scopes }) => scopes.join(', ') },
          { name: t.keys.expires, of: ({ expires_at }) => (expires_at ? asTime(expires_at) : t.keys.never) },
          {
            name: t.keys.used,
            of: ({ last_used_at }) => (last_used_at ? asTime(last_used_at) : t.keys.never),
          },
          {
            name: t.operate.actions,
            of: (key) => (
              <button
                type="button"
                className="small"
                aria-label={`${t.keys.revoke}: ${key.name}`}
                onClick={() => setRevoking(key)}
              >
                {t.keys.revoke}
              </button>
            ),
          },
        ]}
      />
      {isMaking && (
        <NewKey
          onMade={(made) => {
            setMaking(false);
            setSecret(made);
            list.reload();
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {secret && (
        <CopyDialog
          title={t.keys.secretTitle}
          text={t.keys.secretText}
          value={secret}
          onClose={() => setSecret(null)}
        />
      )}
      {revoking && (
        <ConfirmDelete
          title={t.keys.confirm(revoking.name)}
          text={t.keys.confirmText}
          action={t.keys.revoke}
          onConfirm={() => void revoke(revoking)}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}

function NewKey({ onMade, onClose }: { onMade: (secret: string) => void; onClose: () => void }): ReactNode {
  const isAdmin = useSignal(session)?.isAdmin;
  const submit = async (form: FormData) => {
    const until = form.get('expires') as string;
    const { key } = await createApiKey({
      name: (form.get('name') as string).trim(),
      scopes: form.getAll('scope') as string[],
      expires_at: until ? new Date(`${until}T23:59:59`).toISOString() : null,
    });
    onMade(key);
  };
  return (
    <FormDialog title={t.keys.add} action={t.keys.add} onSubmit={submit} onClose={onClose}>
      <label>
        {t.files.name} <input name="name" maxLength={100} required autoFocus />
      </label>
      <fieldset>
        <legend>{t.keys.scopes}</legend>
        {SCOPES.filter((scope) => scope !== 'admin' || isAdmin).map((scope) => (
          <label key={scope} className="check">
            <input type="checkbox" name="scope" value={scope} defaultChecked={scope === 'chat'} />
            <span>
              <code>{scope}</code> <small className="muted">{t.keys.scopeTexts[scope]}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <label>
        {t.keys.expiresOn} <input name="expires" type="date" min={new Date().toISOString().slice(0, 10)} />
      </label>
    </FormDialog>
  );
}
