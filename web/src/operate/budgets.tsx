import { useCallback, useState, type ReactNode } from 'react';
import {
  BUDGET_PERIODS,
  BUDGET_SUBJECTS,
  BUDGET_UNITS,
  deleteBudget,
  listBudgets,
  listUsers,
  setBudget,
  type Budget,
  type NewBudget,
} from '../client/admin.js';
import { asTime } from '../shell/data-table.js';
import { FormDialog } from '../shell/form-dialog.js';
import { ListTable } from '../shell/list-table.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';

const number = (value: number) => value.toLocaleString(document.documentElement.lang);
const nameOf = ({ subject_type: type, subject_id: id }: Budget) =>
  id === null ? t.operate.budgets.subjects[type] : id;

/** Budgets of accounts, groups and keys, in answers or tokens. */
export function Budgets(): ReactNode {
  const words = t.operate.budgets;
  const list = usePages(useCallback((cursor?: string) => listBudgets(cursor), []));
  const { problem, act } = useAction();
  const [isSetting, setSetting] = useState(false);
  const remove = ({ id }: Budget) =>
    act(async () => {
      await deleteBudget(id);
      list.setItems((items) => items.filter((item) => item.id !== id));
    });
  return (
    <section>
      <ListTable
        words={words}
        list={list}
        keyOf={({ id }) => id}
        problem={problem}
        onAdd={() => setSetting(true)}
        columns={[
          {
            name: words.whose,
            of: (budget) => (
              <>
                {words.subjects[budget.subject_type]} <code>{budget.subject_id}</code>
              </>
            ),
          },
          { name: words.unit, of: ({ unit }) => words.units[unit] },
          { name: words.period, of: ({ period }) => words.periods[period] },
          { name: words.amount, of: ({ amount }) => number(amount) },
          { name: words.used, of: ({ used }) => number(used) },
          { name: words.reserved, of: ({ reserved }) => number(reserved) },
          { name: words.resets, of: ({ resets_at: at }) => (at ? asTime(at) : '') },
          {
            name: t.operate.actions,
            of: (budget) => (
              <button
                type="button"
                className="small"
                aria-label={`${t.delete}: ${nameOf(budget)}`}
                onClick={() => void remove(budget)}
              >
                {t.delete}
              </button>
            ),
          },
        ]}
      />
      {isSetting && (
        <SetBudget
          onSet={() => {
            setSetting(false);
            list.reload();
          }}
          onClose={() => setSetting(false)}
        />
      )}
    </section>
  );
}

/** Accounts are known to people by their addresses. */
async function subjectOf(type: NewBudget['subject_type'], who: string): Promise<string | null> {
  if (type === 'all') return null;
  if (type !== 'user') return who;
  const { items } = await listUsers(who);
  return items.find(({ email }) => email.toLowerCase() === who.toLowerCase())?.id ?? '';
}

function SetBudget({ onSet, onClose }: { onSet: () => void; onClose: () => void }): ReactNode {
  const words = t.operate.budgets;
  const [type, setType] = useState<NewBudget['subject_type']>('user');
  const submit = async (form: FormData) => {
    const subject = await subjectOf(type, ((form.get('who') as string | null) ?? '').trim());
    if (subject === '') throw new Error(words.noUser);
    await setBudget({
      subject_type: type,
      subject_id: subject,
      unit: form.get('unit') as NewBudget['unit'],
      period: form.get('period') as NewBudget['period'],
      amount: Number(form.get('amount')),
    });
    onSet();
  };
  return (
    <FormDialog title={words.add} action={words.add} onSubmit={submit} onClose={onClose}>
      <label>
        {words.whose}{' '}
        <select value={type} onChange={({ target }) => setType(target.value as typeof type)}>
          {BUDGET_SUBJECTS.map((subject) => (
            <option key={subject} value={subject}>
              {words.subjects[subject]}
            </option>
          ))}
        </select>
      </label>
      {type !== 'all' && (
        <label>
          {words.who} <input name="who" maxLength={254} required autoFocus />
        </label>
      )}
      <label>
        {words.amount} <input name="amount" type="number" min={0} max={1e15} step={1} required />
      </label>
      <label>
        {words.unit}{' '}
        <select name="unit">
          {BUDGET_UNITS.map((unit) => (
            <option key={unit} value={unit}>
              {words.units[unit]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.period}{' '}
        <select name="period">
          {BUDGET_PERIODS.map((period) => (
            <option key={period} value={period}>
              {words.periods[period]}
            </option>
          ))}
        </select>
      </label>
    </FormDialog>
  );
}
