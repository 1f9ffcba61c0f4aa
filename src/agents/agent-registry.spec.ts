import { SettingError } from '../config/env.js';
import { Agent, type AgentInput } from './agent.js';
import { AgentRegistry } from './agent-registry.js';
import type { StoredAgent } from './stored/stored-agents.js';

class NamedAgent extends Agent {
  readonly description = 'Answers nothing.';

  constructor(
    readonly id: string,
    readonly label: string,
  ) {
    super();
  }

  async answer(): Promise<void> {}
}

const registry = (...names: [id: string, label: string][]) =>
  new AgentRegistry(
    names.map(([id, label]) => new NamedAgent(id, label)),
    'assistant',
  );

describe('the agent registry', () => {
  it.each([
    ['of one id', ['esg', 'ESG Agent'], ['esg', 'Another'], '"esg", esg ("ESG Agent") and esg ("Another")'],
    ['of one label', ['a', 'Helper'], ['b', 'helper '], '"helper", a ("Helper") and b ("helper ")'],
    ['whose label is the id of the other', ['a', 'B'], ['b', 'C'], '"b", a ("B") and b ("C")'],
  ] as const)('refuses two agents %s', (_kind, first, second, named) => {
    const make = () => registry([...first], [...second]);
    expect(make).toThrow(SettingError);
    expect(make).toThrow(`two agents are called ${named}`);
    expect(make).toThrow('AGENTS_DIR');
  });

  it('finds agents by id and label, upper or lower case', () => {
    const agents = registry(['assistant', 'Assistant'], ['esg', 'ESG Agent']);
    expect([' esg agent', 'ESG', 'nobody'].map((name) => agents.named(name)?.id)).toEqual([
      'esg',
      'esg',
      undefined,
    ]);
  });

  it('lists agents of admins last, and says in their conversations why one does not answer', async () => {
    const made = (id: string, more: Partial<StoredAgent> = {}): StoredAgent => ({
      id,
      label: `The ${id}`,
      version: 1,
      state: 'enabled',
      order: 100,
      agent: new NamedAgent(id, `The ${id}`),
      problem: null,
      ...more,
    });
    const stored = {
      list: [
        made('new'),
        made('off', { state: 'disabled' }),
        made('old', { state: 'deleted', agent: null }),
        made('broken', { agent: null, problem: 'It lists a server that there is none of.' }),
        // A file of the same name came later.
        made('esg', { label: 'Another' }),
      ],
      load: async () => {},
    };
    const files = [new NamedAgent('assistant', 'Assistant'), new NamedAgent('esg', 'ESG Agent')];
    const agents = new AgentRegistry(files, 'assistant', stored);
    expect(agents.all.map(({ id }) => id)).toEqual(['assistant', 'esg', 'new']);
    expect(['off', 'The old', 'another'].map((name) => agents.named(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const sentence = async (id: string) => {
      const input = {} as AgentInput;
      return agents.get(id).answer(input, () => {}, new AbortController().signal);
    };
    await expect(sentence('off')).rejects.toThrow(
      'The agent "The off" was disabled. Choose another agent to continue.',
    );
    await expect(sentence('old')).rejects.toThrow('"The old" was deleted.');
    await expect(sentence('broken')).rejects.toThrow('"The broken" cannot answer with the present settings');
    expect(agents.get('esg').label).toBe('ESG Agent');
  });

  it('answers with the default agent for one that was removed', () => {
    expect(registry(['assistant', 'Assistant']).get('removed').id).toBe('assistant');
  });
});
