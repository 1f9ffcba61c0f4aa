import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi.js';
import { AccountsService } from './accounts/accounts.service.js';
import { CurrentUser, type Principal } from './principal.js';

/** What a caller does with a log-in. */
@ApiTags('Authentication')
@Controller('auth')
export class SessionController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('logout-all')
  @ApiOperation({
    summary: 'Log out everywhere',
    description: 'Revokes every access and refresh token of the account.',
  })
  @HttpCode(204)
  @ApiAnswer(204)
  logOutEverywhere(@CurrentUser() caller: Principal) {
    return this.accounts.logOut(caller.id, { everywhere: true });
  }
}
