import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan, MoreThan, type EntityManager, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { EvalCase, EvalRun, EvalSet, type EvalStatus } from '../../entities/operations/evaluation.entity.js';
import { orMissingReference } from '../../foreign-keys.js';
import { toSlice, type EvaluationCursor, type Slice } from '../page.js';

export type StoredSet = Omit<EvalSet, 'owner'>;
export type StoredCase = Pick<EvalCase, 'id' | 'question' | 'expected' | 'tags'>;
export type NewCase = Omit<StoredCase, 'id'>;
export interface EvaluationPage {
  limit: number;
  cursor?: EvaluationCursor;
}

export const UNFINISHED: readonly EvalStatus[] = ['queued', 'running'];

/** Locks a set until the end of the transaction: cases are not added meanwhile, nor runs started. */
export const lockSet = (manager: EntityManager, id: string): Promise<unknown> =>
  manager.findOne(EvalSet, { where: { id }, select: { id: true }, lock: { mode: 'pessimistic_write' } });

/** Evaluation sets and their cases. */
@Injectable()
export class EvalSetsRepository {
  private readonly sets: Repository<EvalSet>;

  constructor(private readonly source: DataSource) {
    this.sets = source.getRepository(EvalSet);
  }

  /** @returns null when there is no such account */
  async add(name: string, ownerId: string | null): Promise<StoredSet | null> {
    const id = uuidv7();
    const inserted = await orMissingReference(this.sets.insert({ id, name, ownerId }));
    return inserted && this.find(id);
  }

  /** Newest first. */
  async list({ limit, cursor }: EvaluationPage): Promise<Slice<StoredSet>> {
    const where = cursor && { id: LessThan(cursor[0]) };
    const rows = await this.sets.find({ where, order: { id: 'DESC' }, take: limit + 1 });
    return toSlice(rows, limit, ({ id }) => [id]);
  }

  find(id: string): Promise<StoredSet | null> {
    return this.sets.findOneBy({ id });
  }

  /** @returns false when it does not exist */
  async delete(id: string): Promise<boolean> {
    const { affected } = await this.sets.delete({ id });
    return Boolean(affected);
  }

  /**
   * Adds cases, or none of them.
   * @returns the number of cases then; `full` when there would be more than `max`, `busy` while a run is unfinished
   */
  addCases(setId: string, cases: readonly NewCase[], max: number): Promise<number | 'full' | 'busy'> {
    return this.source.transaction(async (db) => {
      await lockSet(db, setId);
      if (await db.existsBy(EvalRun, { setId, status: In(UNFINISHED) })) return 'busy';
      const count = (await db.countBy(EvalCase, { setId })) + cases.length;
      if (count > max) return 'full';
      const rows = cases.map((one) => ({ id: uuidv7(), ...one }));
      // Thousands of rows with two parameters: $1 the set, $2 the cases
      await db.query(
        `INSERT INTO eval_cases (id, set_id, question, expected, tags)
         SELECT c.id, $1, c.question, c.expected, ARRAY(SELECT jsonb_array_elements_text(c.tags))
         FROM jsonb_to_recordset($2::jsonb) AS c (id uuid, question text, expected jsonb, tags jsonb)`,
        [setId, JSON.stringify(rows)],
      );
      return count;
    });
  }

  /** In the order in which they were added. */
  async listCases(setId: string, { limit, cursor }: EvaluationPage): Promise<Slice<StoredCase>> {
    const rows = await this.source.getRepository(EvalCase).find({
      where: { setId, ...(cursor && { id: MoreThan(cursor[0]) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return toSlice(rows, limit, ({ id }) => [id]);
  }
}
