import { useState, type FormEvent, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import { Dialog } from './dialog.js';
import { useAction } from './use-action.js';

interface Props {
  title: string;
  /** Label of the submit button. */
  action: string;
  /** Called once until it ends; the reason of a failure is shown below the fields. */
  onSubmit: (form: FormData) => void | Promise<void>;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** A modal form with buttons to submit and to cancel. */
export function FormDialog({ title, action, onSubmit, onClose, children }: Props): ReactNode {
  const [isSending, setSending] = useState(false);
  const { problem, act } = useAction();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setSending(true);
    await act(async () => onSubmit(form));
    setSending(false);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stacked" onSubmit={(event) => void submit(event)}>
        {children}
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" className="primary" disabled={isSending}>
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
