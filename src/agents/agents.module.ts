import { Module } from '@nestjs/common';
import { ChatModel } from '../adapters/chat-model/chat-model.js';
import { ChatModelModule } from '../adapters/chat-model/chat-model.module.js';
import { Config } from '../config/config.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { AgentRegistry } from './agent-registry.js';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { DocumentSearch } from './documents/document-search.js';
import { DocumentsFirst } from './documents/documents-first.js';
import { MovieFinderAgent } from './movie-finder/movie-finder.agent.js';
import { UnreadFiles } from './documents/unread-files.js';
import { TableTool } from './tables/table-tool.js';
import { ASSISTANT, PersonaAgent, type Persona } from './personas/persona.agent.js';
import { readPersonas } from './personas/persona-files.js';

/** The agents: those without code first, as the clients of the agent desk know them. */
@Module({
  imports: [CatalogueModule, ChatModelModule, IngestionModule],
  providers: [
    DocumentSearch,
    TableTool,
    UnreadFiles,
    MovieFinderAgent,
    {
      provide: AgentRegistry,
      inject: [Config, ChatModel, DocumentSearch, TableTool, UnreadFiles, MovieFinderAgent],
      useFactory: async (
        { env }: Config,
        model: ChatModel,
        documents: DocumentSearch,
        tables: TableTool,
        unread: UnreadFiles,
        movieFinder: MovieFinderAgent,
      ) => {
        const persona = (id: string, its: Persona) =>
          new PersonaAgent(id, its, model, documents, tables, unread);
        const personas = [...(await readPersonas(env.AGENTS_DIR))].map(([id, its]) => persona(id, its));
        const assistant = persona('assistant', ASSISTANT);
        return new AgentRegistry(
          [...personas, assistant, new DocumentsFirst(movieFinder, assistant, documents)],
          assistant.id,
        );
      },
    },
  ],
  exports: [AgentRegistry],
})
export class AgentsModule {}
