import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The film catalogue. */
export class Films1795200000001 implements MigrationInterface {
  name = 'Films1795200000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE catalogue_state (
        id integer NOT NULL,
        revision integer NOT NULL DEFAULT 0,
        shipped_checksum text,
        CONSTRAINT catalogue_state_pkey PRIMARY KEY (id)
      );
      INSERT INTO catalogue_state (id) VALUES (1);

      CREATE TABLE films (
        id uuid NOT NULL,
        imdb_id text,
        title text NOT NULL,
        title_key text NOT NULL,
        year integer,
        directors text[] NOT NULL DEFAULT '{}',
        "cast" text[] NOT NULL DEFAULT '{}',
        genres text[] NOT NULL DEFAULT '{}',
        rating real,
        poster text,
        moods text[] NOT NULL DEFAULT '{}',
        keywords text[] NOT NULL DEFAULT '{}',
        plot text NOT NULL,
        origin text NOT NULL,
        revision integer NOT NULL,
        vector bytea,
        vector_model text,
        CONSTRAINT films_pkey PRIMARY KEY (id)
      );
      CREATE UNIQUE INDEX films_imdb_id ON films (imdb_id);
      CREATE INDEX films_title_key ON films (title_key);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE films, catalogue_state');
  }
}
