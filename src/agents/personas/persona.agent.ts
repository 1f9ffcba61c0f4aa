import type { ChatPrompt, Generation } from '../../adapters/chat-model/chat-model.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import { Agent, type AgentInput, type Emit } from '../agent.js';
import { toPassage } from '../documents/document-search.js';
import { streamAnswer } from '../stream-answer.js';
import { callByRule } from '../tools/by-rule.js';
import { SourceList } from '../tools/source-list.js';
import { TOOL_NAMES } from '../tools/tool-names.js';
import type { PersonaParts } from './persona-parts.js';
import { ASSISTANT, type Persona } from './persona.js';

/** Answers as its persona, from the conversation and from the documents the asker may see. */
export class PersonaAgent extends Agent {
  readonly label: string;
  readonly description: string;
  override readonly context: Agent['context'];
  override readonly writesJson: boolean;
  override readonly greeting: string | null;
  override readonly starters: readonly string[];
  /** What the model calls itself. */
  private readonly called: readonly string[];
  /** What is called without a model, where a question plainly asks for it. */
  private readonly byRule: readonly string[];

  /** @param version of one that an admin has created */
  constructor(
    readonly id: string,
    readonly persona: Persona,
    private readonly parts: PersonaParts,
    override readonly version: number | null = null,
  ) {
    super();
    const { model, toolbox } = parts;
    toolbox.check(id, [...persona.tools, ...persona.approval]);
    this.called = model.isOffline ? [] : persona.tools.filter((name) => name !== 'tables');
    if (this.called.length > 0) toolbox.isNeeded = true;
    this.byRule = model.isOffline ? (persona === ASSISTANT ? TOOL_NAMES : persona.tools) : [];
    this.label = persona.label;
    this.description = persona.description;
    this.greeting = persona.greeting ?? null;
    this.starters = persona.starters;
    this.context = { model: persona.model, contextTokens: persona.context_tokens };
    this.writesJson = !model.isOffline;
  }

  async answer(given: AgentInput, emitEvent: Emit, signal: AbortSignal): Promise<void> {
    const { model, retrieval, tools } = this.persona;
    // Not those of an agent that asks this one.
    const input = { ...given, documents: { ...given.documents, within: this.persona.documents } };
    const sources = new SourceList(emitEvent, input.resumed?.sources);
    const emit = sources.observe;
    // A continuation of a truncated reply calls no tools.
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
        ? this.parts.toolbox.answer({ ...asked, prompt: its }, emitText, signal)
        : streamAnswer(this.parts.model, its, emitText, signal);
    const { message, memories, history, summary, earlier, context, continues } = input;
    const instructions = [this.persona.prompt, input.instructions].filter(Boolean).join('\n\n');
    const generation = { ...input.generation, ...generationOf(this.persona) };
    const shown = await this.parts.pictures.load(input);
    // JSON has no place for the sentence.
    if (generation.format && shown.notes.length > 0)
      throw new ModelError('model-refused', shown.notes.join(' '));
    const prompt = {
      instructions,
      model: shown.model ?? model,
      // A vision model has another one.
      ...(!shown.model && { contextTokens: this.context.contextTokens }),
      generation,
      memories,
      history,
      summary,
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
    if (input.resumed) return this.parts.toolbox.answer({ ...asked, prompt }, emit, signal);
    const call = this.byRule.length > 0 && !continues ? callByRule(message) : null;
    if (call && this.byRule.includes(call.name)) {
      emit({ type: 'sources', sources: [] });
      const draft = await this.parts.toolbox.callByRule(input, call, emit, signal);
      return streamAnswer(this.parts.model, { ...prompt, draft }, leading(...shown.notes), signal);
    }
    const named = input.documents?.attachmentIds ?? [];
    const asksDocuments = named.length > 0 ? named.some((id) => !shown.ids.includes(id)) : input.hasDocuments;
    if (!asksDocuments) {
      emit({ type: 'sources', sources: [] });
      return write(prompt, leading(...shown.notes));
    }
    const unread = await this.parts.unread.settle(input, shown.ids, emit, signal);
    const emitAnswer = leading(...shown.notes, unread);
    const readsTables = tools.includes('tables') && shown.pictures.length === 0;
    const computed = readsTables ? await this.parts.tables.answer(input, emitAnswer, signal) : null;
    if (computed || retrieval === 'none' || names.includes('search_documents')) {
      emitAnswer({ type: 'sources', sources: computed?.sources ?? [] });
      return write({ ...prompt, draft: computed?.text }, emitAnswer);
    }
    const overview = await this.parts.overview.answer(input, retrieval);
    if (overview) emitAnswer({ type: 'sources', sources: overview.sources });
    if (overview && (overview.kind !== 'summary' || this.parts.model.isOffline))
      return write({ ...prompt, draft: overview.text }, emitAnswer);
    const found = overview
      ? { passages: overview.sources.map(toPassage) }
      : await this.parts.documents.search(input, retrieval, emitAnswer, signal);
    await write({ ...prompt, ...found }, emitAnswer);
  }
}

/** Only the persona's settings: the application may set others. */
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
