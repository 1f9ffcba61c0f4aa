import { useCallback, useEffect, useState, type ReactNode } from 'react';
import {
  createSchedule,
  deleteSchedule,
  listSchedules,
  setScheduleEnabled,
  type Schedule,
} from '../client/schedules.js';
import { asTime } from '../shell/data-table.js';
import { ConfirmDelete, Dialog } from '../shell/dialog.js';
import { FormDialog } from '../shell/form-dialog.js';
import { Link } from '../shell/link.js';
import { ListTable } from '../shell/list-table.js';
import { RowButton } from '../shell/row-button.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { useSignal } from '../shell/use-signal.js';
import { agents, loadAgents, usual } from '../talk/agents.js';
import { t } from '../texts/texts.js';

/** The user's schedules: listed, created, enabled, disabled and deleted. */
export default function Schedules({ onClose }: { onClose: () => void }): ReactNode {
  const words = t.schedules;
  const list = usePages(useCallback((cursor?: string) => listSchedules(cursor), []));
  const { problem, act } = useAction(list.reload);
  const [isMaking, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<Schedule | null>(null);
  return (
    <>
      <Dialog title={words.title} onClose={onClose}>
        <p className="muted">{words.lead}</p>
        <ListTable
          words={words}
          list={list}
          keyOf={({ id }) => id}
          problem={problem}
          onAdd={() => setMaking(true)}
          columns={[
            { name: words.name, of: (schedule) => <Name schedule={schedule} onFollow={onClose} /> },
            {
              name: words.times,
              of: ({ cron, time_zone }) => (
                <>
                  <code>{cron}</code> {time_zone}
                </>
              ),
            },
            { name: words.next, of: ({ next_at }) => (next_at ? asTime(next_at) : words.disabled) },
            {
              name: words.last,
              of: ({ last_at, last_error }) =>
                last_at && [asTime(last_at), last_error].filter(Boolean).join(': '),
            },
            {
              name: t.operate.actions,
              of: (schedule) => (
                <span className="row-actions">
                  <RowButton
                    label={schedule.is_enabled ? words.disable : words.enable}
                    row={schedule.name}
                    onClick={() => void act(() => setScheduleEnabled(schedule.id, !schedule.is_enabled))}
                  />
                  <RowButton label={t.delete} row={schedule.name} onClick={() => setDeleting(schedule)} />
                </span>
              ),
            },
          ]}
        />
      </Dialog>
      {isMaking && (
        <NewSchedule
          onMade={() => {
            setMaking(false);
            list.reload();
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={words.confirm}
          text={words.confirmText(deleting.name)}
          onConfirm={() => void act(() => deleteSchedule(deleting.id))}
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}

/** A link to the conversation once a time has come. */
function Name({ schedule, onFollow }: { schedule: Schedule; onFollow: () => void }): ReactNode {
  if (!schedule.last_at) return schedule.name;
  return (
    <Link view="talk" id={schedule.conversation_id} onClick={onFollow}>
      {schedule.name}
    </Link>
  );
}

function NewSchedule({ onMade, onClose }: { onMade: () => void; onClose: () => void }): ReactNode {
  const words = t.schedules;
  const all = useSignal(agents);
  const { problem, act } = useAction();
  useEffect(() => void act(loadAgents), [act]);
  const submit = async (form: FormData) => {
    const text = (name: string) => (form.get(name) as string).trim();
    await createSchedule({
      name: text('name'),
      cron: text('cron'),
      time_zone: text('time_zone'),
      agent: text('agent'),
      message: text('message'),
    });
    onMade();
  };
  return (
    <FormDialog title={words.add} action={words.add} onSubmit={submit} onClose={onClose}>
      <label>
        {words.name} <input name="name" maxLength={200} required autoFocus />
      </label>
      <label>
        {words.cron} <input name="cron" maxLength={100} placeholder="0 9 * * 1-5" required />
      </label>
      <label>
        {words.zone}{' '}
        <input
          name="time_zone"
          maxLength={100}
          defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
          required
        />
      </label>
      <label>
        {words.agent}{' '}
        <select key={all.length} name="agent" defaultValue={usual(all)?.label} required>
          {all.map(({ label }) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      </label>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <label>
        {words.message} <textarea name="message" rows={3} maxLength={32_000} required />
      </label>
    </FormDialog>
  );
}
