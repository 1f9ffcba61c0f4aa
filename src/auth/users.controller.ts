import { Body, Controller, Delete, Get, HttpCode, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { SuperuserOnly } from './access.js';
import { AccountsService } from './accounts/accounts.service.js';
import { CurrentUser, type Principal } from './principal.js';
import { toUserBody, updateSchema, userSchema, type UserUpdate } from './schemas.js';

/** FastAPI Users' accounts: one's own, and for superusers everybody's. */
@ApiTags('FastAPI Users')
@Controller('users')
export class UsersController {
  constructor(private readonly accounts: AccountsService) {}

  @Get('me')
  @ApiOperation({ summary: "The caller's account" })
  @ApiAnswer(200, userSchema)
  async own(@CurrentUser() caller: Principal) {
    return toUserBody(await this.accounts.own(caller.id));
  }

  @Patch('me')
  @ApiOperation({
    summary: "Changes the caller's address or password",
    description: 'The flags are ignored.',
  })
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 422)
  async changeOwn(@CurrentUser() caller: Principal, @Body({ schema: updateSchema }) body: UserUpdate) {
    return toUserBody(await this.accounts.changeOwn(caller.id, body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'An account, for superusers' })
  @SuperuserOnly()
  @ApiAnswer(200, userSchema)
  @ApiErrors(403, 404)
  async get(@Param('id') id: string) {
    return toUserBody(await this.accounts.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes an account and its flags, for superusers' })
  @SuperuserOnly()
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 403, 404, 422)
  async change(@Param('id') id: string, @Body({ schema: updateSchema }) body: UserUpdate) {
    return toUserBody(await this.accounts.changeAny(id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Deletes an account and all it owns, for superusers' })
  @SuperuserOnly()
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(403, 404)
  remove(@Param('id') id: string) {
    return this.accounts.delete(id);
  }
}
