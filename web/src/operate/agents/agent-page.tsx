import { useEffect, useState, type ReactNode } from 'react';
import { createAgent, editAgent, getAgent, type AdminAgent, type Definition } from '../../client/agents.js';
import { reloadAgents } from '../../talk/agents.js';
import { t } from '../../texts/texts.js';
import { wordsOf } from '../../texts/words-of.js';
import { AgentForm } from './agent-form.js';
import { AgentTrial } from './agent-trial.js';
import { AgentVersions } from './agent-versions.js';

interface Props {
  /** Null for a new agent. */
  id: string | null;
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** An agent: its definition, a conversation to try it, and its versions. */
export function AgentPage({ id, onOpen, onClose }: Props): ReactNode {
  const words = t.operate.agents;
  const [agent, setAgent] = useState<AdminAgent | null>(null);
  const [copied, setCopied] = useState<Definition | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  /** The form is filled in anew after a rollback. */
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (id !== null) getAgent(id).then(setAgent, (error: unknown) => setProblem(wordsOf(error)));
  }, [id]);
  const isNew = id === null || copied !== null;
  const save = async (definition: Definition, newId: string) => {
    if (isNew || !agent) {
      const made = await createAgent({ id: newId, ...definition });
      await reloadAgents();
      return onOpen(made.id);
    }
    changed(await editAgent(agent.id, definition, agent.version ?? 0));
  };
  const changed = (now: AdminAgent) => {
    setAgent(now);
    setSaved(words.saved(now.version ?? 0));
    void reloadAgents();
  };
  const definition = copied ?? agent?.definition ?? null;
  const isReadOnly = !isNew && agent?.source !== 'api';
  return (
    <section>
      <header className="part-head">
        <h2>{isNew ? words.add : (definition?.label ?? id)}</h2>
        <span className="row-actions">
          {!isNew && definition && (
            <button type="button" onClick={() => setCopied(definition)}>
              {words.copy}
            </button>
          )}
          <button type="button" onClick={onClose}>
            {words.back}
          </button>
        </span>
      </header>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {agent?.problem && !isNew && <p className="problem">{agent.problem}</p>}
      {isReadOnly && agent && (
        <p className="muted">{words.readOnly[agent.source === 'file' ? 'file' : 'code']}</p>
      )}
      {(id === null || definition) && (
        <AgentForm
          key={`${isNew} ${round}`}
          definition={definition}
          isNew={isNew}
          isReadOnly={isReadOnly}
          onSave={save}
        />
      )}
      <p role="status">{saved}</p>
      {!isNew && agent && (
        <>
          {agent.is_enabled && !agent.problem && (
            <AgentTrial key={agent.version} id={agent.id} greeting={definition?.greeting} />
          )}
          {agent.source === 'api' && (
            <AgentVersions
              key={`versions ${agent.version}`}
              id={agent.id}
              current={agent.version}
              onChange={(now) => {
                changed(now);
                setRound((before) => before + 1);
              }}
            />
          )}
        </>
      )}
    </section>
  );
}
