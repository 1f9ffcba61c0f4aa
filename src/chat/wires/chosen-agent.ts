import type { AgentRegistry } from '../../agents/agent-registry.js';
import type { StartRun } from '../../runs/run.service.js';
import { unfit } from './unfit.js';

/** The default agent of a new conversation. */
const ASSISTANT = 'assistant';

/**
 * The agent of a turn.
 * @param name id or label of the requested agent, which becomes the conversation's agent; the default agent when
 * omitted
 * @throws InvalidInput naming the field `agent`
 */
export function chosenAgent(
  agents: AgentRegistry,
  name: string | null | undefined,
): Pick<StartRun, 'agent' | 'switchesAgent'> {
  if (!name) return { agent: agents.get(ASSISTANT).id, switchesAgent: false };
  const agent = agents.named(name);
  if (!agent) throw unfit('agent', `There is no agent "${name}": GET /agents/ lists them`);
  return { agent: agent.id, switchesAgent: true };
}
