import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SettingError } from '../../config/env.js';
import { personaSchema, type Persona } from './persona.js';

/**
 * The personas in the YAML files of a folder, by the names of their files, in the order people see them.
 * @throws SettingError naming the file that cannot be used
 */
export async function readPersonas(folder: string): Promise<Map<string, Persona>> {
  const files = await readdir(folder).catch(() => {
    throw new SettingError(`AGENTS_DIR ${folder} cannot be read`);
  });
  const personas = new Map<string, Persona>();
  for (const file of files.filter((name) => /\.ya?ml$/.test(name)).sort())
    personas.set(
      file.replace(/\.ya?ml$/, ''),
      parsePersona(file, await readFile(join(folder, file), 'utf8')),
    );
  return new Map([...personas].sort(([, a], [, b]) => a.order - b.order));
}

/** @throws SettingError */
export function parsePersona(file: string, text: string): Persona {
  try {
    return personaSchema.parse(parse(text));
  } catch (error) {
    const [issue] = (error as { issues?: { path: PropertyKey[]; message: string }[] }).issues ?? [];
    const problem = issue
      ? `${issue.path.join('.') || 'the file'}: ${issue.message}`
      : (error as Error).message;
    throw new SettingError(
      `AGENTS_DIR has an agent that cannot be used, ${file}: ${problem.split('\n', 1)[0]}`,
    );
  }
}
