import { Module } from '@nestjs/common';
import { ChatModel } from '../adapters/chat-model/chat-model.js';
import { readMcpServers } from '../adapters/mcp/mcp-servers.js';
import { createHttpAgent } from '../adapters/openai/http-agent.js';
import { ChatModelModule } from '../adapters/chat-model/chat-model.module.js';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { Logger } from '../common/logger.js';
import { Config } from '../config/config.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import type { Agent } from './agent.js';
import { AgentRegistry } from './agent-registry.js';
import { AGENTS_IN_CODE } from './agents-in-code.js';
import { DocumentSearch } from './documents/document-search.js';
import { DocumentsFirst } from './documents/documents-first.js';
import { MessagePictures } from './documents/message-pictures.js';
import { DocumentOverview } from './documents/overview.js';
import { UnreadFiles } from './documents/unread-files.js';
import { ASSISTANT, PersonaAgent, type Persona } from './personas/persona.agent.js';
import { readPersonas } from './personas/persona-files.js';
import { TableTool } from './tables/table-tool.js';
import { McpTools } from './tools/mcp/mcp-tools.js';
import { Toolbox } from './tools/toolbox.js';

/** The agents: those without code first, as the clients of the agent desk know them. */
@Module({
  imports: [CatalogueModule, ChatModelModule, IngestionModule],
  providers: [
    DocumentSearch,
    TableTool,
    UnreadFiles,
    MessagePictures,
    DocumentOverview,
    Toolbox,
    {
      provide: McpTools,
      inject: [Config, Logger],
      useFactory: async ({ env, mcpSecrets }: Config, logger: Logger) => {
        const file = env.MCP_SERVERS_FILE;
        const servers = file ? await readMcpServers(file, mcpSecrets) : [];
        return new McpTools(servers, createHttpAgent(env, {}), logger);
      },
    },
    ...AGENTS_IN_CODE,
    {
      provide: AgentRegistry,
      inject: [
        Config,
        ChatModel,
        DocumentSearch,
        TableTool,
        UnreadFiles,
        MessagePictures,
        DocumentOverview,
        Toolbox,
        ...AGENTS_IN_CODE,
      ],
      useFactory: async (
        { env }: Config,
        model: ChatModel,
        documents: DocumentSearch,
        tables: TableTool,
        unread: UnreadFiles,
        pictures: MessagePictures,
        overview: DocumentOverview,
        toolbox: Toolbox,
        ...inCode: Agent[]
      ) => {
        const persona = (id: string, its: Persona) =>
          new PersonaAgent(id, its, model, documents, tables, unread, pictures, overview, toolbox);
        const personas = [...(await readPersonas(env.AGENTS_DIR))].map(([id, its]) => persona(id, its));
        const assistant = persona('assistant', ASSISTANT);
        const coded = inCode.map((agent) =>
          agent.leavesDocumentsToAssistant
            ? new DocumentsFirst(agent, assistant, documents, pictures)
            : agent,
        );
        toolbox.agents = [...personas, assistant, ...coded];
        return new AgentRegistry(toolbox.agents, assistant.id);
      },
    },
  ],
  exports: [AgentRegistry],
})
export class AgentsModule {}
