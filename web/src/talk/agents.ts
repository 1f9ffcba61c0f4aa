import { listAgents, type Agent } from '../client/api.js';
import { Signal } from '../client/signal.js';
import { t } from '../texts/texts.js';

export const agents = new Signal<readonly Agent[]>([]);

export async function loadAgents(): Promise<void> {
  if (agents.get().length === 0) agents.set(await listAgents());
}

export const isFilmAgent = (label: string | undefined) => /movie|film/i.test(label ?? '');
const isTableAgent = ({ label, desc }: Agent) => /table/i.test(label + desc);

/** The default agent, as for `POST /chat`; the first one if that agent was removed. */
export const usual = (all: readonly Agent[]) => all.find(({ label }) => label === 'Assistant') ?? all[0];

/** Suggested first questions, by the agent's purpose. */
export function startersOf(agent: Agent): readonly string[] {
  if (isFilmAgent(agent.label)) return t.starters.films;
  return isTableAgent(agent) ? t.starters.tables : t.starters.documents;
}
