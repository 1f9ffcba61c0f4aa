import { InvalidInput } from '../common/errors.js';
import { parseInput } from '../common/http/validation.pipe.js';
import type { NewCase } from '../database/repositories/evaluations/eval-sets.repository.js';
import { newCaseSchema } from './schemas.js';

/**
 * Parses cases in JSON Lines; blank lines are skipped.
 * @throws InvalidInput naming the first invalid line, from 1
 */
export function readCaseLines(text: string): NewCase[] {
  const cases = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, i) => (line.trim() ? [readLine(line, i + 1)] : []));
  if (cases.length === 0) throw invalid(1, 'missing', 'Field required');
  return cases;
}

function readLine(line: string, number: number): NewCase {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid(number, 'json_invalid', 'JSON decode error');
  }
  return parseInput(newCaseSchema, value, 'body', `line ${number}`);
}

const invalid = (number: number, type: string, msg: string) =>
  new InvalidInput([{ type, loc: ['body', `line ${number}`], msg, input: null }]);
