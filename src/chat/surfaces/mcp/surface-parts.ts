import type { SurfaceParts } from '../../surface.js';
import { AskAgentTool } from './ask-agent.tool.js';
import { AttachmentResources } from './attachment.resources.js';
import { LibraryTools } from './library.tools.js';
import { McpServerFactory } from './mcp-server.js';
import { McpController } from './mcp.controller.js';

export const mcpParts: SurfaceParts = {
  controllers: [McpController],
  providers: [McpServerFactory, AskAgentTool, LibraryTools, AttachmentResources],
  tag: [
    'MCP',
    'Agents, documents and conversations as tools of programs that speak the Model Context Protocol.',
  ],
};
