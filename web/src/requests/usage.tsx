import { useCallback, useState, type ReactNode } from 'react';
import { Bars } from '../charts/bars.js';
import { listUsage, USAGE_GROUPS, type Usage, type UsageGroup } from '../client/keys.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';

/** Tokens of one's own answers in the last 30 days. */
export function OwnUsage(): ReactNode {
  const [by, setBy] = useState<UsageGroup>('day');
  const { items, problem } = usePages(useCallback(() => listUsage(by), [by]));
  return (
    <section>
      <header className="part-head">
        <h2>{t.usage.title}</h2>
        <select
          value={by}
          aria-label={t.usage.by}
          onChange={({ target }) => setBy(target.value as UsageGroup)}
        >
          {USAGE_GROUPS.map((group) => (
            <option key={group} value={group}>
              {t.usage.groups[group]}
            </option>
          ))}
        </select>
      </header>
      {problem && <p className="problem">{problem}</p>}
      {items?.length === 0 && <p className="muted">{t.usage.none}</p>}
      {items && items.length > 0 && <Bars label={t.usage.title} bars={items.map((sum) => barOf(sum, by))} />}
    </section>
  );
}

function barOf({ group, runs, input_tokens, output_tokens }: Usage, by: UsageGroup) {
  const { lang } = document.documentElement;
  const tokens = input_tokens + output_tokens;
  const day = by === 'day' && group ? new Date(`${group}T12:00:00Z`).toLocaleDateString(lang) : group;
  return {
    label: day ?? t.usage.noGroup,
    value: tokens,
    text: t.usage.sum(tokens.toLocaleString(lang), runs),
  };
}
