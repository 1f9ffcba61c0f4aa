import { Body, Controller, HttpCode, Ip, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Audited } from './audit/audited.decorator.js';
import { ParleyError } from '../common/errors.js';
import { ApiAnswer, ApiBodies, ApiErrors } from '../common/openapi.js';
import type { User } from '../database/entities/user.entity.js';
import { AccountsService } from './accounts/accounts.service.js';
import { FirstAdminSetup } from './accounts/first-admin-setup.js';
import { LocalAuthGuard, LoggedIn, LogInForm } from './local-auth.guard.js';
import { Public } from './public.decorator.js';
import {
  firstAdminSchema,
  logInSchema,
  refreshSchema,
  registeredSchema,
  registerSchema,
  toUserBody,
  tokenPairSchema,
} from './schemas.js';
import { TokenPairsService } from './token-pairs.service.js';

type Of<T extends z.ZodType> = z.output<T>;

const refusal = () => new ParleyError('unauthenticated', 'invalid-credentials', 'Invalid credentials');

/** Token pairs. Registration serves two surfaces at once: the response has the account and a token pair. */
@Public()
@ApiTags('Authentication')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly pairs: TokenPairsService,
    private readonly firstAdmin: FirstAdminSetup,
  ) {}

  @Audited()
  @Post('register')
  @ApiOperation({ summary: 'Register an account and log in' })
  @ApiAnswer(201, registeredSchema)
  @ApiErrors(400, 422, 429)
  async register(@Body({ schema: registerSchema }) body: Of<typeof registerSchema>, @Ip() ip: string) {
    const user = await this.accounts.register(body, ip);
    return { ...toUserBody(user), ...(await this.pairs.start(user)) };
  }

  @Audited()
  @Post('first-admin')
  @ApiOperation({
    summary: 'Create the first admin and log in',
    description:
      'With the code printed at start-up, while no account is an admin; 404 from then on. An existing account is ' +
      'promoted if the password matches.',
  })
  @ApiAnswer(201, registeredSchema)
  @ApiErrors(400, 403, 404, 422, 429)
  async createFirstAdmin(
    @Body({ schema: firstAdminSchema }) { code, ...credentials }: Of<typeof firstAdminSchema>,
    @Ip() ip: string,
  ) {
    const user = await this.firstAdmin.create(credentials, code, ip);
    return { ...toUserBody(user), ...(await this.pairs.start(user)) };
  }

  @Post('login')
  @ApiOperation({
    summary: 'Log in',
    description: 'The access token is valid for 30 minutes, the refresh token for 7 days.',
  })
  @HttpCode(200)
  @UseGuards(LocalAuthGuard)
  @LogInForm({ schema: logInSchema, refusal })
  @ApiBodies([logInSchema])
  @ApiAnswer(200, tokenPairSchema)
  @ApiErrors(401, 422, 429)
  logIn(@LoggedIn() user: User) {
    return this.pairs.start(user);
  }

  @Post('refresh')
  @ApiOperation({
    summary: 'Exchange a refresh token for a new pair',
    description:
      'Each refresh token is valid once. Using one a second time revokes every token of the same log-in.',
  })
  @HttpCode(200)
  @ApiAnswer(200, tokenPairSchema)
  @ApiErrors(401, 422)
  refreshTokens(@Body({ schema: refreshSchema }) body: Of<typeof refreshSchema>) {
    return this.pairs.rotate(body.refresh_token);
  }

  @Audited()
  @Post('logout')
  @ApiOperation({
    summary: 'Log out',
    description:
      'Revokes all refresh tokens of the same log-in, and the access tokens of the account. Refresh tokens ' +
      'of other log-ins stay valid.',
  })
  @HttpCode(204)
  @ApiAnswer(204)
  @ApiErrors(401, 422)
  logOut(@Body({ schema: refreshSchema }) body: Of<typeof refreshSchema>) {
    return this.pairs.end(body.refresh_token);
  }
}
