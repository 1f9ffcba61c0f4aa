import { AGENT_SURFACES, askOn, type AgentSurface } from '../support/agent-surfaces.js';
import type { TestApp } from '../support/app.js';
import type { Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { callTools, type FakeCall, type Quirk } from '../support/fake-tool-calls.js';
import { startOverModel, type OverModel } from '../support/over-model.js';

const CLERK = `
label: Clerk
description: Works things out.
prompt: You are a clerk.
tools: [calculator, current_time]
`;
const sum = (expression: string): FakeCall => ({ name: 'calculator', input: { expression } });
const QUIRKS: Quirk[] = ['split-name', 'repeated-id', 'one-index', 'no-index', 'whole-object'];
const ODD: FakeCall[] = [
  { name: 'rm_rf', input: {} },
  { name: 'calculator', input: '{"expression": "6 *' },
  { name: 'current_time', input: { zone: 'Nowhere/Land' } },
];

/** A model that streams calls in every odd way, one after the other, through each surface that agents answer on. */
describe('odd calls of tools', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  let close: OverModel['close'] | undefined;

  beforeAll(async () => {
    ({ parley, model, me: ada, close } = await startOverModel({ clerk: CLERK }));
  }, 60_000);
  beforeEach(() => model.reset());
  afterAll(() => close?.());

  const ask = (surface: AgentSurface) => askOn(surface, parley, ada, 'clerk', 'Compute it.');

  describe.each(AGENT_SURFACES)('on %s', (surface) => {
    it('end in the answer, whatever the calls look like', async () => {
      const steps = QUIRKS.map((quirk) => callTools([sum('6 * 7'), sum('2 ^ 10')], { quirk }));
      model.reply(steps[0]!, ...steps.slice(1), callTools(ODD), 'Forty-two.');
      expect(await ask(surface)).toContain('Forty');
      expect(model.requests).toHaveLength(QUIRKS.length + 2);
      const { messages } = model.lastRequest.body as unknown as {
        messages: { role: string; content: unknown; tool_call_id?: string }[];
      };
      const results = messages.filter(({ role }) => role === 'tool');
      const told = results.map(({ content }) => String(content)).join('\n');
      expect(new Set(results.map(({ tool_call_id: id }) => id)).size).toBe(2 * QUIRKS.length + ODD.length);
      expect(told.match(/\n42\n/g)).toHaveLength(QUIRKS.length);
      expect(told.match(/\n1024\n/g)).toHaveLength(QUIRKS.length);
      expect(told).toContain('There is no tool “rm_rf”');
      expect(told).toContain('The arguments are not a JSON object.');
      expect(told).toContain('There is no time zone');
    });

    it('end where they would never end', async () => {
      model.reply(callTools([sum('6 * 7'), sum('2 ^ 10'), sum('1 + 1')]));
      expect(await ask(surface)).toMatch(/limit of 8 steps/);
      expect(model.requests).toHaveLength(8);
    });
  });
});
