import { Body, Controller, Delete, Get, HttpCode, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { SuperuserOnly } from './access.js';
import { AccountsService } from './accounts.service.js';
import { CurrentUser, type Principal } from './principal.js';
import { toUserBody, updateSchema, userSchema, type UserUpdate } from './schemas.js';

/** FastAPI Users' accounts: one's own, and for superusers everybody's. */
@ApiTags('FastAPI Users')
@Controller('users')
export class UsersController {
  constructor(private readonly accounts: AccountsService) {}

  /** The caller's account. */
  @Get('me')
  @ApiAnswer(200, userSchema)
  @ApiErrors(401)
  async own(@CurrentUser() caller: Principal) {
    return toUserBody(await this.accounts.own(caller.id));
  }

  /** Changes the caller's address or password; the flags are ignored. */
  @Patch('me')
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 401, 422)
  async changeOwn(@CurrentUser() caller: Principal, @Body({ schema: updateSchema }) body: UserUpdate) {
    return toUserBody(await this.accounts.changeOwn(caller.id, body));
  }

  /** An account, for superusers. */
  @Get(':id')
  @SuperuserOnly()
  @ApiAnswer(200, userSchema)
  @ApiErrors(401, 403, 404)
  async get(@Param('id') id: string) {
    return toUserBody(await this.accounts.get(id));
  }

  /** Changes an account, its flags included, for superusers. */
  @Patch(':id')
  @SuperuserOnly()
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 401, 403, 404, 422)
  async change(@Param('id') id: string, @Body({ schema: updateSchema }) body: UserUpdate) {
    return toUserBody(await this.accounts.changeAny(id, body));
  }

  /** Deletes an account and all it owns, for superusers. */
  @Delete(':id')
  @SuperuserOnly()
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(401, 403, 404)
  remove(@Param('id') id: string) {
    return this.accounts.delete(id);
  }
}
