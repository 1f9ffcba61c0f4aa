const MODEL = 'src/adapters/chat-model';
const SERVER = 'src/adapters/openai';
const SERVERS = 'test/flows/model-servers';

/**
 * What models and clients rely on, one entry or more for each promise: `M` is of models, `C` of clients. The form is that
 * of `mutations.mjs`.
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const CLIENT_MUTATIONS = [
  // Models
  {
    rule: 'M1: any byte is a sign of life',
    edits: [
      [
        `${MODEL}/completion-stream.ts`,
        'performance.now() - this.lastTextAt < this.options.deadlines.thinkingMs) this.timer.refresh();',
        'performance.now() - this.lastTextAt < this.options.deadlines.thinkingMs) return;',
      ],
    ],
    test: ['test/contracts/chat-model', 'waits while the model thinks'],
  },
  {
    rule: 'M1: thinking and comments have an end',
    edits: [
      [
        `${MODEL}/completion-stream.ts`,
        'performance.now() - this.lastTextAt < this.options.deadlines.thinkingMs)',
        'this.lastTextAt < Infinity)',
      ],
    ],
    test: ['test/contracts/chat-model', 'sends only comments for too long'],
  },
  {
    rule: 'M1: the first byte and thinking have the documented time',
    edits: [['src/config/env.ts', 'integer(100, 3_600_000), 300_000)', 'integer(100, 3_600_000), 15_000)']],
    test: ['src/config/env', 'give a model'],
  },
  {
    rule: 'M1: thinking is in no reply, history or later prompt',
    edits: [
      [
        `${MODEL}/delta.ts`,
        'text: content.text + asText(delta.refusal),',
        'text: content.text + asText(delta.refusal) + readReasoning(delta),',
      ],
    ],
    test: [SERVERS, 'DeepSeek'],
  },
  {
    rule: 'M1: surfaces that have a place for thinking show it',
    edits: [['src/chat/surfaces/ai-sdk/wire.ts', 'return this.reasoning(event.text);', 'return [];']],
    test: ['src/chat/surfaces/ai-sdk/wire'],
  },
  {
    rule: 'M2: a tag that is cut into chunks is a tag',
    edits: [[`${MODEL}/think-tags.ts`, 'const mayBecome = !tag &&', 'const mayBecome = !text && !tag &&']],
    test: [SERVERS, 'in chunks without their beginning'],
  },
  {
    rule: 'M2: an answer may begin in the middle of thinking',
    edits: [
      [
        `${MODEL}/think-tags.ts`,
        'const closes = !this.hasThought && lower.startsWith(CLOSING);',
        'const closes = false && lower.startsWith(CLOSING);',
      ],
    ],
    test: [SERVERS, 'without its beginning'],
  },
  {
    rule: 'M2: thinking that never ends is a failure',
    edits: [
      [
        `${MODEL}/think-tags.ts`,
        'this.thought += held;\n',
        'if (isWhole) return (this.text = this.thought + held);\n',
      ],
    ],
    test: [SERVERS, 'thinks for ever'],
  },
  {
    rule: 'M3: roles alternate after failed and empty turns',
    edits: [[`${MODEL}/openai-messages.ts`, '...alternating(prompt.history),', '...prompt.history,']],
    test: [SERVERS, 'demands alternating roles'],
  },
  {
    rule: 'M4: history is chosen by a budget of tokens',
    edits: [
      [
        `${MODEL}/fit-prompt.ts`,
        'spoken <= left - forEarlier ? history : newest(history, left - forEarlier)',
        'history',
      ],
    ],
    test: [SERVERS, 'has a small context'],
  },
  {
    rule: 'M4: the size of the context is asked of the server',
    edits: [[`${SERVER}/model-check.ts`, 'if (tokens) server.contextTokens.set(model.id, tokens);', '']],
    test: ['test/contracts/openai-server', 'reads the context size'],
  },
  {
    rule: 'M4: a turn that is too long for the model is tried again with less',
    edits: [
      [
        `${MODEL}/openai-chat-model.ts`,
        'if (shorter === null) throw error;',
        'if (shorter !== -1) throw error;',
      ],
    ],
    test: [SERVERS, 'has a small context'],
  },
  {
    rule: 'M4: the newest message is whole',
    edits: [
      [
        `${MODEL}/openai-messages.ts`,
        'renderData(prompt) + prompt.message',
        'renderData(prompt) + prompt.message.slice(-9_000)',
      ],
    ],
    test: [SERVERS, 'has a small context'],
  },
  {
    rule: 'M4: facts of omitted turns stay known',
    edits: [
      [
        `${MODEL}/fit-prompt.ts`,
        'earlier: digest(said, message, forEarlier)',
        'earlier: digest([], message, forEarlier)',
      ],
    ],
    test: [SERVERS, 'has a small context'],
  },
  {
    rule: 'M5: a run and its stream say why the model stopped',
    edits: [['src/runs/run-tally.ts', "event.reason === 'stop' ? undefined : event.reason;", 'undefined;']],
    test: [SERVERS, 'is cut by length'],
  },
  {
    rule: 'M5: the history says why the model stopped',
    edits: [['src/chat/surfaces/rag-assistant/wire.ts', '  ...toFinish({ finishReason, status }),\n', '']],
    test: [SERVERS, 'is cut by length'],
  },
  {
    rule: 'M5: finish reasons of other names count',
    edits: [
      [
        `${MODEL}/delta.ts`,
        "recitation: 'content_filter',\n  error: 'failed',",
        "recitation: 'content_filter',\n  error: 'length',",
      ],
    ],
    test: [SERVERS, 'fails in the middle'],
  },
  {
    rule: 'M5: an answer that was cut is continued',
    edits: [
      [
        'src/database/repositories/runs/branch-statements.ts',
        "CASE WHEN old.finish_reason = 'length' THEN old.partial END AS continues",
        'NULL AS continues',
      ],
    ],
    test: [SERVERS, 'is cut by length'],
  },
  {
    rule: 'M5: a refusal is the answer',
    edits: [[`${MODEL}/delta.ts`, 'content.text + asText(delta.refusal)', 'content.text']],
    test: [SERVERS, 'refuses ends with a sentence'],
  },
  {
    rule: 'M5: an empty answer is a failure',
    edits: [
      [
        `${MODEL}/completion-parser.ts`,
        'else if (!this.hasAnswer) this.failure = emptyAnswer(this.finishReason, this.reasoningLength > 0);',
        '',
      ],
    ],
    test: [SERVERS, 'says nothing'],
  },
  {
    rule: 'M6: content may be a list of parts',
    edits: [[`${MODEL}/delta.ts`, 'else said.text += textIn(part);', '']],
    test: [SERVERS, 'Mistral'],
  },
  {
    rule: 'M6: parts of thinking are reasoning',
    edits: [[`${MODEL}/delta.ts`, "if (/think|reason/i.test(String(part['type'])))", 'if (!part)']],
    test: [SERVERS, 'Mistral'],
  },
  {
    rule: 'M6: a message may stand in place of a delta',
    edits: [[`${MODEL}/delta.ts`, 'choice.delta ?? choice.message ?? {}', 'choice.delta ?? {}']],
    test: [`${MODEL}/completion-forms`],
  },
  {
    rule: 'M7: a stream may be labelled JSON',
    edits: [[`${MODEL}/completion-stream.ts`, 'text\\/html\\b', '(?:text\\/html|application\\/json)\\b']],
    test: [SERVERS, 'a gateway that labels streams JSON'],
  },
  {
    rule: 'M7: a document may answer a request for a stream',
    edits: [
      [
        `${MODEL}/completion-parser.ts`,
        'if (this.document !== null) this.onDocument(this.document);',
        'if (this.document !== null) this.fail(endedEarly());',
      ],
    ],
    test: [`${MODEL}/completion-forms`],
  },
  {
    rule: 'M7: what ends early is kept and marked',
    edits: [
      [
        `${MODEL}/completion-parser.ts`,
        'if (!this.failure && !this.isComplete) this.failure = endedEarly();',
        '',
      ],
    ],
    test: [SERVERS, 'fails in the middle'],
  },
  {
    rule: 'M7: choices may come out of order',
    edits: [
      [
        `${MODEL}/delta.ts`,
        'find((choice, place) => Number(choice?.index ?? place) === 0)',
        'find((choice) => choice)',
      ],
    ],
    test: [`${MODEL}/completion-forms`],
  },
  {
    rule: 'M8: admins read the words of the server',
    edits: [
      [
        `${SERVER}/failures.ts`,
        "redact([status || '', code, message].filter(Boolean).join(' '), secrets) || undefined",
        "redact('', secrets) || undefined",
      ],
    ],
    test: [SERVERS, 'refuses in words'],
  },
  {
    rule: 'M8: no excerpt holds a key',
    edits: [[`${SERVER}/refusal.ts`, "text.replace(CREDENTIALS, '$1***@').replace(KEY, '***')", 'text']],
    test: [`${SERVER}/refusal`],
  },
  {
    rule: 'M8: an account without credit is not asked again',
    edits: [[`${SERVER}/failures.ts`, 'if (status === 402 || QUOTA.test(words))', 'if (status === 402)']],
    test: [SERVERS, 'has no credit left'],
  },
  {
    rule: 'M8: a model that is not there is named so',
    edits: [[`${SERVER}/failures.ts`, 'if (status >= 400 && MODEL.test(words))', 'if (status >= 600)']],
    test: [SERVERS, 'is not there'],
  },
  {
    rule: 'M9: instructions move where the system role is refused',
    edits: [[`${MODEL}/detect-quirk.ts`, '?? detectRole(quirks, refusal, body)', '']],
    test: [SERVERS, 'a chat template without a system role'],
  },
  {
    rule: 'M9: OPENAI_SYSTEM_ROLE decides',
    edits: [[`${MODEL}/openai-chat-model.ts`, "systemRole: role ?? 'system',", "systemRole: 'system',"]],
    test: ['test/contracts/chat-model', 'OPENAI_SYSTEM_ROLE'],
  },
  {
    rule: 'M10: readiness warns of a wrong model, key or address',
    edits: [
      [
        'src/health/health.controller.ts',
        'const { warnings } = this.model;',
        'const warnings: string[] = [];',
      ],
    ],
    test: ['test/flows/model-start', 'refuses the key'],
  },
  {
    rule: 'M10: the start-up lines say what does not work',
    edits: [['src/api.ts', 'void this.app.get(ModelCheck).finished.then(print);', 'void ModelCheck;']],
    test: ['test/flows/model-start', 'refuses the key'],
  },
  {
    rule: 'M10: the check does not delay the start',
    edits: [
      [
        `${SERVER}/model-check.ts`,
        'onApplicationBootstrap(): void {\n    if (this.server) void this.check(this.server).then(this.settle);',
        'async onApplicationBootstrap(): Promise<void> {\n    if (this.server) await this.check(this.server).then(this.settle);',
      ],
    ],
    test: ['test/flows/model-start', 'is not waited for'],
  },
  {
    rule: 'M10: settings are trimmed',
    edits: [
      [
        'src/config/read-env.ts',
        'unquoted(name, trimmed(value), notices);\n  }\n  for',
        'unquoted(name, value, notices);\n  }\n  for',
      ],
    ],
    test: ['src/config/env'],
  },
  {
    rule: 'M10: quotation marks are left out',
    edits: [['src/config/read-env.ts', 'inner = trimmed(found[1]!);', 'break;']],
    test: ['src/config/env'],
  },
  {
    rule: 'M10: the address of an endpoint is repaired',
    edits: [[`${SERVER}/address.ts`, 'path = path.slice(0, -endpoint.length);', '']],
    test: ['test/contracts/openai-server', 'ask one server in one way'],
  },
  {
    rule: 'M10: a missing /v1 is added',
    edits: [[`${SERVER}/address.ts`, 'return added;', 'return path;']],
    test: [`${SERVER}/address`],
  },
  {
    rule: 'M10: repairs of the address are printed',
    edits: [
      [
        'src/announcement.ts',
        '(hasModel ? openAiServerOf(config, logger).address.repairs : [])',
        '[""].slice(1)',
      ],
    ],
    test: ['test/flows/model-start', 'repaired address'],
  },
  {
    rule: 'M10: misspelled names of settings are named',
    edits: [['src/config/read-env.ts', 'notices.push(...unknownNames(source));', '']],
    test: ['src/config/env', 'which was meant'],
  },
  {
    rule: 'M10: all wrong settings are named at once',
    edits: [
      [
        'src/config/read-env.ts',
        'if (error) problems.push(',
        'if (error && problems.length === 0) problems.push(',
      ],
    ],
    test: ['src/config/env', 'name all that is wrong at once'],
  },
  {
    rule: 'M11: the query of an address is kept',
    edits: [
      [
        `${SERVER}/address.ts`,
        'return base + endpoint + query;',
        'return base + endpoint + query.slice(0, 0);',
      ],
    ],
    test: ['test/contracts/openai-server', 'keep the query of Azure'],
  },
  {
    rule: 'M11: Azure gets its key in its header',
    edits: [[`${SERVER}/address.ts`, "(isAzure ? 'api-key' : 'authorization')", "'authorization'"]],
    test: ['test/contracts/openai-server', 'keep the query of Azure'],
  },
  {
    rule: 'M11: OPENAI_API_VERSION and OPENAI_API_KEY_HEADER are sent',
    edits: [
      [`${SERVER}/openai-server.ts`, 'apiVersion: env.OPENAI_API_VERSION,', ''],
      [`${SERVER}/openai-server.ts`, 'keyHeader: env.OPENAI_API_KEY_HEADER,', ''],
    ],
    test: ['test/contracts/openai-server', 'send the version and the header that are set'],
  },
  {
    rule: 'M12: requests go through the proxy',
    edits: [[`${SERVER}/openai-server.ts`, 'createHttpAgent(env, {', 'createHttpAgent({}, {']],
    test: ['test/contracts/openai-server', 'go through the proxy'],
  },
  {
    rule: 'M12: addresses of this machine are reached without it',
    edits: [
      [`${SERVER}/http-agent.ts`, 'noProxy: [NO_PROXY, LOCAL]', 'noProxy: [NO_PROXY, LOCAL.slice(0, 0)]'],
    ],
    test: ['test/contracts/openai-server', 'go through the proxy'],
  },
  {
    rule: 'M12: NO_PROXY exempts',
    edits: [
      [`${SERVER}/http-agent.ts`, 'noProxy: [NO_PROXY, LOCAL]', 'noProxy: [NO_PROXY.slice(0, 0), LOCAL]'],
    ],
    test: ['test/contracts/openai-server', 'go through the proxy'],
  },
  {
    rule: 'M13: a run has its usage',
    edits: [
      [
        'src/runs/run-tally.ts',
        "if (event.type === 'usage') outcome.usage = addUsage(outcome.usage, event.usage);",
        "if (event.type === 'usage') return;",
      ],
    ],
    test: [SERVERS, 'reports its usage'],
  },
  {
    rule: 'M13: usage is estimated where the server is silent',
    edits: [
      [
        `${MODEL}/openai-chat-model.ts`,
        'answer.usage ?? estimateUsage(body.length, text, reasoning)',
        'answer.usage',
      ],
    ],
    test: [SERVERS, 'reports its usage'],
  },
  {
    rule: 'M13: an agent has settings of generation',
    edits: [
      [
        'src/agents/personas/persona.agent.ts',
        '{ ...input.generation, ...generationOf(this.persona) }',
        '{ ...input.generation }',
      ],
    ],
    test: [SERVERS, 'settings of generation'],
  },
  {
    rule: 'M13: a parameter that is refused is left out once and for all',
    edits: [
      [
        `${MODEL}/detect-quirk.ts`,
        'quirks.without.add(field);\n  return `${field} is left out`;',
        'return `${field} is left out`;',
      ],
    ],
    test: [SERVERS, 'Mistral'],
  },
  {
    rule: 'M14: no decoder sees an empty event',
    edits: [['src/common/sse.ts', "this.write(': ping\\n');", "this.write(': ping\\n\\n');"]],
    test: ['src/common/sse', 'gets none that is empty'],
  },
];
