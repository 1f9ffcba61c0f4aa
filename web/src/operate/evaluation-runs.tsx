import { useCallback, useState, type ReactNode } from 'react';
import {
  cancelRun,
  listResults,
  listRuns,
  RETRIEVAL_MODES,
  startRun,
  type Evaluation,
  type EvaluationResult,
  type EvaluationRun,
  type NewRun,
} from '../client/evaluations.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { FormDialog } from '../shell/form-dialog.js';
import { useAction } from '../shell/use-action.js';
import { useInterval } from '../shell/use-interval.js';
import { usePages } from '../shell/use-pages.js';
import { t } from '../texts/texts.js';

const REFRESH_MS = 2_000;

/** Runs of an evaluation with their metrics, and the results of one of them. */
export function EvaluationRuns({ evaluation }: { evaluation: Evaluation }): ReactNode {
  const words = t.operate.evaluations;
  const { id, name } = evaluation;
  const { reload, ...list } = usePages(useCallback((cursor?: string) => listRuns(id, cursor), [id]));
  const { problem, act } = useAction(reload);
  const [isStarting, setStarting] = useState(false);
  const [shown, setShown] = useState<EvaluationRun | null>(null);
  const isRunning = list.items?.some(isUnfinished) ?? false;
  useInterval(
    useCallback(() => {
      if (isRunning) reload();
    }, [isRunning, reload]),
    REFRESH_MS,
  );
  const cancel = (run: EvaluationRun) => act(() => cancelRun(id, run.id));
  return (
    <>
      <header className="part-head">
        <h2>{words.runsOf(name)}</h2>
        <button type="button" disabled={isRunning} onClick={() => setStarting(true)}>
          {words.start}
        </button>
      </header>
      <DataTable
        label={words.runs}
        items={list.items}
        keyOf={(run) => run.id}
        problem={problem ?? list.problem}
        more={list.more}
        none={words.noRuns}
        columns={[
          { name: t.operate.time, of: ({ created_at: at }) => asTime(at) },
          {
            name: words.config,
            of: ({ config }) => `${words.modes[config.retrieval]}, ${config.top_k}, ${config.embedding}`,
          },
          {
            name: t.operate.status,
            of: (run) =>
              isUnfinished(run)
                ? `${words.statuses[run.status]}: ${run.done} / ${run.total}`
                : [words.statuses[run.status], run.error].filter(Boolean).join('. '),
          },
          { name: 'Recall@1', of: ({ metrics }) => asShare(metrics?.recall_at_1) },
          { name: 'Recall@5', of: ({ metrics }) => asShare(metrics?.recall_at_5) },
          { name: words.mrr, of: ({ metrics }) => asShare(metrics?.mrr) },
          { name: 'nDCG@5', of: ({ metrics }) => asShare(metrics?.ndcg_at_5) },
          { name: words.falseAnswers, of: ({ metrics }) => asShare(metrics?.false_answer_rate) },
          { name: words.citations, of: ({ metrics }) => asShare(metrics?.citation_validity) },
          { name: words.slow, of: ({ metrics }) => (metrics?.p95_ms == null ? '' : `${metrics.p95_ms} ms`) },
          { name: words.passed, of: ({ passed }) => (passed === null ? '' : words.outcome(passed)) },
          {
            name: t.operate.actions,
            of: (run) => (
              <span className="row-actions">
                <button type="button" className="small" onClick={() => setShown(run)}>
                  {words.results}
                </button>
                {isUnfinished(run) && (
                  <button type="button" className="small" onClick={() => void cancel(run)}>
                    {words.cancel}
                  </button>
                )}
              </span>
            ),
          },
        ]}
      />
      {shown && <Results key={shown.id} evaluation={evaluation} run={shown} />}
      {isStarting && (
        <StartRun
          id={id}
          baselines={list.items?.filter(({ status }) => status === 'complete') ?? []}
          onStarted={() => {
            setStarting(false);
            reload();
          }}
          onClose={() => setStarting(false)}
        />
      )}
    </>
  );
}

interface StartProps {
  id: string;
  baselines: readonly EvaluationRun[];
  onStarted: () => void;
  onClose: () => void;
}

function StartRun({ id, baselines, onStarted, onClose }: StartProps): ReactNode {
  const words = t.operate.evaluations;
  const submit = async (form: FormData) => {
    const retrieval = form.get('retrieval') as NewRun['config']['retrieval'];
    const baseline = (form.get('baseline') as string) || null;
    await startRun(id, { config: { top_k: Number(form.get('top_k')), retrieval }, baseline });
    onStarted();
  };
  return (
    <FormDialog title={words.start} action={words.start} onSubmit={submit} onClose={onClose}>
      <label>
        {words.retrieval}{' '}
        <select name="retrieval" autoFocus>
          {RETRIEVAL_MODES.map((mode) => (
            <option key={mode} value={mode}>
              {words.modes[mode]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.topK} <input name="top_k" type="number" min={1} max={20} defaultValue={5} required />
      </label>
      <label>
        {words.baseline}{' '}
        <select name="baseline">
          <option value="">{words.noBaseline}</option>
          {baselines.map((run) => (
            <option key={run.id} value={run.id}>
              {`${asTime(run.created_at)}: ${asShare(run.metrics?.recall_at_5)}`}
            </option>
          ))}
        </select>
      </label>
    </FormDialog>
  );
}

function Results({ evaluation, run }: { evaluation: Evaluation; run: EvaluationRun }): ReactNode {
  const words = t.operate.evaluations;
  const list = usePages(
    useCallback((cursor?: string) => listResults(evaluation.id, run.id, cursor), [evaluation.id, run.id]),
  );
  return (
    <>
      <h2>{words.results}</h2>
      <DataTable
        label={words.results}
        items={list.items}
        keyOf={({ id }) => id}
        problem={list.problem}
        more={list.more}
        none={words.noResults}
        columns={[
          { name: words.question, of: ({ question }) => question },
          { name: words.expected, of: expectedOf },
          { name: words.found, of: ({ hits }) => hits.map(({ filename }) => filename).join(', ') },
          { name: words.rank, of: ({ rank }) => rank ?? '' },
        ]}
      />
    </>
  );
}

const expectedOf = ({ expected }: EvaluationResult) =>
  expected.answerable ? (expected.filename ?? expected.document_id) : t.operate.evaluations.nothing;

const isUnfinished = ({ status }: EvaluationRun) => status === 'queued' || status === 'running';

const asShare = (value: number | null | undefined) =>
  value == null
    ? ''
    : value.toLocaleString(document.documentElement.lang, { style: 'percent', maximumFractionDigits: 1 });
