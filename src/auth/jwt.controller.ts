import { Body, Controller, HttpCode, Ip, Post, UseInterceptors } from '@nestjs/common';
import { NoFilesInterceptor } from '@nestjs/platform-express';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ParleyError } from '../common/errors.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { AccountsService } from './accounts.service.js';
import { Public } from './public.decorator.js';
import { accessTokenSchema, jwtLogInSchema, type AccessTokenBody } from './schemas.js';
import { LONE_ACCESS_SECONDS, TokensService } from './tokens.service.js';

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json'];
/** A log-in form is a handful of short fields. */
const FORM_LIMITS = { fields: 10, fieldSize: 8 * 1024, fieldNameSize: 100 };

/** FastAPI Users' authentication backend: one access token, no refresh. */
@ApiTags('FastAPI Users')
@Controller('auth/jwt')
export class JwtController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tokens: TokensService,
  ) {}

  @Public()
  @Post('login')
  @ApiOperation({
    summary: 'Logs in',
    description: 'The access token lives for 60 minutes; there is no refresh token.',
  })
  @HttpCode(200)
  @UseInterceptors(NoFilesInterceptor({ limits: FORM_LIMITS }))
  @ApiConsumes(...FORMS)
  @ApiAnswer(200, accessTokenSchema)
  @ApiErrors(400, 422, 429)
  async logIn(
    @Body({ schema: jwtLogInSchema }) { username, password }: z.output<typeof jwtLogInSchema>,
    @Ip() ip: string,
  ): Promise<AccessTokenBody> {
    const user = (await this.accounts.logIn({ email: username, password }, ip)) ?? refuse();
    return { access_token: this.tokens.signAccess(user, LONE_ACCESS_SECONDS), token_type: 'bearer' };
  }

  @Post('logout')
  @ApiOperation({
    summary: 'Says goodbye',
    description: 'The client forgets its token; the token itself lives until it expires.',
  })
  @HttpCode(204)
  @ApiAnswer(204)
  logOut(): void {}
}

function refuse(): never {
  throw new ParleyError('invalid', 'login-bad-credentials', 'LOGIN_BAD_CREDENTIALS');
}
