import type { ReactNode } from 'react';
import { UsageChart } from '../charts/usage-chart.js';
import { listUsage, USAGE_GROUPS } from '../client/keys.js';
import { t } from '../texts/texts.js';

/** Token usage of the user's answers in the last 30 days. */
export const OwnUsage = (): ReactNode => (
  <UsageChart title={t.usage.title} groups={USAGE_GROUPS} read={listUsage} none={t.usage.none} />
);
