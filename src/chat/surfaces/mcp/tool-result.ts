import type { CallToolResult } from '@modelcontextprotocol/server';
import { ParleyError } from '../../../common/errors.js';
import { sentenceOf } from '../../wires/sentence.js';

/** A result with its structured content repeated as text, for clients that read text only. */
export const toResult = (
  text: string,
  structuredContent: Record<string, unknown>,
  links: CallToolResult['content'] = [],
): CallToolResult => ({ content: [{ type: 'text', text }, ...links], structuredContent });

/** The client's view of an error: refusals unchanged, no details of internal errors. */
export function toRefusal(error: unknown): { code: string; message: string } {
  if (error instanceof ParleyError) return { code: error.code, message: sentenceOf(error) };
  return { code: 'internal', message: 'The call could not be completed' };
}

/**
 * Runs a tool. Errors become results, so that the calling model can read the reason.
 * @param onFailure called with unexpected errors
 */
export async function asResult(
  work: () => CallToolResult | Promise<CallToolResult>,
  onFailure: (error: unknown) => void,
): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ParleyError)) onFailure(error);
    const { code, message } = toRefusal(error);
    return toFailure(code, message);
  }
}

export const toFailure = (code: string, message: string): CallToolResult => ({
  content: [{ type: 'text', text: `${code}: ${message}` }],
  isError: true,
});
