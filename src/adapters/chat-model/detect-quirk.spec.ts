import type { Refusal } from '../openai/model-error.js';
import type { SystemRole } from './openai-messages.js';
import { toRequestBody, type RequestBody } from './openai-request.js';
import { detectQuirk } from './detect-quirk.js';
import type { Quirks } from './quirks.js';

const prompt = {
  instructions: 'Be brief.',
  history: [],
  message: 'Hello',
  generation: { temperature: 0.2, maxTokens: 9, stop: ['END'], reasoningEffort: 'low' },
};
const fresh = (more: Partial<Quirks> = {}): Quirks => ({
  systemRole: 'system',
  hasFixedRole: false,
  without: new Set(),
  maxTokensField: 'max_tokens',
  startsInside: false,
  ...more,
});
const bodyOf = (quirks: Quirks): RequestBody => toRequestBody(prompt, 'm', quirks, false);
const refusal = (message: string, param = ''): Refusal => ({
  status: 400,
  message,
  code: '',
  type: '',
  param,
});

describe('a request', () => {
  it('has only the settings that were given', () => {
    const { messages, ...rest } = bodyOf(fresh());
    expect(messages).toHaveLength(2);
    expect(rest).toEqual({
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      max_tokens: 9,
      stop: ['END'],
      reasoning_effort: 'low',
    });
    expect(
      JSON.parse(JSON.stringify(toRequestBody({ ...prompt, generation: {} }, 'm', fresh(), false))),
    ).toEqual({
      model: 'm',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
  });
});

describe('a refused request', () => {
  it.each([
    ['stream_options', refusal('body.stream_options: Extra inputs are not permitted', 'stream_options')],
    [
      'temperature',
      refusal("Unsupported value: 'temperature' does not support 0.2 with this model.", 'temperature'),
    ],
    ['reasoning_effort', refusal('Unrecognized request argument supplied: reasoning_effort')],
    ['stop', refusal("Unsupported parameter: 'stop' is not supported with this model.")],
  ])('goes without %s from then on', (field, refused) => {
    const quirks = fresh();
    expect(detectQuirk(quirks, refused, bodyOf(quirks))).toBe(`${field} is left out`);
    expect(bodyOf(quirks)).not.toHaveProperty(field);
    expect(detectQuirk(quirks, refused, bodyOf(quirks))).toBeNull();
  });

  it('names the limit of tokens otherwise, and goes without it when that is refused too', () => {
    const quirks = fresh();
    detectQuirk(
      quirks,
      refusal("'max_tokens' is not supported. Use 'max_completion_tokens' instead.", 'max_tokens'),
      bodyOf(quirks),
    );
    expect(bodyOf(quirks)).toMatchObject({ max_completion_tokens: 9 });
    detectQuirk(quirks, refusal('unknown field max_completion_tokens'), bodyOf(quirks));
    expect(bodyOf(quirks)).not.toHaveProperty('max_completion_tokens');
    expect(bodyOf(quirks)).not.toHaveProperty('max_tokens');
  });

  it.each<[string, SystemRole[]]>([
    ['messages[0].role does not support system', ['developer', 'user']],
    ['System role not supported', ['developer', 'user']],
    ['Conversation roles must alternate user/assistant/user/assistant/...', ['user']],
    ['Developer instruction is not enabled for this model', ['user']],
  ])('because of "%s" has its instructions elsewhere', (message, roles) => {
    const quirks = fresh();
    for (const role of roles) {
      expect(detectQuirk(quirks, refusal(message), bodyOf(quirks))).toContain(role);
      expect(bodyOf(quirks).messages[0]).toMatchObject({
        role,
        content: expect.stringContaining('Be brief.'),
      });
    }
    expect(detectQuirk(quirks, refusal(message), bodyOf(quirks))).toBeNull();
    expect(bodyOf(quirks).messages.at(-1)?.content).toMatch(/Hello$/);
  });

  it('is unchanged when the role was set, or the error does not mention it', () => {
    const fixed = fresh({ hasFixedRole: true });
    expect(detectQuirk(fixed, refusal('System role not supported'), bodyOf(fixed))).toBeNull();
    expect(detectQuirk(fresh(), refusal('no stop sign'), bodyOf(fresh()))).toBeNull();
  });
});
