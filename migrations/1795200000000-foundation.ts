import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, conversations, messages and runs. */
export class Foundation1795200000000 implements MigrationInterface {
  name = 'Foundation1795200000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE users (
        id uuid NOT NULL,
        email text NOT NULL,
        email_key text NOT NULL,
        password_hash text NOT NULL,
        name text,
        groups text[] NOT NULL DEFAULT '{}',
        is_active boolean NOT NULL DEFAULT true,
        is_superuser boolean NOT NULL DEFAULT false,
        is_verified boolean NOT NULL DEFAULT false,
        conversations_opened integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT users_pkey PRIMARY KEY (id)
      );
      CREATE UNIQUE INDEX users_email_key ON users (email_key);

      CREATE TABLE refresh_tokens (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        family uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        spent_at timestamptz,
        successor_id uuid,
        CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id),
        CONSTRAINT refresh_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX refresh_tokens_user_id ON refresh_tokens (user_id);
      CREATE INDEX refresh_tokens_family ON refresh_tokens (family);

      CREATE TABLE conversations (
        id uuid NOT NULL,
        owner_id uuid NOT NULL,
        client_id text NOT NULL,
        number integer NOT NULL,
        title text,
        agent text NOT NULL,
        state jsonb NOT NULL DEFAULT '{}',
        message_count integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_message_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT conversations_pkey PRIMARY KEY (id),
        CONSTRAINT conversations_owner FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX conversations_owner_client_id ON conversations (owner_id, client_id);
      CREATE UNIQUE INDEX conversations_owner_number ON conversations (owner_id, number);
      CREATE INDEX conversations_owner_latest ON conversations (owner_id, last_message_at);
      CREATE INDEX conversations_client_id ON conversations (client_id);

      CREATE TABLE messages (
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        position integer NOT NULL,
        role text NOT NULL,
        content text NOT NULL,
        status text NOT NULL DEFAULT 'complete',
        sources jsonb,
        run_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT messages_pkey PRIMARY KEY (id),
        CONSTRAINT messages_conversation FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX messages_conversation_position ON messages (conversation_id, position);

      CREATE TABLE runs (
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        status text NOT NULL,
        lease_until timestamptz NOT NULL,
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT runs_pkey PRIMARY KEY (id),
        CONSTRAINT runs_conversation FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
      );
      CREATE INDEX runs_conversation_id ON runs (conversation_id);
      CREATE UNIQUE INDEX runs_one_streaming ON runs (conversation_id) WHERE status = 'streaming';
      CREATE INDEX runs_lease ON runs (lease_until) WHERE status = 'streaming';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE runs, messages, conversations, refresh_tokens, users');
  }
}
