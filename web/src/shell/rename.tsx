import { useState, type FormEvent, type ReactNode } from 'react';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { Dialog } from './dialog.js';

interface Props {
  title: string;
  onRename: (title: string) => Promise<void>;
  onClose: () => void;
}

export function Rename({ title, onRename, onClose }: Props): ReactNode {
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      await onRename((new FormData(event.currentTarget).get('title') as string).trim());
      onClose();
    } catch (error) {
      const words = wordsOf(error);
      setProblem(words);
    }
  };
  return (
    <Dialog title={t.list.rename} onClose={onClose}>
      <form className="inline-form" onSubmit={(event) => void submit(event)}>
        <input
          name="title"
          aria-label={t.list.name}
          defaultValue={title}
          maxLength={255}
          required
          autoFocus
        />
        <button type="submit" className="primary">
          {t.list.rename}
        </button>
      </form>
      {problem && <p className="problem">{problem}</p>}
    </Dialog>
  );
}
