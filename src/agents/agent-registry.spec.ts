import { SettingError } from '../config/env.js';
import { Agent } from './agent.js';
import { AgentRegistry } from './agent-registry.js';

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

  it('answers with the default agent for one that was removed', () => {
    expect(registry(['assistant', 'Assistant']).get('removed').id).toBe('assistant');
  });
});
