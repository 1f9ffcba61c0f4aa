import { useCallback, useState, type ReactNode } from 'react';
import type { Page } from '../client/api.js';
import type { Usage } from '../client/keys.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { Bars } from './bars.js';

interface Props<Group extends string> {
  title: string;
  groups: readonly Group[];
  /** Reads a page of usage sums; must be a stable callback for the same data. */
  read: (by: Group, cursor?: string) => Promise<Page<Usage>>;
  /** Text for an empty result. */
  none: string;
  /** Further filters beside the grouping. */
  children?: ReactNode;
}

/** Tokens and answers by day, agent or model, as bars. */
export function UsageChart<Group extends string>(props: Props<Group>): ReactNode {
  const { title, groups, read, none, children } = props;
  const [by, setBy] = useState(groups[0]!);
  const { items, problem, more } = usePages(useCallback((cursor?: string) => read(by, cursor), [read, by]));
  return (
    <section>
      <header className="part-head">
        <h2>{title}</h2>
        <span className="row-actions">
          {children}
          <select value={by} aria-label={t.usage.by} onChange={({ target }) => setBy(target.value as Group)}>
            {groups.map((group) => (
              <option key={group} value={group}>
                {t.usage.groups[group as keyof typeof t.usage.groups]}
              </option>
            ))}
          </select>
        </span>
      </header>
      {problem && <p className="problem">{problem}</p>}
      {items?.length === 0 && <p className="muted">{none}</p>}
      {items && items.length > 0 && <Bars label={title} bars={items.map((sum) => barOf(sum, by))} />}
      {more && (
        <p className="buttons">
          <button type="button" onClick={more}>
            {t.list.more}
          </button>
        </p>
      )}
    </section>
  );
}

function barOf({ group, email, runs, input_tokens, output_tokens }: Usage, by: string) {
  const { lang } = document.documentElement;
  const tokens = input_tokens + output_tokens;
  const day = by === 'day' && group ? new Date(`${group}T12:00:00Z`).toLocaleDateString(lang) : null;
  return {
    label: day ?? email ?? group ?? t.usage.noGroup,
    value: tokens,
    text: t.usage.sum(tokens.toLocaleString(lang), runs),
  };
}
