import type { ReactNode } from 'react';
import { Pane } from '../shell/pane.js';

/** A source that is no document, such as a film: its text is all there is. */
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
