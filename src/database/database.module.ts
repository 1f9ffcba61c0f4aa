import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { openDatabase } from './data-source.js';
import { ConversationsRepository } from './repositories/conversations.repository.js';
import { FilmsRepository } from './repositories/films.repository.js';
import { MessagesRepository } from './repositories/messages.repository.js';
import { RefreshTokensRepository } from './repositories/refresh-tokens.repository.js';
import { RunsRepository } from './repositories/runs.repository.js';
import { UsersRepository } from './repositories/users.repository.js';

const repositories = [
  ConversationsRepository,
  FilmsRepository,
  MessagesRepository,
  RefreshTokensRepository,
  RunsRepository,
  UsersRepository,
];

/** PostgreSQL: the connection pool and the only code that speaks SQL. */
@Global()
@Module({
  providers: [
    {
      provide: DataSource,
      inject: [Config],
      useFactory: ({ env }: Config) => openDatabase({ url: env.DATABASE_URL ?? '', pool: env.DATABASE_POOL }),
    },
    ...repositories,
  ],
  exports: [DataSource, ...repositories],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly source: DataSource) {}

  async onApplicationShutdown(): Promise<void> {
    await this.source.destroy();
  }
}
