import { useCallback, useState, type ReactNode } from 'react';
import { listUsers } from '../client/admin.js';
import {
  addCases,
  createEvaluation,
  deleteEvaluation,
  listEvaluations,
  type Evaluation,
} from '../client/evaluations.js';
import { asTime } from '../shell/data-table.js';
import { ConfirmDelete } from '../shell/dialog.js';
import { FormDialog } from '../shell/form-dialog.js';
import { ListTable } from '../shell/list-table.js';
import { RowButton } from '../shell/row-button.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { EvaluationRuns } from './evaluation-runs.js';

/** Evaluations of retrieval. */
export function Evaluations(): ReactNode {
  const words = t.operate.evaluations;
  const list = usePages(useCallback((cursor?: string) => listEvaluations(cursor), []));
  const { problem, act } = useAction(list.reload);
  const [isMaking, setMaking] = useState(false);
  const [extended, setExtended] = useState<Evaluation | null>(null);
  const [deleting, setDeleting] = useState<Evaluation | null>(null);
  const [shown, setShown] = useState<Evaluation | null>(null);
  const remove = ({ id }: Evaluation) => {
    setShown(null);
    return act(() => deleteEvaluation(id));
  };
  return (
    <section>
      <ListTable
        words={words}
        list={list}
        keyOf={({ id }) => id}
        problem={problem}
        onAdd={() => setMaking(true)}
        columns={[
          { name: words.name, of: ({ name }) => name },
          {
            name: words.ownerOf,
            of: ({ owner_id: owner }) => (owner ? <code>{owner}</code> : words.everybody),
          },
          { name: words.cases, of: ({ cases }) => cases.toLocaleString(document.documentElement.lang) },
          { name: t.operate.time, of: ({ created_at: at }) => asTime(at) },
          {
            name: t.operate.actions,
            of: (set) => (
              <span className="row-actions">
                <RowButton label={words.runs} row={set.name} onClick={() => setShown(set)} />
                <RowButton label={words.addCases} row={set.name} onClick={() => setExtended(set)} />
                <RowButton label={t.delete} row={set.name} onClick={() => setDeleting(set)} />
              </span>
            ),
          },
        ]}
      />
      {shown && <EvaluationRuns key={shown.id} evaluation={shown} />}
      {(isMaking || extended) && (
        <EvaluationForm
          known={extended}
          onDone={() => {
            setMaking(false);
            setExtended(null);
            list.reload();
          }}
          onClose={() => {
            setMaking(false);
            setExtended(null);
          }}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={words.confirm}
          text={deleting.name}
          onConfirm={() => void remove(deleting)}
          onClose={() => setDeleting(null)}
        />
      )}
    </section>
  );
}

interface FormProps {
  /** An evaluation that gets more cases; null for a new one. */
  known: Evaluation | null;
  onDone: () => void;
  onClose: () => void;
}

/** Creates an evaluation with its cases, or adds cases to one. */
function EvaluationForm({ known, onDone, onClose }: FormProps): ReactNode {
  const words = t.operate.evaluations;
  const [made, setMade] = useState(known);
  const submit = async (form: FormData) => {
    let set = made;
    if (!set) {
      const email = (form.get('owner') as string).trim();
      const owner = email ? await accountOf(email) : null;
      if (owner === undefined) throw new Error(t.operate.budgets.noUser);
      set = await createEvaluation((form.get('name') as string).trim(), owner);
      // When a case is refused, the corrected ones are added to it.
      setMade(set);
    }
    await addCases(set.id, form.get('lines') as string);
    onDone();
  };
  const title = known ? words.addCases : words.add;
  return (
    <FormDialog title={title} action={title} onSubmit={submit} onClose={made ? onDone : onClose}>
      {!known && (
        <>
          <label>
            {words.name} <input name="name" maxLength={200} required autoFocus readOnly={made !== null} />
          </label>
          <label>
            {words.owner} <input name="owner" maxLength={254} readOnly={made !== null} />
          </label>
        </>
      )}
      <label>
        {words.lines}
        <textarea name="lines" rows={8} required placeholder={PLACEHOLDER} spellCheck={false} />
      </label>
    </FormDialog>
  );
}

const PLACEHOLDER =
  '{"question": "How much leave is there?", "expected": {"filename": "handbook.md", "quote": "thirty days"}}\n' +
  '{"question": "Who won the match?", "expected": {"answerable": false}}';

/** @returns the id of the account with an address; undefined when there is none */
async function accountOf(email: string): Promise<string | undefined> {
  const { items } = await listUsers(email);
  return items.find((user) => user.email.toLowerCase() === email.toLowerCase())?.id;
}
