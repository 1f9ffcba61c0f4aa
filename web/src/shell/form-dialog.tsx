import type { FormEvent, ReactNode } from 'react';
import { t } from '../texts/texts.js';
import { Dialog } from './dialog.js';

interface Props {
  title: string;
  /** Label of the submit button. */
  action: string;
  onSubmit: (form: FormData) => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** A modal form with buttons to submit and to cancel. */
export function FormDialog({ title, action, onSubmit, onClose, children }: Props): ReactNode {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stacked" onSubmit={submit}>
        {children}
        <footer>
          <button type="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" className="primary">
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
