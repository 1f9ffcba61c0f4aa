import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Audited } from './audit/audited.decorator.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { ticketSchema } from './schemas.js';
import { SocketTickets, TICKET_SECONDS } from './tickets/socket-tickets.js';
import { AccountsService } from './accounts/accounts.service.js';
import { RequireScope } from './access.js';
import { CurrentUser, type Principal } from './principal.js';

/** Operations on a log-in: log-out from all devices, WebSocket tickets. */
@ApiTags('Authentication')
@Controller('auth')
export class SessionController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tickets: SocketTickets,
  ) {}

  @Audited()
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

  @RequireScope('chat')
  @Post('ws-ticket')
  @ApiOperation({
    summary: 'Get a ticket for a WebSocket',
    description:
      'Valid once, for 30 seconds, as `?ticket=` in place of an access token, so that no reusable ' +
      'credential appears in access logs. The socket has the permissions of the token that requested the ' +
      'ticket, and is closed when that token expires.',
  })
  @HttpCode(200)
  @ApiAnswer(200, ticketSchema)
  @ApiErrors(403, 503)
  async createSocketTicket(@CurrentUser() caller: Principal) {
    return { ticket: await this.tickets.issue(caller), expires_in: TICKET_SECONDS };
  }
}
