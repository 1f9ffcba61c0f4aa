import { useCallback, useState, type ReactNode } from 'react';
import { listFeedback } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';
import { Choice } from './choice.js';

/** Users' feedback on answers. */
export function Feedback(): ReactNode {
  const [rating, setRating] = useState('');
  const list = usePages(useCallback((cursor?: string) => listFeedback(rating, cursor), [rating]));
  return (
    <section>
      <div className="filters">
        <Choice
          label={t.operate.rating}
          value={rating}
          options={{ '1': t.talk.good, '-1': t.talk.bad }}
          onChoose={setRating}
        />
      </div>
      <DataTable
        label={t.operate.feedback}
        items={list.items}
        keyOf={({ message_id }) => message_id}
        problem={list.problem}
        more={list.more}
        none={t.operate.noFeedback}
        columns={[
          { name: t.operate.time, of: ({ updated_at }) => asTime(updated_at) },
          { name: t.operate.rating, of: (item) => (item.rating === 1 ? t.talk.good : t.talk.bad) },
          { name: t.talk.reason, of: ({ comment }) => comment ?? '' },
          { name: t.talk.agent, of: ({ agent }) => agent },
          { name: t.operate.run, of: ({ run_id }) => <code>{run_id ?? ''}</code> },
        ]}
      />
    </section>
  );
}
