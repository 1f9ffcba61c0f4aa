import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type FilmOrigin = 'shipped' | 'imported';

/** One film of the catalogue. */
@Entity('films')
export class FilmRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('films_imdb_id', { unique: true })
  @Column('text', { name: 'imdb_id', nullable: true })
  imdbId!: string | null;

  @Column('text')
  title!: string;

  /** Title and year, normalised: finds a film again whose IMDb id is unknown. Not unique: remakes share years too. */
  @Index('films_title_key')
  @Column('text', { name: 'title_key' })
  titleKey!: string;

  @Column('integer', { nullable: true })
  year!: number | null;

  @Column('text', { array: true, default: () => "'{}'" })
  directors!: string[];

  @Column('text', { array: true, default: () => "'{}'" })
  cast!: string[];

  @Column('text', { array: true, default: () => "'{}'" })
  genres!: string[];

  /** IMDb's, 0…10. */
  @Column('real', { nullable: true })
  rating!: number | null;

  @Column('text', { nullable: true })
  poster!: string | null;

  @Column('text', { array: true, default: () => "'{}'" })
  moods!: string[];

  @Column('text', { array: true, default: () => "'{}'" })
  keywords!: string[];

  @Column('text')
  plot!: string;

  /** Original title, if different. */
  @Column('text', { name: 'original_title', nullable: true })
  originalTitle!: string | null;

  /** Minutes. */
  @Column('integer', { nullable: true })
  runtime!: number | null;

  /** As printed on the poster: "PG-13", "R", "FSK 12". */
  @Column('text', { name: 'age_rating', nullable: true })
  ageRating!: string | null;

  /** The original language in English: "Japanese". */
  @Column('text', { nullable: true })
  language!: string | null;

  /** Shipped films are updated with the shipped file; imported ones belong to the installation. */
  @Column('text')
  origin!: FilmOrigin;

  /** The catalogue's revision that last changed this film's text. */
  @Column('integer')
  revision!: number;

  /** Unit-length embedding, int8 per dimension; null before it is computed. */
  @Column('bytea', { nullable: true })
  vector!: Buffer | null;

  /** The embedding model of the vector. */
  @Column('text', { name: 'vector_model', nullable: true })
  vectorModel!: string | null;
}
