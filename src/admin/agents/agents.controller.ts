import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { InvalidInput } from '../../common/errors.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { AgentsService } from './agents.service.js';
import {
  adminAgentSchema,
  agentListSchema,
  agentPageSchema,
  agentUpdateSchema,
  agentVersionSchema,
  agentVersionsSchema,
  definitionSchema,
  newAgentSchema,
  rollbackSchema,
  toAgent,
  toItem,
  toVersion,
  versionPageSchema,
} from './schemas.js';

const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'the version that was read: 409 when it is no longer the current one',
};

/** Agents, those of files and of code included; the others are created and changed here. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/agents')
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Get()
  @ApiOperation({
    summary: 'List all agents by id, including disabled ones and those defined in files or code',
  })
  @ApiAnswer(200, agentListSchema)
  @ApiErrors(403, 422)
  async listAdminAgents(@Query({ schema: agentPageSchema }) page: z.output<typeof agentPageSchema>) {
    const { items, next } = await this.agents.list(page);
    return { items: items.map(toItem), next };
  }

  @Post()
  @ApiOperation({
    summary: 'Create an agent',
    description:
      'It is available immediately, on every surface. Its fields are those of the YAML files in AGENTS_DIR. 409 when its id or ' +
      'label is that of another agent.',
  })
  @ApiAnswer(201, adminAgentSchema)
  @ApiErrors(403, 409, 422)
  async createAgent(
    @Body({ schema: newAgentSchema }) body: z.output<typeof newAgentSchema>,
    @CurrentUser() { id: authorId }: Principal,
  ) {
    return toAgent(await this.agents.create(body, authorId));
  }

  @Get(':agent_id')
  @ApiOperation({ summary: 'Get an agent with its current version' })
  @ApiAnswer(200, adminAgentSchema)
  @ApiErrors(403, 404)
  async getAgent(@Param('agent_id') id: string) {
    return toAgent(await this.agents.get(id));
  }

  @Put(':agent_id')
  @ApiOperation({
    summary: 'Create a version of an agent',
    description:
      'Takes the whole definition, which becomes the current one. An unchanged definition creates no version.',
  })
  @ApiHeader(IF_MATCH)
  @ApiAnswer(200, adminAgentSchema)
  @ApiErrors(403, 404, 409, 422)
  async editAgent(
    @Param('agent_id') id: string,
    @Body({ schema: definitionSchema }) body: z.output<typeof definitionSchema>,
    @CurrentUser() { id: authorId }: Principal,
    @Headers('if-match') ifMatch: string | undefined,
  ) {
    return toAgent(await this.agents.update(id, body, { authorId, ifVersion: versionOf(ifMatch) }));
  }

  @Patch(':agent_id')
  @ApiOperation({
    summary: 'Enable or disable an agent',
    description:
      'A disabled agent cannot be selected; runs in its conversations reply that another agent must be selected.',
  })
  @ApiAnswer(200, adminAgentSchema)
  @ApiErrors(403, 404, 409, 422)
  async updateAgent(
    @Param('agent_id') id: string,
    @Body({ schema: agentUpdateSchema }) body: z.output<typeof agentUpdateSchema>,
  ) {
    return toAgent(await this.agents.enable(id, body.is_enabled));
  }

  @Delete(':agent_id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete an agent with all of its versions',
    description:
      'Its conversations stay. An agent created under the same id continues the numbering of versions.',
  })
  @ApiAnswer(204)
  @ApiErrors(403, 404, 409)
  async deleteAgent(@Param('agent_id') id: string): Promise<void> {
    await this.agents.delete(id);
  }

  @Get(':agent_id/versions')
  @ApiOperation({ summary: 'List the versions of an agent, newest first' })
  @ApiAnswer(200, agentVersionsSchema)
  @ApiErrors(403, 404, 409, 422)
  async listAgentVersions(
    @Param('agent_id') id: string,
    @Query({ schema: versionPageSchema }) page: z.output<typeof versionPageSchema>,
  ) {
    const { items, next } = await this.agents.versions(id, page);
    return { items: items.map(toVersion), next };
  }

  @Get(':agent_id/versions/:version')
  @ApiOperation({ summary: 'Get a version of an agent' })
  @ApiAnswer(200, agentVersionSchema)
  @ApiErrors(403, 404, 409)
  async getAgentVersion(@Param('agent_id') id: string, @Param('version') version: string) {
    const row = await this.agents.version(id, numberOf(version) ?? 0);
    return { ...toVersion(row), definition: row.definition };
  }

  @Post(':agent_id/rollback')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Roll an agent back to an earlier version',
    description: 'Copies the earlier version to a new one; the history is kept.',
  })
  @ApiHeader(IF_MATCH)
  @ApiAnswer(200, adminAgentSchema)
  @ApiErrors(403, 404, 409, 422)
  async rollBackAgent(
    @Param('agent_id') id: string,
    @Body({ schema: rollbackSchema }) { version }: z.output<typeof rollbackSchema>,
    @CurrentUser() { id: authorId }: Principal,
    @Headers('if-match') ifMatch: string | undefined,
  ) {
    return toAgent(await this.agents.rollBack(id, version, { authorId, ifVersion: versionOf(ifMatch) }));
  }
}

const numberOf = (text: string) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : null);

/** @throws InvalidInput when the header holds no version */
function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const version = numberOf(ifMatch.trim().replace(/^"(.*)"$/, '$1'));
  if (version !== null) return version;
  const msg = 'This is not the `version` of an agent';
  throw new InvalidInput([{ type: 'value_error', loc: ['header', 'If-Match'], msg, input: ifMatch }]);
}
