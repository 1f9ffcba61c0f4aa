import { Module } from '@nestjs/common';
import { ChatModel } from '../adapters/chat-model/chat-model.js';
import { ChatModelModule } from '../adapters/chat-model/chat-model.module.js';
import { EmbeddingsModule } from '../adapters/embeddings/embeddings.module.js';
import { Config } from '../config/config.js';
import { AgentRegistry } from './agent-registry.js';
import { catalogueProviders } from './movie-finder/catalogue/catalogue.providers.js';
import { MovieFinderAgent } from './movie-finder/movie-finder.agent.js';
import { ASSISTANT, PersonaAgent } from './personas/persona.agent.js';
import { readPersonas } from './personas/persona-files.js';

/** The agents: those without code first, as the clients of the agent desk know them. */
@Module({
  imports: [ChatModelModule, EmbeddingsModule],
  providers: [
    ...catalogueProviders,
    MovieFinderAgent,
    {
      provide: AgentRegistry,
      inject: [Config, ChatModel, MovieFinderAgent],
      useFactory: async ({ env }: Config, model: ChatModel, movieFinder: MovieFinderAgent) => {
        const personas = [...(await readPersonas(env.AGENTS_DIR))].map(
          ([id, p]) => new PersonaAgent(id, p, model),
        );
        return new AgentRegistry(
          [...personas, new PersonaAgent('assistant', ASSISTANT, model), movieFinder],
          'assistant',
        );
      },
    },
  ],
  exports: [AgentRegistry],
})
export class AgentsModule {}
