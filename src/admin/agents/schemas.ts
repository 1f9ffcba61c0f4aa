import { z } from 'zod';
import type { Agent } from '../../agents/agent.js';
import { PersonaAgent } from '../../agents/personas/persona.agent.js';
import { personaSchema } from '../../agents/personas/persona.js';
import { cursor } from '../../common/cursor.js';
import { queryInteger } from '../../common/schemas.js';
import { boundedText } from '../../common/text.js';
import type { AgentVersion } from '../../database/entities/agents/agent.entity.js';
import type { CurrentAgent } from '../../database/repositories/agents/agents.repository.js';
import { agentCursor, agentVersionCursor } from '../../database/repositories/page.js';

const DEFINITION = {
  label: 'Clerk',
  description: 'Answers questions about tables.',
  prompt: 'You are a clerk. Compute with the calculator.',
  tools: ['calculator'],
};
const SAVED = { ...DEFINITION, order: 100, retrieval: 'all', approval: [], starters: [] };
const AUTHOR = '7b3b9eca-9be9-4809-ae21-4ab3ed1ed703';
const TIME = '2026-01-31T09:30:00.000Z';
const NEXT = z.string().nullable().describe('the `cursor` of the next page; null on the last page');

const agentId = boundedText(1, 64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
    error: 'String should be in kebab-case: letters a to z, digits and single hyphens',
  })
  .describe('stays; clients choose the agent by it or by its label');

export const definitionSchema = personaSchema.meta({ id: 'AgentDefinition', example: DEFINITION });
const savedDefinitionSchema = personaSchema.meta({ id: 'SavedAgentDefinition', example: SAVED });
export const newAgentSchema = personaSchema
  .extend({ id: agentId })
  .meta({ id: 'NewAgent', example: { id: 'clerk', ...DEFINITION } });
export const agentUpdateSchema = z
  .object({ is_enabled: z.boolean() })
  .meta({ id: 'AgentUpdate', example: { is_enabled: false } });
export const rollbackSchema = z
  .object({
    version: z
      .int()
      .min(1)
      .max(2 ** 31 - 1),
  })
  .meta({ id: 'AgentRollback', example: { version: 1 } });

export const agentPageSchema = z.object({
  limit: queryInteger({ min: 1, max: 200, fallback: 50 }),
  cursor: cursor(agentCursor).optional(),
});
export const versionPageSchema = z.object({
  limit: queryInteger({ min: 1, max: 200, fallback: 50 }),
  cursor: cursor(agentVersionCursor).optional(),
});

const summary = {
  id: z.string(),
  source: z.enum(['api', 'file', 'code']).describe('agents from files and code are read-only'),
  is_enabled: z.boolean(),
  version: z.int().nullable().describe('the current one; null for `file` and `code`'),
  changed_at: z.string().nullable(),
  problem: z
    .string()
    .nullable()
    .describe('why it is unavailable, or which of its tools or documents no longer exists'),
};
const AGENT = { id: 'clerk', source: 'api', is_enabled: true, version: 2, changed_at: TIME, problem: null };

export const agentListSchema = z
  .object({
    items: z.array(z.object({ ...summary, label: z.string(), description: z.string() })),
    next: NEXT,
  })
  .meta({
    id: 'AdminAgents',
    example: {
      items: [{ ...AGENT, label: 'Clerk', description: 'Answers questions about tables.' }],
      next: null,
    },
  });

export const adminAgentSchema = z
  .object({
    ...summary,
    created_at: z.string().nullable(),
    author_id: z.string().nullable().describe('the account that made the current version'),
    restored_from: z.int().nullable().describe('the version that a rollback has repeated'),
    definition: savedDefinitionSchema.nullable().describe('null for an agent in code'),
  })
  .meta({
    id: 'AdminAgent',
    example: { ...AGENT, created_at: TIME, author_id: AUTHOR, restored_from: null, definition: SAVED },
  });

const versionFields = {
  version: z.int(),
  label: z.string(),
  created_at: z.string(),
  author_id: z.string().nullable(),
  restored_from: z.int().nullable(),
};
const VERSION = { version: 1, label: 'Clerk', created_at: TIME, author_id: AUTHOR, restored_from: null };
export const agentVersionsSchema = z
  .object({ items: z.array(z.object(versionFields)), next: NEXT })
  .meta({ id: 'AgentVersions', example: { items: [VERSION], next: null } });
export const agentVersionSchema = z
  .object({ ...versionFields, definition: savedDefinitionSchema })
  .meta({ id: 'AgentVersion', example: { ...VERSION, definition: SAVED } });

type AgentItem = z.output<typeof agentListSchema>['items'][number];
type AgentBody = z.output<typeof adminAgentSchema>;

/** The fields of an agent that lists and single agents have in common. */
type Shown = AgentItem & AgentBody;

/** @param problem why it cannot answer */
export const fromRow = (row: CurrentAgent, problem: string | null): Shown => {
  const definition = row.definition as Shown['definition'];
  return {
    id: row.id,
    source: 'api',
    is_enabled: row.isEnabled,
    version: row.version,
    changed_at: row.changedAt.toISOString(),
    problem,
    label: row.label,
    description: definition?.description ?? '',
    created_at: row.createdAt.toISOString(),
    author_id: row.authorId,
    restored_from: row.restoredFrom,
    definition,
  };
};

/** @param isFile whether it is of a file, not of code */
export const fromBuiltIn = (agent: Agent, isFile: boolean): Shown => ({
  id: agent.id,
  source: isFile ? 'file' : 'code',
  is_enabled: true,
  version: null,
  changed_at: null,
  problem: null,
  label: agent.label,
  description: agent.description,
  created_at: null,
  author_id: null,
  restored_from: null,
  definition: agent instanceof PersonaAgent ? agent.persona : null,
});

export const toItem = ({
  id,
  label,
  description,
  source,
  is_enabled,
  version,
  changed_at,
  problem,
}: Shown): AgentItem => ({ id, label, description, source, is_enabled, version, changed_at, problem });

export const toAgent = ({ label: _label, description: _description, ...agent }: Shown): AgentBody => agent;

export const toVersion = (row: AgentVersion) => ({
  version: row.version,
  label: (row.definition as { label: string }).label,
  created_at: row.createdAt.toISOString(),
  author_id: row.authorId,
  restored_from: row.restoredFrom,
});
