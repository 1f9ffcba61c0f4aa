import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { RETRIEVALS, TOOLS, type Definition } from '../../client/agents.js';
import { HttpError, type FieldIssue } from '../../client/http.js';
import { t } from '../../texts/texts.js';
import { wordsOf } from '../../texts/words-of.js';
import { DocumentChoice } from './document-choice.js';
import { definitionOf } from './definition-of-form.js';

interface Props {
  /** Null for an empty form. */
  definition: Definition | null;
  isNew: boolean;
  isReadOnly: boolean;
  /** @throws HttpError whose issues name the fields */
  onSave: (definition: Definition, id: string) => Promise<void>;
}

/** The definition of an agent. What the API refuses is shown at its field. */
export function AgentForm({ definition, isNew, isReadOnly, onSave }: Props): ReactNode {
  const words = t.operate.agents;
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [issues, setIssues] = useState<readonly FieldIssue[]>([]);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [issues]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await onSave(definitionOf(data), ((data.get('id') as string | null) ?? '').trim());
      setIssues([]);
    } catch (error) {
      const named = error instanceof HttpError ? (error.issues ?? []) : [];
      setIssues(named);
      const isShown = named.length > 0 && named.every((issue) => fieldOf(issue) in words.fields);
      setProblem(isShown ? null : wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const issuesOf = (name: string) => issues.filter((issue) => fieldOf(issue) === name);
  const field = (name: keyof typeof words.fields, control: (props: FieldProps) => ReactNode) => (
    <Field name={name} issues={issuesOf(name)} control={control} />
  );
  const { tools = [], approval = [], starters = [], stop = [], documents = [] } = definition ?? {};
  const others = tools.filter((tool) => !(TOOLS as readonly string[]).includes(tool));
  const line = (name: 'label' | 'description' | 'model' | 'reasoning_effort', isRequired = false) =>
    field(name, (props) => <input {...props} defaultValue={definition?.[name]} required={isRequired} />);
  const number = (name: 'temperature' | 'top_p' | 'max_tokens' | 'context_tokens' | 'order', step: string) =>
    field(name, (props) => <input {...props} type="number" step={step} defaultValue={definition?.[name]} />);
  const lines = (name: keyof typeof words.fields, of: readonly string[]) =>
    field(name, (props) => <textarea {...props} rows={3} defaultValue={of.join('\n')} />);
  return (
    <form ref={form} className="stacked agent-form" noValidate onSubmit={(event) => void submit(event)}>
      <fieldset disabled={isReadOnly}>
        <legend>{words.who}</legend>
        {isNew && field('id', (props) => <input {...props} required autoFocus placeholder="help-desk" />)}
        {line('label', true)}
        {line('description', true)}
        {field('prompt', (props) => (
          <textarea {...props} rows={8} required defaultValue={definition?.prompt} />
        ))}
        {field('greeting', (props) => (
          <textarea {...props} rows={2} defaultValue={definition?.greeting} />
        ))}
        {lines('starters', starters)}
      </fieldset>
      <fieldset disabled={isReadOnly}>
        <legend>{words.fields.tools}</legend>
        {TOOLS.map((tool) => (
          <label key={tool} className="check">
            <input type="checkbox" name="tool" value={tool} defaultChecked={tools.includes(tool)} />
            <span>
              <code>{tool}</code> <small className="muted">{words.toolTexts[tool]}</small>
            </span>
          </label>
        ))}
        {lines('tools', others)}
        {lines('approval', approval)}
        {field('retrieval', (props) => (
          <select {...props} defaultValue={definition?.retrieval ?? 'all'}>
            {RETRIEVALS.map((scope) => (
              <option key={scope} value={scope}>
                {words.retrievals[scope]}
              </option>
            ))}
          </select>
        ))}
        <DocumentChoice chosen={documents} problem={issuesOf('documents').map(sentenceOf).join(' ')} />
      </fieldset>
      <fieldset disabled={isReadOnly}>
        <legend>{words.generation}</legend>
        {line('model')}
        {number('context_tokens', '1')}
        {number('temperature', '0.1')}
        {number('top_p', '0.05')}
        {number('max_tokens', '1')}
        {line('reasoning_effort')}
        {lines('stop', stop)}
        {number('order', '1')}
      </fieldset>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {!isReadOnly && (
        <footer className="buttons">
          <button type="submit" className="primary">
            {isNew ? words.add : words.save}
          </button>
        </footer>
      )}
    </form>
  );
}

interface FieldProps {
  id: string;
  name: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
}

function Field({
  name,
  issues,
  control,
}: {
  name: keyof typeof t.operate.agents.fields;
  issues: readonly FieldIssue[];
  control: (props: FieldProps) => ReactNode;
}): ReactNode {
  const words = t.operate.agents;
  const id = useId();
  const isInvalid = issues.length > 0;
  return (
    <div className="field">
      <label htmlFor={id}>{name === 'tools' ? words.mcpTools : words.fields[name]}</label>
      {control({ id, name, ...(isInvalid && { 'aria-invalid': true, 'aria-describedby': `${id}-issues` }) })}
      {isInvalid && (
        <p id={`${id}-issues`} className="problem">
          {issues.map(sentenceOf).join(' ')}
        </p>
      )}
    </div>
  );
}

const fieldOf = ({ loc }: FieldIssue) => String(loc[1] ?? '');

/** In a list the item is named. */
const sentenceOf = ({ loc, msg, input }: FieldIssue) =>
  `${loc.length > 2 ? `${String(input)}: ` : ''}${msg.replace(/^Value error, /, '')}.`;
