import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { ChatModel, type ChatPrompt } from '../../adapters/chat-model/chat-model.js';
import { createHttpAgent } from '../../adapters/openai/http-agent.js';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { RunningRowsRepository } from '../../database/repositories/running-rows.repository.js';
import type { DocumentScope } from '../../ingestion/retrieval/retriever.js';
import type { Agent, AgentInput, Emit } from '../agent.js';
import { MemoriesService } from '../../sessions/memories/memories.service.js';
import { DocumentSearch } from '../documents/document-search.js';
import { TableTool } from '../tables/table-tool.js';
import { askAgent } from './ask-agent.tool.js';
import type { RuleCall } from './by-rule.js';
import { calculator } from './calculator/calculator.tool.js';
import { currentTime } from './current-time.tool.js';
import { McpTools } from './mcp/mcp-tools.js';
import { queryTable } from './query-table.tool.js';
import { searchDocuments } from './search-documents.tool.js';
import { SourceList } from './source-list.js';
import { remember } from './remember.tool.js';
import { readKept } from './suspended.js';
import { ToolAnswer } from './tool-answer.js';
import { ToolCalls } from './tool-calls.js';
import { isToolName, type ToolName } from './tool-names.js';
import { unattended, type Tool } from './tool.js';
import { PageFetcher } from './web/page-fetcher.js';
import { webFetch } from './web/web-fetch.tool.js';
import { webSearch } from './web/web-search.tool.js';

/** UTF-16 units of a row in the running table. */
const MAX_ROW = 2_000;

/** What an answer with tools rests on. */
export interface ToolQuestion {
  /** Id of the agent that answers. */
  agent: string;
  input: AgentInput;
  prompt: ChatPrompt;
  names: readonly string[];
  /** Of an agent in code, beside those. */
  own?: readonly Tool[];
  /** Those of them that need approval for every call. */
  approval: readonly string[];
  scope: DocumentScope | 'none';
  /** Those that were found before. */
  sources: SourceList;
}

/** Lets a model answer with tools. */
@Injectable()
export class Toolbox implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Whether an agent has tools that its model calls. */
  isNeeded = false;
  /** All agents at present, once they are there: those that another one may ask. */
  agents: () => readonly Agent[] = () => [];
  /** Null where pages are not to be fetched. */
  private readonly pages: PageFetcher | null;
  private readonly searxng: { url: string; agent: Dispatcher } | null;

  constructor(
    private readonly model: ChatModel,
    private readonly documents: DocumentSearch,
    private readonly tables: TableTool,
    private readonly mcp: McpTools,
    private readonly rows: RunningRowsRepository,
    private readonly memories: MemoriesService,
    private readonly logger: Logger,
    { env }: Config,
  ) {
    this.pages =
      env.WEB_FETCH === 'on'
        ? new PageFetcher((env.WEB_FETCH_HOSTS ?? []).map((host) => host.toLowerCase()))
        : null;
    this.searxng = env.SEARXNG_URL ? { url: env.SEARXNG_URL, agent: createHttpAgent(env, {}) } : null;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pages?.close(), this.searxng?.agent.destroy()]);
  }

  /** The first answer with tools should not wait for modules that take seconds to load. */
  onApplicationBootstrap(): void {
    if (!this.isNeeded) return;
    import('../../adapters/tool-loop/langchain-loop.js').catch((err: unknown) =>
      this.logger.error({ err }, 'LangChain cannot be loaded'),
    );
  }

  /**
   * Carries out one call that no model has asked for.
   * @returns the answer in words
   */
  async callByRule(
    input: AgentInput,
    { name, input: its, toAnswer }: RuleCall,
    emit: Emit,
    signal: AbortSignal,
  ) {
    const sources = new SourceList(emit);
    const tools = new Map([calculator, currentTime].map((tool) => [tool.spec.name, tool]));
    let failure: string | null = null;
    const calls = this.callsOf(input, tools, sources, signal, (event) => {
      if (event.type === 'tool' && event.phase === 'failed') failure = event.error;
      emit(event);
    });
    const result = await calls.call({ id: 'rule', name, input: its });
    return failure ?? toAnswer(result);
  }

  /** @throws SettingError when an agent lists tools that can never be there */
  check(agent: string, names: readonly string[]): void {
    this.mcp.check(agent, names);
  }

  /** @throws ModelError, or the signal's reason */
  async answer(question: ToolQuestion, emit: Emit, signal: AbortSignal): Promise<void> {
    const { input, prompt, sources, names, approval } = question;
    const remote = await this.mcp.open(input.ownerId, { names, approval }, signal);
    try {
      for (const text of remote.notes) emit({ type: 'log', text });
      const local = this.toolsOf(question);
      const all = [...local, ...(question.own ?? []), ...remote.tools].map((tool) =>
        input.asked ? unattended(tool) : tool,
      );
      const tools = new Map(all.map((tool) => [tool.spec.name, tool]));
      const { resumed } = input;
      const kept = resumed && readKept(resumed.resume);
      const calls = this.callsOf(input, tools, sources, signal, emit, kept?.used);
      const instructions = [prompt.instructions, ...remote.notes].join('\n\n');
      const its = { ...prompt, instructions, ...(kept && { passages: kept.passages, draft: kept.draft }) };
      await new ToolAnswer({ model: this.model, prompt: its, tools, calls, emit, signal }).run(resumed);
    } finally {
      remote.close();
    }
  }

  private callsOf(
    input: AgentInput,
    tools: ReadonlyMap<string, Tool>,
    sources: SourceList,
    signal: AbortSignal,
    emit: Emit,
    used = 0,
  ): ToolCalls {
    return new ToolCalls({
      tools,
      allowance: input.asked?.allowance ?? { used },
      context: { input, sources },
      emit,
      signal,
      keep: (type, text) => this.keep(input, type, text),
      onError: (err, name) => this.logger.warn({ err, tool: name }, 'a tool failed'),
    });
  }

  private toolsOf(question: ToolQuestion): Tool[] {
    const { names, approval } = question;
    return names.filter(isToolName).flatMap((name) => {
      const tool = this.tool(name, question);
      if (!tool) return [];
      return approval.includes(name) ? { ...tool, needsApproval: () => true } : tool;
    });
  }

  private tool(name: ToolName, { agent, input, scope }: ToolQuestion): Tool | null {
    switch (name) {
      case 'search_documents':
        return scope === 'none' ? null : searchDocuments(this.documents, scope);
      case 'query_table':
        return queryTable(this.tables);
      case 'calculator':
        return calculator;
      case 'current_time':
        return currentTime;
      case 'web_fetch':
        return this.pages && webFetch(this.pages);
      case 'web_search':
        return this.searxng && webSearch(this.searxng.url, this.searxng.agent);
      case 'remember':
        return this.memories.isOn ? remember(this.memories) : null;
      case 'ask_agent': {
        const others = this.agents().filter(({ id }) => id !== agent);
        return input.asked || others.length === 0 ? null : askAgent(others);
      }
    }
  }

  /** A row of the running table; an answer does not fail because it cannot be kept. */
  private async keep({ ownerId, conversationRowId }: AgentInput, type: string, text: string): Promise<void> {
    const description = text.slice(0, MAX_ROW).toWellFormed();
    try {
      await this.rows.add(ownerId, conversationRowId, { type, description });
    } catch (err) {
      this.logger.warn({ err, tool: type }, 'the result of a tool could not be stored in the running table');
    }
  }
}
