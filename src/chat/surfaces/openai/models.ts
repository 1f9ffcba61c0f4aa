import type { Agent } from '../../../agents/agent.js';
import type { AgentRegistry } from '../../../agents/agent-registry.js';
import { ParleyError } from '../../../common/errors.js';

/** The agent that a client of OpenAI calls a model. @throws ParleyError `model-not-found` */
export function modelNamed(agents: AgentRegistry, model: string): Agent {
  const agent = agents.named(model);
  if (!agent)
    throw new ParleyError(
      'not-found',
      'model-not-found',
      `The model "${model}" does not exist: GET /v1/models lists the agents of this server`,
    );
  return agent;
}
