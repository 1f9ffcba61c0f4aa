import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Audited } from './audit/audited.decorator.js';
import { ParleyError } from '../common/errors.js';
import { ApiAnswer, ApiBodies, ApiErrors } from '../common/openapi.js';
import type { User } from '../database/entities/user.entity.js';
import { AccountsService } from './accounts/accounts.service.js';
import { LocalAuthGuard, LoggedIn, LogInForm } from './local-auth.guard.js';
import { CurrentUser, type Principal } from './principal.js';
import { Public } from './public.decorator.js';
import { accessTokenSchema, jwtLogInSchema, passwordGrantSchema, type AccessTokenBody } from './schemas.js';
import { STANDALONE_ACCESS_SECONDS, TokensService } from './tokens.service.js';

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json'];

const credentials = jwtLogInSchema.transform(({ username, password }) => ({ email: username, password }));
const refusal = () => new ParleyError('invalid', 'login-bad-credentials', 'LOGIN_BAD_CREDENTIALS');

/** FastAPI Users' authentication backend: one access token, no refresh token. */
@ApiTags('FastAPI Users')
@Controller('auth/jwt')
export class JwtController {
  constructor(
    private readonly tokens: TokensService,
    private readonly accounts: AccountsService,
  ) {}

  @Public()
  @Post('login')
  @ApiOperation({
    summary: 'Log in with a form',
    description: 'The access token is valid for 60 minutes; there is no refresh token.',
  })
  @HttpCode(200)
  @UseGuards(LocalAuthGuard)
  @LogInForm({ schema: credentials, refusal })
  @ApiBodies([passwordGrantSchema])
  @ApiConsumes(...FORMS)
  @ApiAnswer(200, accessTokenSchema)
  @ApiErrors(400, 422, 429)
  logInWithForm(@LoggedIn() user: User): AccessTokenBody {
    return { access_token: this.tokens.signAccess(user, STANDALONE_ACCESS_SECONDS), token_type: 'bearer' };
  }

  @Audited()
  @Post('logout')
  @ApiOperation({
    summary: 'Log out',
    description: 'Revokes the access tokens of the account. Refresh tokens stay valid.',
  })
  @HttpCode(204)
  @ApiAnswer(204)
  logOutJwt(@CurrentUser() caller: Principal) {
    return this.accounts.logOut(caller.id, { everywhere: false });
  }
}
