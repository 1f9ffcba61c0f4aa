import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.js';
import { Dialog } from './dialog.js';

interface Props {
  title: string;
  text: string;
  /** The secret or link to copy. */
  value: string;
  onClose: () => void;
}

/** Shows a secret or a link, to be copied. */
export function CopyDialog({ title, text, value, onClose }: Props): ReactNode {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <pre tabIndex={0}>
        <code>{value}</code>
      </pre>
      <footer>
        <CopyButton text={value} />
      </footer>
    </Dialog>
  );
}
