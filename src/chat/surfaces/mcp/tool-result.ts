import type { CallToolResult } from '@modelcontextprotocol/server';
import { ParleyError } from '../../../common/errors.js';
import { sentenceOf } from '../../wires/sentence.js';

/** A result with the same content as text, for clients that read no structured content. */
export const toResult = (
  text: string,
  structuredContent: Record<string, unknown>,
  links: CallToolResult['content'] = [],
): CallToolResult => ({ content: [{ type: 'text', text }, ...links], structuredContent });

/** What a client may know of an error: refusals as they are, and nothing of what is inside. */
export function toRefusal(error: unknown): { code: string; message: string } {
  if (error instanceof ParleyError) return { code: error.code, message: sentenceOf(error) };
  return { code: 'internal', message: 'The call could not be completed' };
}

/**
 * Runs a tool. What goes wrong is a result, so that the model which called it reads why.
 * @param onFailure called with what is no refusal
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
