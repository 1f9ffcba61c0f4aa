import { Injectable } from '@nestjs/common';
import { ChatModel } from '../../adapters/chat-model/chat-model.js';
import { streamAnswer } from '../stream-answer.js';
import { Agent, type AgentInput, type Emit } from '../agent.js';
import { decide } from './dialogue/decide.js';
import { FilmCatalogue } from '../../catalogue/film.js';
import { execute, progressOf } from './dialogue/execute.js';
import { INSTRUCTIONS, recent, toPassage, toSource } from './dialogue/prompt.js';
import { buildTurnContext } from './dialogue/build-turn-context.js';
import { parseMemory, toState } from './memory/state.js';

/** Finds the film someone half remembers or would like, and talks about it: discovery, confirmation, questions. */
@Injectable()
export class MovieFinderAgent extends Agent {
  readonly id = 'movie-finder';
  readonly label = 'Movie Finder';
  readonly description = 'Finds the film you half remember or would enjoy, and answers questions about it.';
  override readonly leavesDocumentsToAssistant = true;

  constructor(
    private readonly catalogue: FilmCatalogue,
    private readonly model: ChatModel,
  ) {
    super();
  }

  async answer(input: AgentInput, emit: Emit, signal: AbortSignal): Promise<void> {
    const memoryBefore = parseMemory(input.state);
    const turn = await buildTurnContext(this.catalogue, this.model, memoryBefore, input, emit, signal);
    const action = decide(turn);
    const progress = progressOf(action);
    if (progress) emit({ type: 'log', text: progress });

    const { memory, offered, confirmed, sources, draft } = await execute(
      action,
      turn,
      this.catalogue,
      signal,
    );
    signal.throwIfAborted();
    if (sources.length > 0) emit({ type: 'sources', sources: sources.map(toSource) });
    emit({ type: 'state', state: toState(memory, offered, confirmed) });

    const { message, history, context, continues } = input;
    const passages = sources.map(({ film }) => toPassage(film));
    const prompt = {
      instructions: INSTRUCTIONS,
      history: recent(history),
      message,
      passages,
      context,
      draft,
      continues,
    };
    await streamAnswer(this.model, prompt, emit, signal);
  }
}
