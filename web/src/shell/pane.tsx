import { useEffect, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import { Icon } from './icons.js';

interface Props {
  title: string;
  /** Accessible label, if it is not a document. */
  label?: string;
  /** Toolbar between the title and the close button. */
  tools?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** A side pane; Escape closes it. */
export function Pane({ title, label, tools, onClose, children }: Props): ReactNode {
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && onClose();
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [onClose]);
  return (
    <aside className="pane" aria-label={label ?? t.documents.pane}>
      <header>
        <h2 className="cut" title={title}>
          {title}
        </h2>
        {tools}
        <button type="button" className="quiet square" aria-label={t.close} autoFocus onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="pane-body">{children}</div>
    </aside>
  );
}
