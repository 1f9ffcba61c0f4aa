import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Audited } from './audit/audited.decorator.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { RequireScope, SuperuserOnly } from './access.js';
import { AccountsService } from './accounts/accounts.service.js';
import { CurrentUser, type Principal } from './principal.js';
import { toUserBody, updateSchema, userSchema, type UserUpdate } from './schemas.js';

/** FastAPI Users' accounts: the caller's own, and all accounts for superusers. */
@ApiTags('FastAPI Users')
@Controller('users')
export class UsersController {
  constructor(private readonly accounts: AccountsService) {}

  @RequireScope('any')
  @Get('me')
  @ApiOperation({ summary: "Get the caller's account" })
  @ApiAnswer(200, userSchema)
  async getCurrentUser(@CurrentUser() caller: Principal) {
    return toUserBody(await this.accounts.own(caller.id));
  }

  @Audited()
  @Patch('me')
  @ApiOperation({
    summary: "Change the caller's address or password",
    description:
      'Requires `current_password`: 422 if it is missing or wrong. A new password revokes every token of ' +
      'the account, including the one of this request. The flags are ignored.',
  })
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 422, 429)
  async updateCurrentUser(
    @CurrentUser() caller: Principal,
    @Body({ schema: updateSchema }) body: UserUpdate,
    @Ip() ip: string,
  ) {
    return toUserBody(await this.accounts.changeOwn(caller.id, body, ip));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an account (superusers)' })
  @SuperuserOnly()
  @ApiAnswer(200, userSchema)
  @ApiErrors(403, 404)
  async getUser(@Param('id') id: string) {
    return toUserBody(await this.accounts.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change an account and its flags (superusers)' })
  @SuperuserOnly()
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 403, 404, 422, 429)
  async updateUser(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: updateSchema }) body: UserUpdate,
    @Ip() ip: string,
  ) {
    return toUserBody(await this.accounts.changeAny(caller.id, id, body, ip));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete an account and all it owns (superusers)' })
  @SuperuserOnly()
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(403, 404)
  async deleteUser(@Param('id') id: string): Promise<void> {
    await this.accounts.delete(id);
  }
}
