import { listAgents, type Agent } from '../client/api.js';
import { Signal } from '../client/signal.js';
import { t } from '../texts/texts.js';

export const agents = new Signal<readonly Agent[]>([]);

export async function loadAgents(): Promise<void> {
  if (agents.get().length === 0) agents.set(await listAgents());
}

export const isFilmAgent = (label: string | undefined) => /movie|film/i.test(label ?? '');
const isTableAgent = ({ label, desc }: Agent) => /table/i.test(label + desc);

/** Who answers where nobody was chosen, as `POST /chat` has it; the first one where that agent was removed. */
export const usual = (all: readonly Agent[]) => all.find(({ label }) => label === 'Assistant') ?? all[0];

/** Questions to begin with, by what an agent is for. */
export function startersOf(agent: Agent): readonly string[] {
  if (isFilmAgent(agent.label)) return t.starters.films;
  return isTableAgent(agent) ? t.starters.tables : t.starters.documents;
}
