const MODEL = 'src/adapters/chat-model';
const SERVER = 'src/adapters/openai';
const S4 = 'src/chat/surfaces/rag-assistant';
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
    test: ['test/contracts/chat-model', 'waits while the model reasons'],
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
    rule: 'M1: so do chat completions',
    edits: [
      [
        'src/chat/surfaces/openai/wire.ts',
        'return frames(chunk({ reasoning_content: event.text }));',
        "return '';",
      ],
    ],
    test: ['test/surfaces/openai', 'shows thinking apart'],
  },
  {
    rule: 'M1: S4 shows it to those who ask for it',
    edits: [[`${S4}/wire.ts`, '...(request.include_reasoning && { reasoning: true }),', '']],
    test: ['test/surfaces/rag-assistant', 'shows reasoning to those'],
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
    rule: 'M2: what is expected to begin in the middle of thinking may have tags of its own',
    edits: [
      [
        `${MODEL}/think-tags.ts`,
        'const text = own.push(this.whole.trimStart() + held);',
        'const text = this.whole.trimStart() + held;',
      ],
    ],
    test: [`${MODEL}/think-tags`, 'in other tags'],
  },
  {
    rule: 'M2: thinking that never ends is a failure',
    edits: [
      [
        `${MODEL}/completion-parser.ts`,
        'if (this.tags.isThinking) this.failure = unfinishedThought(this.finishReason);\n    else if',
        'void unfinishedThought;\n    if',
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
    rule: 'M4: a summary makes room for the newest message',
    edits: [
      [`${MODEL}/fit-prompt.ts`, 'if (tokens <= budget) return summary;', 'if (tokens > 0) return summary;'],
    ],
    test: [SERVERS, 'has a small context'],
  },
  {
    rule: 'M4: facts that a summary leaves out stay known',
    edits: [
      [
        'src/runs/run-history.ts',
        'if (before === 1) return past;',
        'if (before === 1 || summary) return past;',
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
    edits: [[`${MODEL}/delta.ts`, 'readDelta(choice.message ?? {})', 'readDelta({})']],
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
    rule: 'M8: so does the log',
    edits: [['src/runs/run-producer.ts', '{ err: error, detail, runId }', '{ err: error, runId }']],
    test: ['test/flows/model-start', 'leaves an excerpt'],
  },
  {
    rule: 'M8: no excerpt holds a key',
    edits: [[`${SERVER}/refusal.ts`, "text.replace(CREDENTIALS, '$1***@').replace(KEY, '***')", 'text']],
    test: [`${SERVER}/refusal`],
  },
  {
    rule: 'M8: nor does one of an error inside a stream',
    edits: [
      [
        `${MODEL}/completion-stream.ts`,
        'new CompletionParser(options.startsInside, options.takesCalls, options.asked)',
        'new CompletionParser(options.startsInside, options.takesCalls)',
      ],
    ],
    test: ['test/contracts/chat-model', 'keeps the key out'],
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
    test: ['src/config/env', 'list all errors together'],
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
    rule: 'M12: the OpenID issuer is asked through it',
    edits: [['src/auth/oidc/oidc-verifier.ts', 'createHttpAgent(config.env, {})', 'createHttpAgent({}, {})']],
    test: ['test/contracts/oidc-verifier'],
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
    rule: 'M13: the end of an answer has its usage',
    edits: [['src/chat/wires/usage.ts', 'usage ?? {', '(usage && null) ?? {']],
    test: ['test/surfaces/openai', 'that the model server reports'],
  },
  {
    rule: 'M13: usage is estimated where the server is silent',
    edits: [
      [
        `${MODEL}/openai-chat-model.ts`,
        'answer.usage ?? estimateUsage(chars, text, reasoning)',
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
    test: [SERVERS, 'setting of generation'],
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

  // Clients
  {
    rule: 'C1: rooms outlive kill -9 on a Redis of the machine',
    edits: [['src/embedded/redis/redis-native.ts', "appendonly: 'yes'", "appendonly: 'no'"]],
    test: ['test/flows/process', 'rooms over kill -9, with a Redis of the machine'],
  },
  {
    rule: 'C1: rooms outlive kill -9 on Valkey as WebAssembly',
    edits: [['src/embedded/redis/valkey-journal.ts', 'await journal.load();', '']],
    test: ['test/flows/process', 'rooms over kill -9, with Valkey as WebAssembly'],
  },
  {
    rule: 'C1: times to live go on',
    edits: [['src/embedded/redis/key-dumps.ts', 'if (expiresAt > 0) state.expiresAt = expiresAt;', '']],
    test: ['test/flows/embedded', 'with its time to live'],
  },
  {
    rule: 'C2: passages of one file have titles of their own',
    edits: [
      [`${S4}/sources.ts`, 'title: titles[i]! + deleted(source)', 'title: source.title + deleted(source)'],
    ],
    test: [`${S4}/sources`, 'distinguish passages'],
  },
  {
    rule: 'C2: texts of sources hold no live markup',
    edits: [[`${S4}/sources.ts`, 'text: inert(source.text),', '']],
    test: [`${S4}/sources`, 'no live markup'],
  },
  {
    rule: 'C3: an attachment may be sent without a word',
    edits: [[`${S4}/schemas.ts`, 'if (message || files?.length) return;', 'if (message) return;']],
    test: ['test/surfaces/rag-assistant', 'takes files without a word'],
  },
  {
    rule: 'C3: blanks are no word',
    edits: [
      [
        `${S4}/wire.ts`,
        'files.length > 0 && !isVisible(message)',
        'files.length > 0 && !message && isVisible',
      ],
    ],
    test: [`${S4}/wire`, 'Summarise the attached file'],
  },
  {
    rule: 'C3: nothing at all is refused',
    edits: [[`${S4}/schemas.ts`, 'if (message || files?.length) return;', 'if (message || files) return;']],
    test: [`${S4}/wire`, 'refuse'],
  },
  {
    rule: 'C4: the README makes a session of its own',
    edits: [
      [
        'README.md',
        "SESSION=$(node -p 'crypto.randomUUID()')",
        'SESSION=7b1f3c52-9f43-4a8e-9f0e-0a3d5a1c2b4d',
      ],
    ],
    test: ['test/flows/readme'],
  },
  {
    rule: 'C4: examples of the OpenAPI document are nobody’s',
    edits: [
      [
        'src/served-openapi.ts',
        'text.replaceAll(EXAMPLE_CONVERSATION, randomUUID())',
        'text.replaceAll(EXAMPLE_CONVERSATION, EXAMPLE_CONVERSATION || randomUUID())',
      ],
    ],
    test: ['src/served-openapi', 'another one each time'],
  },
  {
    rule: 'C4: a foreign session is refused',
    edits: [
      ['src/chat/post-chat.controller.ts', 'await movieFinder.refuseForeign(this.conversations, turn);', ''],
    ],
    test: ['test/surfaces/movie-finder', '403 on sending'],
  },
  {
    rule: 'C5: REGISTER_CONFLICT_STATUS decides',
    edits: [['src/common/http/error.filter.ts', '? this.config.env.REGISTER_CONFLICT_STATUS', '? 400']],
    test: ['test/surfaces/movie-finder', 'address that is taken'],
  },
  {
    rule: 'C5: the README says who wants which status',
    edits: [
      [
        'README.md',
        "400 as FastAPI-Users' clients expect, 409 as the Movie Finder's client does",
        'either 400 or 409',
      ],
    ],
    test: ['test/flows/readme'],
  },
  {
    rule: 'C6: a body of the AI SDK makes no conversation',
    edits: [['src/chat/post-chat.controller.ts', 'refuseMisdirected(body);', 'void refuseMisdirected;']],
    test: ['test/surfaces/rag-assistant', 'tells a client of the AI SDK'],
  },
  {
    rule: 'C6: nor does one of an older useChat',
    edits: [
      [
        'src/chat/wires/misdirected.ts',
        '(own || !hasMessages(body) ? undefined',
        '(own || hasMessages(body) || true ? undefined',
      ],
    ],
    test: ['src/chat/wires/misdirected', 'older useChat'],
  },
  {
    rule: 'C6: useChat is served at its own route',
    edits: [
      [
        'src/chat/surfaces/ai-sdk/wire.ts',
        'return [...this.endThought(), ...this.text(event.text)];',
        'return [];',
      ],
    ],
    test: ['test/surfaces/ai-sdk', 'shows an answer as it is written'],
  },
  {
    rule: 'C7: a frame may hold what the limit of characters allows',
    edits: [['src/chat/surfaces/agent-desk/agent-desk.gateway.ts', 'maxFrameKb: 400,', 'maxFrameKb: 64,']],
    test: ['test/flows/bad-frames', 'takes 32,000 characters in CJK'],
  },
  {
    rule: 'C7: a frame that is too large is answered before the close',
    edits: [['src/common/sockets/ws.adapter.ts', 'if (isTooLarge) this.send(tooLarge);', 'void tooLarge;']],
    test: ['test/flows/bad-frames', 'says why it closes'],
  },
  {
    rule: 'C7: the close says why',
    edits: [
      [
        'src/common/sockets/ws.adapter.ts',
        'super.close(code, isTooLarge ? reason : data);',
        'super.close(code, data ?? reason.slice(0, 0));',
      ],
    ],
    test: ['test/flows/bad-frames', 'says why it closes'],
  },
  {
    rule: 'C8: older messages are behind a cursor',
    edits: [
      [
        'src/sessions/conversations.service.ts',
        'oldest && oldest.position > 1 ? toCursor([oldest.position]) : null',
        'oldest ? null : toCursor([])',
      ],
    ],
    test: ['test/flows/paging', 'S4: reads a conversation back'],
  },
  {
    rule: 'C8: S0 links to older messages',
    edits: [
      [
        'src/chat/surfaces/movie-finder/movie-finder.controller.ts',
        "if (history.next) response.setHeader('Link', linkToNext({ limit: page.limit, cursor: history.next }));",
        '',
      ],
    ],
    test: ['test/flows/paging', 'S0: reads a conversation back'],
  },
  {
    rule: 'C8: S1 pages by cursor',
    edits: [
      [
        'src/chat/surfaces/movie-chatbot/movie-chatbot.controller.ts',
        'this.conversations.messagesOf(chat, { limit: 2 * limit, cursor })',
        'this.conversations.messagesOf(chat, { limit: 2 * limit, cursor: cursor && undefined })',
      ],
    ],
    test: ['test/flows/paging', 'S1: reads a conversation back'],
  },
  {
    rule: 'C8: S3 links to older messages',
    edits: [
      [
        'src/chat/surfaces/agent-desk/agent-desk.controller.ts',
        "messagesIfAny(user.id, id, page);\n    if (next) response.setHeader('Link', linkToNext({ limit: page.limit, cursor: next }));",
        'messagesIfAny(user.id, id, page);\n    void next;',
      ],
    ],
    test: ['test/flows/paging', 'S3: reads a conversation back'],
  },
  {
    rule: 'C9: a title is cut between graphemes',
    edits: [
      [
        'src/common/text.ts',
        "const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });",
        "const segmenter = { segment: (text: string) => [...text].map((segment, i, all) => ({ segment, index: all.slice(0, i).join('').length })) };",
      ],
    ],
    test: ['src/common/text'],
  },
  {
    rule: 'C9: a title is never invisible',
    edits: [['src/common/text.ts', "if (!isVisible(line)) return '';", '']],
    test: ['src/common/text', 'conversationTitle'],
  },
  {
    rule: 'C9: a title turns no text around',
    edits: [
      ['src/common/text.ts', ".replaceAll(/\\s+/g, ' ').replaceAll(HIDDEN, '')", ".replaceAll(/\\s+/g, ' ')"],
    ],
    test: ['src/common/text', 'titleFrom'],
  },
  {
    rule: 'C10: names in Latin-1 are read',
    edits: [
      [
        'src/uploads/filename.ts',
        "isUtf8(bytes) ? bytes.toString() : iconv.decode(bytes, 'windows-1252')",
        "isUtf8(bytes) || iconv ? bytes.toString() : ''",
      ],
    ],
    test: ['test/flows/uploads', 'as the client meant'],
  },
  {
    rule: 'C10: MIME words are read',
    edits: [
      [
        'src/uploads/filename.ts',
        'return decodeMimeWords(isDecoded',
        'return ((name: string) => name || decodeMimeWords(name))(isDecoded',
      ],
    ],
    test: ['test/flows/uploads', 'as the client meant'],
  },
  {
    rule: 'C10: names are kept in NFC',
    edits: [['src/uploads/filename.ts', ".replace(MARKS, '').normalize('NFC')", ".replace(MARKS, '')"]],
    test: ['test/flows/uploads', 'as the client meant'],
  },
  {
    rule: 'C10: long names are cut between graphemes',
    edits: [
      [
        'src/uploads/filename.ts',
        'return takeGraphemes(name, room, (part) => Buffer.byteLength(part)) + extension;',
        "return Buffer.from(name).subarray(0, room).toString().replace(/\\ufffd+$/, takeGraphemes('', 0)) + extension;",
      ],
    ],
    test: ['src/uploads/filename', '255 bytes'],
  },
  {
    rule: 'C10: a download has the name of the list',
    edits: [
      [
        'src/uploads/attachment-files.controller.ts',
        'contentDisposition(filename, { type })',
        "contentDisposition(filename.replaceAll(/[^\\x20-\\x7e]/g, '_'), { type })",
      ],
    ],
    test: ['test/flows/uploads', 'as the client meant'],
  },
  {
    rule: 'C11: several files in one request are refused',
    edits: [
      [
        'src/uploads/upload-reader.ts',
        'if (files > 1 && (storage.hasBegun || fieldname === FIELD))',
        'if (files > 100)',
      ],
    ],
    test: ['test/flows/uploads', 'refuse a form with'],
  },
  {
    rule: 'C11: copies count once',
    edits: [
      [
        'src/ingestion/copies.ts',
        'if (kept.some((other) => other.sentence === sentence && likeness(other.set, set) >= ALIKE)) return false;',
        'void likeness;',
      ],
    ],
    test: ['test/flows/answers', 'count copies'],
  },
  {
    rule: 'C11: the newer file of a name comes first',
    edits: [
      [
        'src/ingestion/copies.ts',
        '{ ...passage, score: passage.score * OUTDATED }',
        '{ ...passage, score: passage.score / OUTDATED }',
      ],
    ],
    test: ['test/flows/answers', 'a new version'],
  },
  {
    rule: 'C11: files of one name are told apart by date',
    edits: [
      [
        'src/agents/documents/document-search.ts',
        'if (!isShared(passage.filename)) return source;',
        'if (!isShared(passage.filename) || source.title) return source;',
      ],
    ],
    test: ['test/flows/answers', 'a new version'],
  },
  {
    rule: 'C12: a password is the same in NFC and NFD',
    edits: [
      ['src/auth/accounts/passwords.service.ts', "password.normalize('NFKC');", 'password;'],
      [
        'src/auth/accounts/passwords.service.ts',
        "password.replaceAll(/\\p{Zs}/gu, ' ').normalize('NFC')",
        "password.replaceAll(/\\p{Zs}/gu, ' ')",
      ],
      [
        'src/auth/accounts/passwords.service.ts',
        "    password.normalize('NFC'),\n    password.normalize('NFD'),\n",
        '',
      ],
    ],
    test: ['test/flows/accounts', 'typed in either form'],
  },
  {
    rule: 'C13: the agent that is named answers',
    edits: [[`${S4}/wire.ts`, 'agent: agent ?? DEFAULT_AGENT,', 'agent: DEFAULT_AGENT,']],
    test: ['test/surfaces/rag-assistant', 'the agent that is named'],
  },
  {
    rule: 'C13: an unknown agent is refused',
    edits: [
      [
        `${S4}/wire.ts`,
        'request.agent ? findAgent(agents, request.agent)',
        'request.agent ? agents.named(request.agent)?.id',
      ],
    ],
    test: ['test/surfaces/rag-assistant', 'the agent that is named'],
  },
  {
    rule: 'C13: GET /agents/ has names that can be sent',
    edits: [
      [
        'src/agents/agent-registry.ts',
        'new Set([id.toLowerCase(), label.trim().toLowerCase()])',
        'new Set([id.toLowerCase(), label.length < 0 ? label : id])',
      ],
    ],
    test: ['test/surfaces/agent-desk', 'labels can be asked for'],
  },
  {
    rule: 'C14: times of S4 are epoch seconds',
    edits: [
      [`${S4}/wire.ts`, 'created_at: epochSeconds(createdAt),', 'created_at: createdAt.toISOString(),'],
    ],
    test: ['test/surfaces/rag-assistant', 'sends its history to the model'],
  },
  {
    rule: 'C14: times of rooms have an offset',
    edits: [['src/common/text.ts', "date.toISOString().replace('Z', '000+00:00')", 'date.toISOString()']],
    test: ['test/surfaces/rooms', 'answers with the whole room'],
  },
  {
    rule: 'C14: times of admin routes are in ISO 8601',
    edits: [
      ['src/admin/model.controller.ts', 'created_at: at.toISOString()', 'created_at: at.getTime() / 1000'],
    ],
    test: [SERVERS, 'refuses in words'],
  },
  {
    rule: 'C14: times of S1 are in ISO 8601',
    edits: [
      [
        'src/chat/surfaces/movie-chatbot/wire.ts',
        '  created_at: c.createdAt.toISOString(),\n',
        '  created_at: String(c.createdAt.getTime() / 1000),\n',
      ],
    ],
    test: ['test/surfaces/movie-chatbot', 'opens chats numbered'],
  },
  {
    rule: 'C15: a single instance waits for no lease of its own past',
    edits: [['src/runs/recovery/run-lease.ts', 'if (this.config.isSole) await this.endUnfinished();', '']],
    test: ['test/flows/process', 'keeps shown text and rooms over kill -9, with a Redis'],
  },
  {
    rule: 'C16: a sync says what is stored and what is pending',
    edits: [
      [
        'src/admin/training-materials/materials-store.ts',
        'pending: await this.documents.countPending()',
        'pending: 0',
      ],
    ],
    test: ['test/flows/training-materials', 'by their checksums'],
  },
  {
    rule: 'C17: links begin with the prefix of a proxy',
    edits: [['src/common/links.ts', "return isPath ? prefix.replace(/\\/$/, '') : '';", "return '';"]],
    test: ['test/flows/behind-nginx', 'links to files below the prefix'],
  },
  {
    rule: 'C17: links begin with PUBLIC_URL',
    edits: [['src/common/links.ts', "if (publicUrl) return publicUrl.replace(/\\/+$/, '');", '']],
    test: ['src/common/links'],
  },
  {
    rule: 'C17: the documentation calls the path below the prefix',
    edits: [['src/served-openapi.ts', 'document.servers = [{ url: root }];', '']],
    test: ['test/flows/behind-nginx', 'server and log-in are below the prefix'],
  },
  {
    rule: 'C17: /docs/ leads to /docs',
    edits: [
      [
        'src/docs.setup.ts',
        "app.use('/docs', allowDocsPage(publicUrl), withoutSlash);",
        "app.use('/docs', allowDocsPage(publicUrl), (_request: unknown, _response: unknown, next: () => void) => next() ?? withoutSlash);",
      ],
    ],
    test: ['test/flows/behind-nginx', 'leads to its documentation'],
  },
  {
    rule: 'C18: a reader of /docs logs in by password',
    edits: [
      [
        'src/served-openapi.ts',
        'scheme.flows.password.tokenUrl = `${root}/auth/jwt/login`;',
        'scheme.flows.password.tokenUrl = `${root}/login`;',
      ],
    ],
    test: ['src/served-openapi'],
  },
  {
    rule: 'C18: /docs keeps the token',
    edits: [['src/docs.setup.ts', 'persistAuthorization: true,', '']],
    test: ['test/flows/bad-input', 'shows its documentation'],
  },
  {
    rule: 'C18: / leads to the documentation',
    edits: [['src/health/index.controller.ts', '`${root}/docs`', '`${root}/documentation`']],
    test: ['test/flows/bad-input', 'the console at /'],
  },
  {
    rule: 'C19: films are imported inside the image',
    edits: [['package.json', "require('fs').existsSync('src') && ", '']],
    test: ['test/contracts/film-import', 'works in the image'],
  },
  {
    rule: 'C19: an import says how long it still takes',
    edits: [['scripts/support/rate.ts', '(total - done) / perSecond', 'total / perSecond']],
    test: ['test/rate'],
  },
  {
    rule: 'C19: vectors that were computed are not computed again',
    edits: [['src/catalogue/film-embedder.ts', 'const BATCH = 32;', 'const BATCH = 100_000;']],
    test: ['test/contracts/film-catalogue', 'resumes the computation of vectors'],
  },
  {
    rule: 'C20: packages support every version that is named',
    edits: [['package.json', '"node": "^20.19.0 || ^22.13.0 || >=24.11.0"', '"node": ">=20.19.0"']],
    test: ['test/node-versions', 'every locked package'],
  },
  {
    rule: 'C20: the README names the oldest version',
    edits: [
      ['package.json', '"node": "^20.19.0 || ^22.13.0 || >=24.11.0"', '"node": "^22.13.0 || >=24.11.0"'],
    ],
    test: ['test/node-versions', 'the one that the README names'],
  },
  {
    rule: 'C21: limits of time grow with the machine',
    edits: [
      [
        'test/support/time-factor.mjs',
        'Math.ceil(ms * Number(process.env[TIME_FACTOR] ?? 1))',
        'Math.ceil(ms)',
      ],
    ],
    test: ['test/runner', 'measured factor'],
  },
  {
    rule: 'C22: readiness tries a script',
    edits: [
      ['src/adapters/redis/redis-access.ts', "await redis.eval(SCRIPT, 1, KEY, '1');", 'await redis.ping();'],
    ],
    test: ['test/flows/server-access', 'no scripts any more'],
  },
  {
    rule: 'C22: a start names what the user of Redis may not run',
    edits: [
      [
        'src/adapters/redis/redis-access.ts',
        "if (message.startsWith('NOPERM')) missing.add(commands[i]![0]);\n    else",
        '',
      ],
    ],
    test: ['test/flows/server-access', 'with a user of'],
  },
  {
    rule: 'C22: a pooler of transactions is refused',
    edits: [
      [
        'src/database/transaction-pooler.ts',
        'if ((await backendOf(client)) !== seen[i]) throw new TransactionPoolerError();',
        'if ((await backendOf(client)) !== seen[i]) continue;',
      ],
      [
        'src/database/transaction-pooler.ts',
        'if (seen[0] === seen[1]) throw new TransactionPoolerError();',
        'void TransactionPoolerError;',
      ],
    ],
    test: ['test/flows/server-access', 'pools transactions'],
  },
  {
    rule: 'C23: an OS user without a name is told so on the terminal',
    edits: [
      [
        'src/embedded/postgres/postgres-data.ts',
        "if (words.includes('could not look up effective user ID'))",
        'if (!words)',
      ],
    ],
    test: ['test/flows/nameless-user'],
  },
];
