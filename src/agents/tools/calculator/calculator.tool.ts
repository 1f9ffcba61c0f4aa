import { z } from 'zod';
import { defineTool } from '../tool.js';
import { calculate, MAX_EXPRESSION } from './expression.js';

export const calculator = defineTool({
  name: 'calculator',
  description:
    'Computes an arithmetic expression exactly: + - * / ^ %, parentheses, sqrt, round(x, digits), min, max, sum, avg, ' +
    'abs, ln, log, sin, cos, tan, pi, and days(y, m, d, y, m, d) from one date to another. Use it for every calculation. Numbers are written with a decimal point and ' +
    'without separators of thousands.',
  schema: z.object({
    expression: z.string().min(1).max(MAX_EXPRESSION).describe('such as (1250 - 980) / 980 * 100'),
  }),
  run: ({ expression }) => ({ text: String(calculate(expression)) }),
});
