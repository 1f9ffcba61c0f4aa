import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Audited } from '../audit/audited.decorator.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { CurrentUser, type Principal } from '../principal.js';
import { ApiKeysService } from './api-keys.service.js';
import { createdKeySchema, keysSchema, newKeySchema, toKeyBody } from './schemas.js';

/** The caller's API keys. A key cannot create another key. */
@ApiTags('Authentication')
@Controller('users/me/keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Audited()
  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'The secret is returned only here. Send it like an access token, `Authorization: Bearer pk_…`, on every surface, ' +
      'for what its scopes allow: `chat` (conversations, runs, rooms), `conversations:read`, `documents:read`, ' +
      '`documents:write`, and `admin` for admins.',
  })
  @ApiAnswer(201, createdKeySchema)
  @ApiErrors(403, 409, 422)
  async createApiKey(
    @CurrentUser() caller: Principal,
    @Body({ schema: newKeySchema }) { name, scopes, expires_at }: z.output<typeof newKeySchema>,
  ) {
    const expiresAt = expires_at ? new Date(expires_at) : null;
    const { key, secret } = await this.keys.create(caller, { name, scopes, expiresAt });
    return { ...toKeyBody(key), key: secret };
  }

  @Get()
  @ApiOperation({
    summary: "List the caller's API keys, oldest first",
    description: 'Secrets are not included.',
  })
  @ApiAnswer(200, keysSchema)
  async listApiKeys(@CurrentUser() caller: Principal) {
    return { items: (await this.keys.list(caller.id)).map(toKeyBody) };
  }

  @Delete(':key_id')
  @Audited()
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key', description: 'Its open connections are closed.' })
  @ApiAnswer(204)
  @ApiErrors(404)
  deleteApiKey(@CurrentUser() caller: Principal, @Param('key_id') id: string) {
    return this.keys.revoke(caller.id, id);
  }
}
