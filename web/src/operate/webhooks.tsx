import { useCallback, useState, type ReactNode } from 'react';
import {
  createWebhook,
  deleteWebhook,
  EVENT_TYPES,
  listDeliveries,
  listWebhooks,
  redeliver,
  setWebhookActive,
  type Webhook,
} from '../client/webhooks.js';
import { CopyDialog } from '../shell/copy-dialog.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { ConfirmDelete } from '../shell/dialog.js';
import { FormDialog } from '../shell/form-dialog.js';
import { ListTable } from '../shell/list-table.js';
import { RowButton } from '../shell/row-button.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';

/** Webhook endpoints. */
export function Webhooks(): ReactNode {
  const words = t.operate.webhooks;
  const list = usePages(useCallback((cursor?: string) => listWebhooks(cursor), []));
  const { problem, act } = useAction(list.reload);
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Webhook | null>(null);
  const [shown, setShown] = useState<Webhook | null>(null);
  return (
    <section>
      <ListTable
        words={words}
        list={list}
        keyOf={({ id }) => id}
        problem={problem}
        onAdd={() => setMaking(true)}
        columns={[
          { name: words.url, of: ({ url }) => <code>{url}</code> },
          { name: words.events, of: ({ types }) => types.join(', ') },
          {
            name: t.operate.status,
            of: (hook) =>
              hook.is_active ? t.operate.active : `${t.operate.inactive}. ${hook.disabled_reason ?? ''}`,
          },
          {
            name: t.operate.actions,
            of: (hook) => (
              <span className="row-actions">
                <RowButton label={words.deliveries} row={hook.url} onClick={() => setShown(hook)} />
                <RowButton
                  label={hook.is_active ? t.operate.deactivate : t.operate.activate}
                  row={hook.url}
                  onClick={() => void act(() => setWebhookActive(hook.id, !hook.is_active))}
                />
                <RowButton label={t.delete} row={hook.url} onClick={() => setDeleting(hook)} />
              </span>
            ),
          },
        ]}
      />
      {shown && <Deliveries key={shown.id} webhook={shown} />}
      {isMaking && (
        <NewWebhook
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
          title={words.secret}
          text={words.secretText}
          value={secret}
          onClose={() => setSecret(null)}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={words.confirm}
          text={deleting.url}
          onConfirm={() => {
            setShown(null);
            void act(() => deleteWebhook(deleting.id));
          }}
          onClose={() => setDeleting(null)}
        />
      )}
    </section>
  );
}

/** Deliveries of an endpoint with their responses. */
function Deliveries({ webhook }: { webhook: Webhook }): ReactNode {
  const words = t.operate.webhooks;
  const { id } = webhook;
  const list = usePages(useCallback((cursor?: string) => listDeliveries(id, cursor), [id]));
  const [problem, setProblem] = useState<string | null>(null);
  const again = async (deliveryId: string) => {
    try {
      await redeliver(id, deliveryId);
    } catch (error) {
      setProblem(wordsOf(error));
    }
    list.reload();
  };
  return (
    <>
      <header className="part-head">
        <h2>{words.deliveriesOf(webhook.url)}</h2>
        <button type="button" onClick={list.reload}>
          {words.refresh}
        </button>
      </header>
      <DataTable
        label={words.deliveries}
        items={list.items}
        keyOf={(delivery) => delivery.id}
        problem={problem ?? list.problem}
        more={list.more}
        none={words.noDeliveries}
        columns={[
          { name: t.operate.time, of: ({ created_at: at }) => asTime(at) },
          { name: words.event, of: ({ type }) => <code>{type}</code> },
          {
            name: t.operate.status,
            of: ({ status, attempts }) => `${words.statuses[status]} (${attempts})`,
          },
          {
            name: words.answer,
            of: ({ http_status: status, error, response_head: head }) =>
              [status, error, head].filter(Boolean).join(' '),
          },
          { name: words.nextAttempt, of: ({ next_at: at }) => (at ? asTime(at) : '') },
          {
            name: t.operate.actions,
            of: ({ id: deliveryId, type }) => (
              <button
                type="button"
                className="small"
                aria-label={`${words.redeliver}: ${type}`}
                onClick={() => void again(deliveryId)}
              >
                {words.redeliver}
              </button>
            ),
          },
        ]}
      />
    </>
  );
}

function NewWebhook({
  onMade,
  onClose,
}: {
  onMade: (secret: string) => void;
  onClose: () => void;
}): ReactNode {
  const words = t.operate.webhooks;
  const submit = async (form: FormData) => {
    const { secret } = await createWebhook({
      url: (form.get('url') as string).trim(),
      types: form.getAll('type') as string[],
      include_content: form.has('content'),
    });
    onMade(secret);
  };
  return (
    <FormDialog title={words.add} action={words.add} onSubmit={submit} onClose={onClose}>
      <label>
        {words.url} <input name="url" type="url" maxLength={2000} required autoFocus />
      </label>
      <fieldset>
        <legend>{words.events}</legend>
        {EVENT_TYPES.map((type) => (
          <label key={type} className="check">
            <input type="checkbox" name="type" value={type} defaultChecked={type === 'run.completed'} />
            <code>{type}</code>
          </label>
        ))}
      </fieldset>
      <label className="check">
        <input type="checkbox" name="content" /> {words.content}
      </label>
    </FormDialog>
  );
}
