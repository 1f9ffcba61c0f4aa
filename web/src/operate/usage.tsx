import { useCallback, useState, type ReactNode } from 'react';
import { UsageChart } from '../charts/usage-chart.js';
import { ALL_USAGE_GROUPS, listAllUsage, type AllUsageGroup } from '../client/admin.js';
import { t } from '../texts/texts.js';

const PERIODS = [7, 30, 90];

/** Token usage of all users. */
export function AllUsage(): ReactNode {
  const [days, setDays] = useState(30);
  const read = useCallback(
    (by: AllUsageGroup, cursor?: string) => listAllUsage(by, daysAgo(days), cursor),
    [days],
  );
  return (
    <UsageChart title={t.operate.usageOfAll} groups={ALL_USAGE_GROUPS} read={read} none={t.operate.noUsage}>
      <select
        value={days}
        aria-label={t.operate.period}
        onChange={({ target }) => setDays(Number(target.value))}
      >
        {PERIODS.map((period) => (
          <option key={period} value={period}>
            {t.operate.lastDays(period)}
          </option>
        ))}
      </select>
    </UsageChart>
  );
}

/** The first day of a period up to today, in UTC like the sums. */
const daysAgo = (days: number) => new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
