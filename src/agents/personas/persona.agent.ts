import { z } from 'zod';
import type { ChatModel, ChatPrompt, Generation } from '../../adapters/chat-model/chat-model.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import { Agent, type AgentInput, type Emit } from '../agent.js';
import { toPassage, type DocumentSearch } from '../documents/document-search.js';
import type { DocumentOverview } from '../documents/overview.js';
import type { MessagePictures } from '../documents/message-pictures.js';
import type { UnreadFiles } from '../documents/unread-files.js';
import { streamAnswer } from '../stream-answer.js';
import type { TableTool } from '../tables/table-tool.js';
import { callByRule } from '../tools/by-rule.js';
import { SourceList } from '../tools/source-list.js';
import { isListable, TOOL_NAMES, type Toolbox } from '../tools/toolbox.js';

const listed = z.string().max(300);
const UNKNOWN_TOOL = {
  error: `is no tool; there are tables, ${TOOL_NAMES.join(', ')}, mcp:SERVER and mcp:SERVER/TOOL`,
};

/** An agent without code: who it is and how it answers. */
export const personaSchema = z.strictObject({
  label: z.string().min(1).max(80),
  description: z.string().min(1).max(300),
  prompt: z.string().min(1).max(20_000),
  /** Place in the list of agents; those without one come last, by file name. */
  order: z.int().default(100),
  /** The chat model that answers, of the configured server; OPENAI_MODEL when left out. */
  model: z.string().min(1).max(200).optional(),
  /** How it writes; what is left out is the server's to decide. A setting that the model refuses is left out too. */
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  /** Tokens of an answer, the thinking before it included; one that is cut there can be continued. */
  max_tokens: z.int().min(1).max(1_000_000).optional(),
  /** Texts before which the answer ends. */
  stop: z.array(z.string().min(1).max(100)).max(4).optional(),
  /** How much a reasoning model thinks: none, minimal, low, medium, high. */
  reasoning_effort: z
    .string()
    .regex(/^[a-z]{1,20}$/)
    .optional(),
  /** Which documents it answers from: one's own and the system's, either of them, or none. */
  retrieval: z.enum(['all', 'own', 'system', 'none']).default('all'),
  /**
   * What it can do besides: `tables` computes over uploaded tables before the model answers; the model calls the others
   * itself, as often as it needs them.
   */
  tools: z.array(listed.refine((name) => name === 'tables' || isListable(name), UNKNOWN_TOOL)).default([]),
  /** Tools whose every call a person must agree to, beside those that always need it. */
  approval: z.array(listed.refine(isListable, UNKNOWN_TOOL)).default([]),
});

export type Persona = z.output<typeof personaSchema>;

/** Answers as its persona, from the conversation and from the documents the asker may see. */
export class PersonaAgent extends Agent {
  readonly label: string;
  readonly description: string;
  override readonly writesJson: boolean;
  /** What the model calls itself. */
  private readonly called: readonly string[];
  /** What is called without a model, where a question plainly asks for it. */
  private readonly byRule: readonly string[];

  constructor(
    readonly id: string,
    private readonly persona: Persona,
    private readonly model: ChatModel,
    private readonly documents: DocumentSearch,
    private readonly tables: TableTool,
    private readonly unread: UnreadFiles,
    private readonly pictures: MessagePictures,
    private readonly overview: DocumentOverview,
    private readonly toolbox: Toolbox,
  ) {
    super();
    toolbox.check(id, [...persona.tools, ...persona.approval]);
    this.called = model.isOffline ? [] : persona.tools.filter((name) => name !== 'tables');
    if (this.called.length > 0) toolbox.isNeeded = true;
    this.byRule = model.isOffline ? (persona === ASSISTANT ? TOOL_NAMES : persona.tools) : [];
    this.label = persona.label;
    this.description = persona.description;
    this.writesJson = !model.isOffline;
  }

