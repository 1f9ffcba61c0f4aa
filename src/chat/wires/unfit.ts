import { InvalidInput } from '../../common/errors.js';

/** A validation error for one field. @param type of the issue; wires may show it as a code */
export const unfit = (field: string, msg: string, type = 'value_error') =>
  new InvalidInput([{ type, loc: ['body', field], msg, input: null }]);

/** Refuses the first parameter that a request uses and agents of this server do not support. */
export function refuseParameters(parameters: readonly [field: string, isUsed: unknown][]): void {
  const used = parameters.find(([, isUsed]) => isUsed);
  if (!used) return;
  const message = `Unsupported parameter: agents of this server do not take '${used[0]}'`;
  throw unfit(used[0], message, 'unsupported_parameter');
}
