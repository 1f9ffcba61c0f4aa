import { useEffect, useState, type ReactNode } from 'react';
import { retention, type Retention } from '../client/admin.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';

/** Retention periods, and the data that the next sweep deletes. */
export function Kept(): ReactNode {
  const words = t.operate.retention;
  const [shown, setShown] = useState<Retention | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    retention().then(setShown, (error: unknown) => setProblem(wordsOf(error)));
  }, []);
  return (
    <section>
      {shown && <p className="muted">{words.nextSweep(asTime(shown.next_sweep_at))}</p>}
      <DataTable
        label={words.title}
        items={shown?.items ?? null}
        keyOf={({ what }) => what}
        problem={problem}
        none=""
        columns={[
          { name: words.what, of: ({ what }) => words.names[what] },
          { name: words.kept, of: ({ days }) => (days === null ? words.forEver : words.days(days)) },
          { name: words.removes, of: ({ removes }) => removes.toLocaleString(document.documentElement.lang) },
        ]}
      />
    </section>
  );
}
