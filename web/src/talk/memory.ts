// Data about conversations stored in this browser, as the API does not list it: the agent, and the run of the last
// answer.

const KEY = 'parley.conversations';
const MAX = 200;

interface Remembered {
  id: string;
  agent?: string;
  runId?: string;
}

function read(): Remembered[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as Remembered[];
  } catch {
    return [];
  }
}

function remember(id: string, change: Partial<Remembered>): void {
  const all = read();
  const before = all.find((entry) => entry.id === id);
  const others = all.filter((entry) => entry.id !== id);
  localStorage.setItem(KEY, JSON.stringify([{ ...before, ...change, id }, ...others].slice(0, MAX)));
}

export const rememberAgent = (id: string, agent: string) => remember(id, { agent });
export const rememberedAgent = (id: string) => read().find((entry) => entry.id === id)?.agent;
export const rememberRun = (id: string, runId: string) => remember(id, { runId });
export const rememberedRun = (id: string) => read().find((entry) => entry.id === id)?.runId ?? null;
export const forgetAll = () => localStorage.removeItem(KEY);