  async answer(input: AgentInput, emitEvent: Emit, signal: AbortSignal): Promise<void> {
    const { model, retrieval, tools } = this.persona;
    const sources = new SourceList(emitEvent, input.resumed?.sources);
    const emit = sources.observe;
    // One that goes on behind a text that was cut calls no tools any more.
    const names = input.continues ? [] : this.called;
    const asked = {
      agent: this.id,
      input,
      names,
      approval: this.persona.approval,
      scope: retrieval,
      sources,
    };
    const write = (its: ChatPrompt, emitText: Emit) =>
      names.length > 0
        ? this.toolbox.answer({ ...asked, prompt: its }, emitText, signal)
        : streamAnswer(this.model, its, emitText, signal);
    const { message, history, earlier, context, continues } = input;
    const instructions = [this.persona.prompt, input.instructions].filter(Boolean).join('\n\n');
    const generation = { ...input.generation, ...generationOf(this.persona) };
    const shown = await this.pictures.load(input);
    // JSON has no place for the sentence.
    if (generation.format && shown.notes.length > 0)
      throw new ModelError('model-refused', shown.notes.join(' '));
    const prompt = {
      instructions,
      model: shown.model ?? model,
      generation,
      history,
      earlier,
      message,
      pictures: shown.pictures,
      context,
      continues,
    };
    const leading = (...notes: string[]) => {
      const lead = continues ? '' : notes.filter(Boolean).join(' ');
      // A sentence before JSON would break it.
      if (lead && generation.format) emit({ type: 'log', text: lead });
      return lead && !generation.format ? withLead(`${lead}\n\n`, emit) : emit;
    };
    if (input.resumed) return this.toolbox.answer({ ...asked, prompt }, emit, signal);
    const call = this.byRule.length > 0 && !continues ? callByRule(message) : null;
    if (call && this.byRule.includes(call.name)) {
      emit({ type: 'sources', sources: [] });
      const draft = await this.toolbox.callByRule(input, call, emit, signal);
      return streamAnswer(this.model, { ...prompt, draft }, leading(...shown.notes), signal);
    }
    const named = input.documents?.attachmentIds ?? [];
    const asksDocuments = named.length > 0 ? named.some((id) => !shown.ids.includes(id)) : input.hasDocuments;
    if (!asksDocuments) {
      emit({ type: 'sources', sources: [] });
      return write(prompt, leading(...shown.notes));
    }
    const unread = await this.unread.settle(input, shown.ids, emit, signal);
    const emitAnswer = leading(...shown.notes, unread);
    const readsTables = tools.includes('tables') && shown.pictures.length === 0;
    const computed = readsTables ? await this.tables.answer(input, emitAnswer, signal) : null;
    if (computed || retrieval === 'none' || names.includes('search_documents')) {
      emitAnswer({ type: 'sources', sources: computed?.sources ?? [] });
      return write({ ...prompt, draft: computed?.text }, emitAnswer);
    }
    const overview = await this.overview.answer(input, retrieval);
    if (overview) emitAnswer({ type: 'sources', sources: overview.sources });
    if (overview && (overview.kind !== 'summary' || this.model.isOffline))
      return write({ ...prompt, draft: overview.text }, emitAnswer);
    const found = overview
      ? { passages: overview.sources.map(toPassage) }
      : await this.documents.search(input, retrieval, emitAnswer, signal);
    await write({ ...prompt, ...found }, emitAnswer);
  }
}

/** Only what the persona sets: the application may set the rest. */
const generationOf = ({ temperature, top_p, max_tokens, stop, reasoning_effort }: Persona): Generation => ({
  ...(temperature !== undefined && { temperature }),
  ...(top_p !== undefined && { topP: top_p }),
  ...(max_tokens !== undefined && { maxTokens: max_tokens }),
  ...(stop && { stop }),
  ...(reasoning_effort && { reasoningEffort: reasoning_effort }),
});

/** Puts a sentence before the text of an answer, also of one that begins anew. */
function withLead(lead: string, emit: Emit): Emit {
  let isLeadEmitted = false;
  return (event) => {
    if (event.type === 'text' && !isLeadEmitted) emit({ type: 'text', tokens: [lead] });
    isLeadEmitted = event.type === 'retract' ? false : isLeadEmitted || event.type === 'text';
    emit(event);
  };
}

/** The default agent. */
export const ASSISTANT: Persona = {
  order: 100,
  label: 'Assistant',
  description: 'Answers questions from your documents and remembers the conversation.',
  prompt:
    'You are a helpful assistant. Answer the latest message of the user, in its language, clearly and briefly. ' +
    'Say so when you do not know.',
  retrieval: 'all',
  tools: ['tables'],
  approval: [],
};
