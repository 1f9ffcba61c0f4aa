import { Agent, type AgentInput, type Emit } from '../agent.js';
import type { DocumentSearch } from './document-search.js';
import type { MessagePictures } from './message-pictures.js';

/** Only a passage with such a score takes a question from the agent it was put to: wishes for films stay below 0.6. */
export const CERTAIN = 0.85;

/**
 * An agent that answers from its own data, unless the user's documents clearly hold the answer or the message has
 * images: then another agent who answers from documents takes the question. Its state stays as it is.
 */
export class DocumentsFirst extends Agent {
  readonly id: string;
  readonly label: string;
  readonly description: string;

  /** @param reader answers from documents */
  constructor(
    private readonly agent: Agent,
    private readonly reader: Agent,
    private readonly documents: DocumentSearch,
    private readonly pictures: MessagePictures,
  ) {
    super();
    ({ id: this.id, label: this.label, description: this.description } = agent);
  }

  async answer(input: AgentInput, emit: Emit, signal: AbortSignal): Promise<void> {
    const isForReader =
      (await this.pictures.hasAny(input)) ||
      (await this.documents.certainty(input, 'own', signal)) >= CERTAIN;
    if (!isForReader) return this.agent.answer(input, emit, signal);
    emit({ type: 'state', state: input.state });
    await this.reader.answer(input, emit, signal);
  }
}
