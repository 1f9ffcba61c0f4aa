import type { ChatTurn, FinishReason, Generation, Usage } from '../adapters/chat-model/chat-model.js';
import type { Json, JsonObject } from '../common/json.js';

/** A piece of a document an answer rests on. */
export interface Source {
  source: string;
  title: string;
  text: string;
  /** 0…1, higher is nearer. */
  score: number;
  metadata: JsonObject;
}

export interface AgentInput {
  ownerId: string;
  /** The conversation's row id, not the one clients see. */
  conversationRowId: string;
  message: string;
  /** Of the message in its conversation; the first is 1. */
  position?: number;
  /** Earlier turns, oldest first. */
  history: readonly ChatTurn[];
  /** Facts that the user has confirmed, newest first. */
  memories?: readonly string[];
  /** Stands for the messages before the history. */
  summary?: string;
  /** Earlier messages of the user, oldest first; shortened. */
  earlier?: readonly string[];
  /** What this agent left behind after its last answer; `{}` at first. */
  state: JsonObject;
  /** Whether there are any documents the owner may be answered from. */
  hasDocuments: boolean;
  /** Data from the client; never instructions. */
  context?: Json;
  /** The beginning of the reply, of an earlier run that was cut; the agent's text continues it. */
  continues?: string;
  /** The client's options for the documents to answer from. */
  documents?: DocumentOptions;
  /** What the application adds to the agent's instructions. */
  instructions?: string;
  /** The application's model parameters, where the agent sets none. */
  generation?: Generation;
  /** Tools that the user has allowed in this conversation once and for all. */
  allowedTools?: readonly string[];
  /** The state from which a suspended answer resumes. */
  resumed?: ResumedAnswer;
  /** Set when another agent asks in the course of its own answer: calls that need approval fail. */
  asked?: { allowance: CallAllowance };
}

/** The calls of tools in a run, whichever agent makes them. */
export interface CallAllowance {
  /** How many there were, those beyond the limit included. */
  used: number;
}

/** A call of a tool that needs approval. */
export interface ApprovalRequest {
  /** Of the request; decisions name it. */
  id: string;
  /** Of the call in the events of the run. */
  callId: string;
  tool: string;
  input: JsonObject;
  /** JSON Schema of the tool's input, which an edited one must fit. */
  schema?: JsonObject;
}

/** What a person has decided about a call. */
export interface Decision {
  decision: 'approve' | 'reject' | 'edit';
  /** In place of the model's, when it was edited. */
  input?: JsonObject;
  /** For the model, when it was rejected. */
  note?: string;
}

/** The stored state of a suspended answer, and the decisions. */
export interface ResumedAnswer {
  /** As the agent has emitted it. */
  resume: JsonObject;
  /** One for each request, by its id. */
  decisions: Readonly<Record<string, Decision>>;
  sources: readonly Source[];
}

export interface DocumentOptions {
  /** Passages to answer from, at most. */
  topK?: number;
  /** The only attachments to answer from; the owner may see each of them. */
  attachmentIds?: readonly string[];
  /** The only documents that are searched where no attachments are named, of those that the owner may see. */
  within?: readonly string[];
}

/** One step of a tool call. */
export type ToolEvent = {
  type: 'tool';
  /** Of the call; not used by any other. */
  id: string;
  name: string;
} &
  /** Needs approval first; `called` or `failed` follows the decision. */
  (
    | { phase: 'waiting'; approvalId: string; input: JsonObject }
    /** @param approvalId of the request that was approved, where there was one */
    | { phase: 'called'; input: JsonObject; approvalId?: string }
    /** @param ms duration */
    | { phase: 'done'; output: Json; ms?: number }
    /** In words that people may read. */
    | { phase: 'failed'; error: string; isRejected?: true; ms?: number }
  );

/** What an agent does while it answers. */
export type AgentEvent =
  /** The tokens that came at once; all tokens together are the reply. */
  | { type: 'text'; tokens: readonly string[] }
  /** Progress a person may read: a search, a tool. */
  | { type: 'log'; text: string }
  | { type: 'sources'; sources: Source[] }
  /** The state after this answer; comes before the text it belongs to. */
  | { type: 'state'; state: JsonObject }
  /** A piece of the model's thinking. */
  | { type: 'reasoning'; text: string }
  /** The text so far was no part of the reply after all. */
  | { type: 'retract' }
  /** A tool that the agent uses: `called` first, then `done` or `failed` with the same id. */
  | ToolEvent
  /** The last event of an answer that resumes after a decision: see `AgentInput.resumed`. */
  | { type: 'suspend'; approvals: ApprovalRequest[]; resume: JsonObject }
  /** Of one call of a model; those of a run are added up. */
  | { type: 'usage'; usage: Usage; model?: string }
  /** Estimated usage of a request to a model in progress, until its `usage` is known. */
  | { type: 'request'; usageSoFar: () => Usage | null; model?: string }
  /** Why the model stopped writing; `stop` by default. */
  | { type: 'finish'; reason: FinishReason };

/** Takes the events of an agent synchronously and in order; never throws. */
export type Emit = (event: AgentEvent) => void;

/** A named thing that answers. Agents keep nothing between answers but `state`. */
export abstract class Agent {
  /** Stable and kebab-case; stored with the conversation. */
  abstract readonly id: string;
  /** What people see. */
  abstract readonly label: string;
  abstract readonly description: string;
  /**
   * True when the agent answers from its own data: a question that the user's documents clearly answer
   * then goes to the assistant.
   */
  readonly leavesDocumentsToAssistant: boolean = false;

  /** Of an agent that an admin has created. */
  readonly version: number | null = null;

  /** What clients show before the first message. */
  readonly greeting: string | null = null;

  /** First messages that clients offer. */
  readonly starters: readonly string[] = [];

  /** The model that answers and its context size, where they are not the server's. */
  readonly context: { model?: string; contextTokens?: number } = {};

  /** True when it can answer in JSON, which takes a model; see `Generation.format`. */
  readonly writesJson: boolean = false;

  /**
   * Answers one message. Stops soon after the signal, by throwing or returning.
   * @param emit a call rather than an iteration: nothing asynchronous happens for each token
   * @throws ModelError and whatever else goes wrong; the run turns it into a `failed` event
   */
  abstract answer(input: AgentInput, emit: Emit, signal: AbortSignal): Promise<void>;
}
