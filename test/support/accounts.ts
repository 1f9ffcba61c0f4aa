import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { UsersRepository } from '../../src/database/repositories/users.repository.js';

/** Inserts an account that nobody can log in to. @returns its id */
export async function insertAccount(source: DataSource): Promise<string> {
  const id = randomUUID();
  const email = `${id}@example.com`;
  await new UsersRepository(source).insert({ id, email, emailKey: email, passwordHash: 'none' });
  return id;
}
