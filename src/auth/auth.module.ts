import { Global, Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MailModule } from '../adapters/mail/mail.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AdminAccountsService } from './accounts/admin-accounts.service.js';
import { AuditLog } from './audit/audit-log.js';
import { AccountCache } from './accounts/account-cache.js';
import { AccountChanges } from './accounts/account-changes.js';
import { AccountsService } from './accounts/accounts.service.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthLimits } from './limits/auth-limits.js';
import { Authenticator } from './authenticator.js';
import { CallerController } from './caller.controller.js';
import { FirstAdmin } from './accounts/first-admin.js';
import { FirstAdminSetup } from './accounts/first-admin-setup.js';
import { JwtController } from './jwt.controller.js';
import { LocalAuthGuard } from './local-auth.guard.js';
import { readLogInForm } from './log-in-form.js';
import { PasswordChecks } from './accounts/password-checks.service.js';
import { PasswordsService } from './accounts/passwords.service.js';
import { RateLimiter, SharedRateLimiter } from './limits/rate-limiter.js';
import { RecoveryController } from './recovery.controller.js';
import { RecoveryService } from './accounts/recovery.service.js';
import { OidcAccountsService } from './oidc/oidc-accounts.service.js';
import { OidcVerifier } from './oidc/oidc-verifier.js';
import { OidcStrategy } from './strategies/oidc.strategy.js';
import { OpenConnections } from './connections/open-connections.js';
import { SocketAuthenticator } from './connections/socket-authenticator.js';
import { SessionController } from './session.controller.js';
import { ApiKeyStrategy } from './strategies/api-key.strategy.js';
import { BearerStrategies } from './strategies/bearer-strategies.js';
import { JwtStrategy } from './strategies/jwt.strategy.js';
import { LocalStrategy } from './strategies/local.strategy.js';
import { TokenPairsService } from './token-pairs.service.js';
import { TicketStrategy } from './strategies/ticket.strategy.js';
import { SocketTickets } from './tickets/socket-tickets.js';
import { TokensService } from './tokens.service.js';
import { UsersController } from './users.controller.js';

/** Accounts, and the guard before every route of the application. Global, for routes of any module are audited. */
@Global()
@Module({
  imports: [IngestionModule, MailModule],
  controllers: [
    AuthController,
    JwtController,
    SessionController,
    RecoveryController,
    ApiKeysController,
    UsersController,
    CallerController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: RateLimiter, useClass: SharedRateLimiter },
    AccountCache,
    AdminAccountsService,
    AuditLog,
    AccountChanges,
    AccountsService,
    Authenticator,
    AuthLimits,
    FirstAdmin,
    FirstAdminSetup,
    ApiKeysService,
    ApiKeyStrategy,
    BearerStrategies,
    JwtStrategy,
    LocalAuthGuard,
    LocalStrategy,
    OidcAccountsService,
    OidcStrategy,
    OidcVerifier,
    OpenConnections,
    PasswordChecks,
    PasswordsService,
    RecoveryService,
    SocketAuthenticator,
    TokenPairsService,
    SocketTickets,
    TicketStrategy,
    TokensService,
  ],
  exports: [
    AccountChanges,
    AccountsService,
    AdminAccountsService,
    AuditLog,
    BearerStrategies,
    OpenConnections,
    PasswordChecks,
    PasswordsService,
    SocketAuthenticator,
  ],
})
export class AuthModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(readLogInForm).forRoutes({ path: 'auth/jwt/login', method: RequestMethod.POST });
  }
}
