import type { ReactNode } from 'react';
import { Pane } from '../shell/pane.js';

/** A source without a document, such as a film: only its text is shown. */
export function SourcePane({
  title,
  text,
  onClose,
}: {
  title: string;
  text: string;
  onClose: () => void;
}): ReactNode {
  return (
    <Pane title={title} onClose={onClose}>
      <p className="text-document">{text}</p>
    </Pane>
  );
}
