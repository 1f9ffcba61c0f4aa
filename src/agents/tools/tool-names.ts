import { isMcpTool } from './mcp/mcp-tools.js';

/** The tools that a persona may list, by the names that models call them by. */
export const TOOL_NAMES = [
  'search_documents',
  'query_table',
  'calculator',
  'current_time',
  'web_fetch',
  'web_search',
  'ask_agent',
  'remember',
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];
export const isToolName = (name: string): name is ToolName =>
  (TOOL_NAMES as readonly string[]).includes(name);

/** Whether a persona may list this: a tool, `mcp:SERVER` for all tools of a server, or `mcp:SERVER/TOOL`. */
export const isListable = (name: string): boolean => isToolName(name) || isMcpTool(name);
