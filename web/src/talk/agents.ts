import { listAgents, type Agent } from '../client/api.js';
import { Signal } from '../client/signal.js';
import { t } from '../texts/texts.js';

export const agents = new Signal<readonly Agent[]>([]);

export async function loadAgents(): Promise<void> {
  if (agents.get().length === 0) agents.set(await listAgents());
}

/** Reads them again after a change. */
export const reloadAgents = (): Promise<void> =>
  listAgents().then(
    (all) => agents.set(all),
    () => undefined,
  );

export const isFilmAgent = (label: string | undefined) => /movie|film/i.test(label ?? '');
const isTableAgent = ({ label, desc }: Agent) => /table/i.test(label + desc);

/** The default agent, as for `POST /chat`; the first one if that agent was removed. */
export const usual = (all: readonly Agent[]) => all.find(({ label }) => label === 'Assistant') ?? all[0];

/** Suggested first questions: the agent's own, or by its purpose. */
export function startersOf(agent: Agent): readonly string[] {
  if (agent.starters?.length) return agent.starters;
  if (isFilmAgent(agent.label)) return t.starters.films;
  return isTableAgent(agent) ? t.starters.tables : t.starters.documents;
}
