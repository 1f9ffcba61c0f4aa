import { InvalidInput } from '../../common/errors.js';

/** A field that does not fit. @param type of the issue; wires may show it as a code */
export const unfit = (field: string, msg: string, type = 'value_error') =>
  new InvalidInput([{ type, loc: ['body', field], msg, input: null }]);
