// Renders Markdown as React elements from tokens: HTML is never inserted into the page. Pictures of other servers
// are rendered as links, so that no request is sent to them.

import { createElement, Fragment, memo, useRef, type ReactNode } from 'react';
import type Token from 'markdown-it/lib/token.mjs';
import { t } from '../texts/texts.js';
import { dataOf, type TableData } from '../charts/table-data.js';
import { CopyButton } from '../shell/copy-button.js';
import { GrowingBlocks, type Block } from './blocks.js';
import { useLimitedGrowth } from './limited-growth.js';
import { Table } from './table.js';

interface Citations {
  count: number;
  onOpen: (index: number) => void;
}

interface Props {
  text: string;
  /** Targets of citations such as `[1]`. */
  cite?: Citations;
  /** Whether more text may follow. */
  isGrowing?: boolean;
}

export function Markdown({ text, cite, isGrowing = false }: Props): ReactNode {
  const blocks = useRef<GrowingBlocks>(undefined);
  blocks.current ??= new GrowingBlocks();
  const shown = useLimitedGrowth(text, isGrowing);
  return (
    <div className="prose">
      {blocks.current.update(shown).map((block) => (
        <MarkdownBlock key={block.key} block={block} count={cite?.count ?? 0} onOpen={cite?.onOpen} />
      ))}
    </div>
  );
}

/** Re-rendered only when its tokens or the sources have changed. */
export const MarkdownBlock = memo(
  ({ block, count, onOpen }: { block: Block; count: number; onOpen?: (index: number) => void }) =>
    renderAll(block.tokens, { count, onOpen: onOpen ?? (() => {}) }),
  (before, after) => before.block === after.block && before.count === after.count,
);

const TAGS = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td strong em s hr'.split(' '),
);

function renderAll(tokens: readonly Token[], cite: Citations): ReactNode {
  const root: ReactNode[] = [];
  const data = tokens[0]?.tag === 'table' ? dataOf(tokens) : null;
  const stack: { token: Token; children: ReactNode[] }[] = [];
  const add = (node: ReactNode) => (stack.at(-1)?.children ?? root).push(node);
  for (const [key, token] of tokens.entries()) {
    if (token.nesting === 1) stack.push({ token, children: [] });
    else if (token.nesting === -1) {
      const open = stack.pop();
      if (open) add(renderPair(open.token, open.children, key, data));
    } else add(renderLeaf(token, key, cite));
  }
  // Closes elements that are still open at the end of growing text.
  for (let open = stack.pop(); open; open = stack.pop())
    add(renderPair(open.token, open.children, 'open', data));
  return createElement(Fragment, null, ...root);
}

/** @param data numeric data of the block, if it is a table with numbers */
function renderPair(
  token: Token,
  children: ReactNode[],
  key: number | string,
  data: TableData | null,
): ReactNode {
  if (token.hidden) return <Fragment key={key}>{children}</Fragment>;
  if (token.type === 'link_open')
    return (
      <Link key={key} href={token.attrGet('href') ?? ''}>
        {children}
      </Link>
    );
  if (token.tag === 'table')
    return (
      <Table key={data ? 'table' : key} data={data}>
        {children}
      </Table>
    );
  if (!TAGS.has(token.tag)) return <Fragment key={key}>{children}</Fragment>;
  const start = token.tag === 'ol' ? Number(token.attrGet('start') ?? 1) : undefined;
  const align = /text-align:(\w+)/.exec(token.attrGet('style') ?? '')?.[1];
  // Heading levels are shifted: the page's own h1 is not part of an answer.
  const tag = /^h[1-6]$/.test(token.tag) ? `h${Math.min(6, Number(token.tag[1]) + 2)}` : token.tag;
  return createElement(tag, { key, start, className: align && `align-${align}` }, ...children);
}

function renderLeaf(token: Token, key: number, cite: Citations): ReactNode {
  switch (token.type) {
    case 'inline':
      return <Fragment key={key}>{renderAll(token.children ?? [], cite)}</Fragment>;
    case 'text':
      return <Fragment key={key}>{withCitations(token.content, cite)}</Fragment>;
    case 'code_inline':
      return <code key={key}>{token.content}</code>;
    case 'fence':
    case 'code_block':
      return <Code key={key} language={token.info.trim().split(/\s/)[0] ?? ''} text={token.content} />;
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return <br key={key} />;
    case 'hr':
      return <hr key={key} />;
    case 'image':
      return (
        <Link key={key} href={token.attrGet('src') ?? ''}>
          {t.talk.picture(token.content)}
        </Link>
      );
    default:
      return token.content;
  }
}

/** Links `[1]` and `[1, 2]` to existing sources. */
function withCitations(text: string, { count, onOpen }: Citations): ReactNode {
  if (count === 0 || !text.includes('[')) return text;
  return text.split(/(\[\d{1,2}(?:,\s?\d{1,2})*\])/).map((part, i) => {
    const numbers = i % 2 === 1 ? part.slice(1, -1).split(',').map(Number) : [];
    if (numbers.length === 0 || numbers.some((number) => number < 1 || number > count)) return part;
    return numbers.map((number) => (
      <button
        key={`${i} ${number}`}
        type="button"
        className="cite"
        aria-label={t.talk.openSource(number)}
        onClick={() => onOpen(number - 1)}
      >
        {number}
      </button>
    ));
  });
}

function Link({ href, children }: { href: string; children: ReactNode }): ReactNode {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

function Code({ language, text }: { language: string; text: string }): ReactNode {
  return (
    <figure className="code">
      <figcaption>
        <span>{language || t.talk.code}</span>
        <CopyButton text={text} />
      </figcaption>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
