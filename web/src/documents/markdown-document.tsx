import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { blocksOf, type Block } from '../markdown/blocks.js';
import { MarkdownBlock } from '../markdown/markdown.js';
import type { Mark } from './document-pane.js';
import { TextDocument } from './text-document.js';

/** Longer ones are shown as the text that they are. */
const MAX_RENDERED = 200_000;

/** Rendered, with the blocks of the quotation marked. */
export function MarkdownDocument({ text, mark }: { text: string; mark: Mark }): ReactNode {
  const blocks = useMemo(() => (text.length > MAX_RENDERED ? null : blocksOf(text)), [text]);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: some browsers return a promise, which React would treat as a clean-up function.
    first.current?.scrollIntoView({ block: 'center' });
  }, []);
  if (!blocks) return <TextDocument text={text} mark={mark} />;
  const [from, to] = mark ? [lineAt(text, mark[0]), lineAt(text, Math.max(mark[0], mark[1] - 1))] : [-1, -1];
  const isMarked = ({ lines }: Block) => mark !== null && lines[0] <= to && lines[1] > from;
  const firstMarked = blocks.find(isMarked);
  return (
    <div className="prose">
      {blocks.map((block) => (
        <div
          key={block.key}
          ref={block === firstMarked ? first : undefined}
          className={isMarked(block) ? 'marked' : undefined}
        >
          <MarkdownBlock block={block} count={0} />
        </div>
      ))}
    </div>
  );
}

function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
