import { Module } from '@nestjs/common';
import { readMcpServers } from '../adapters/mcp/mcp-servers.js';
import { createHttpAgent } from '../adapters/openai/http-agent.js';
import { ChatModelModule } from '../adapters/chat-model/chat-model.module.js';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { Logger } from '../common/logger.js';
import { Config } from '../config/config.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import type { Agent } from './agent.js';
import { AgentRegistry } from './agent-registry.js';
import { AGENTS_IN_CODE } from './agents-in-code.js';
import { DocumentSearch } from './documents/document-search.js';
import { DocumentsFirst } from './documents/documents-first.js';
import { MessagePictures } from './documents/message-pictures.js';
import { DocumentOverview } from './documents/overview.js';
import { UnreadFiles } from './documents/unread-files.js';
import { PersonaAgent } from './personas/persona.agent.js';
import { PersonaParts } from './personas/persona-parts.js';
import { ASSISTANT } from './personas/persona.js';
import { readPersonas } from './personas/persona-files.js';
import { StoredAgents } from './stored/stored-agents.js';
import { TableTool } from './tables/table-tool.js';
import { McpTools } from './tools/mcp/mcp-tools.js';
import { Toolbox } from './tools/toolbox.js';

/** The agents: those without code first, in the order that clients of the agent desk expect. */
@Module({
  imports: [CatalogueModule, ChatModelModule, IngestionModule, SessionsModule],
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
    PersonaParts,
    StoredAgents,
    ...AGENTS_IN_CODE,
    {
      provide: AgentRegistry,
      inject: [Config, PersonaParts, StoredAgents, ...AGENTS_IN_CODE],
      useFactory: async ({ env }: Config, parts: PersonaParts, stored: StoredAgents, ...inCode: Agent[]) => {
        const personas = [...(await readPersonas(env.AGENTS_DIR))].map(
          ([id, persona]) => new PersonaAgent(id, persona, parts),
        );
        const assistant = new PersonaAgent('assistant', ASSISTANT, parts);
        const coded = inCode.map((agent) =>
          agent.leavesDocumentsToAssistant
            ? new DocumentsFirst(agent, assistant, parts.documents, parts.pictures)
            : agent,
        );
        const registry = new AgentRegistry([...personas, assistant, ...coded], assistant.id, stored);
        parts.toolbox.agents = () => registry.all;
        return registry;
      },
    },
  ],
  exports: [AgentRegistry, StoredAgents, Toolbox],
})
export class AgentsModule {}
