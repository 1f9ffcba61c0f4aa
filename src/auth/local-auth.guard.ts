import { createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard as PassportAuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { z } from 'zod';
import { ParleyError } from '../common/errors.js';
import { parseInput } from '../common/http/validation.pipe.js';
import type { User } from '../database/entities/user.entity.js';
import { AuditLog, type AuditedRequest } from './audit/audit-log.js';
import type { Credentials } from './accounts/accounts.service.js';
import { passportOptions } from './passport-options.js';
import { LocalStrategy } from './strategies/local.strategy.js';

/** Body schema and refusal of a log-in route. */
export interface LogIn {
  schema: z.ZodType<Credentials>;
  refusal: () => ParleyError;
}

/** Declares the log-in form of a route guarded by `LocalAuthGuard`. */
export const LogInForm = Reflector.createDecorator<LogIn>();

type WithAccount = Request & { account?: User };

/**
 * Lets a request with the right address and password through. Passport answers 401 to a body without them; the body is
 * checked first, so that it gets the 422 which names the field.
 */
@Injectable()
export class LocalAuthGuard extends PassportAuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    strategy: LocalStrategy,
    private readonly audit: AuditLog,
  ) {
    super(passportOptions('account', strategy));
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<WithAccount>();
    request.body = parseInput(this.form(context).schema, request.body, 'body');
    const record = (outcome: 'ok' | 'refused') =>
      this.audit.record(context.getHandler().name, outcome, request as AuditedRequest);
    try {
      await super.canActivate(context);
    } catch (error) {
      await record('refused');
      throw error;
    }
    await record('ok');
    return true;
  }

  override handleRequest<T>(error: unknown, user: T | false, _info: unknown, context: ExecutionContext): T {
    if (error) throw error;
    if (!user) throw this.form(context).refusal();
    return user;
  }

  private form(context: ExecutionContext): LogIn {
    return this.reflector.get(LogInForm, context.getHandler());
  }
}

/** Parameter decorator: the account authenticated by `LocalAuthGuard`. */
export const LoggedIn = createParamDecorator((_data: unknown, context: ExecutionContext): User => {
  const { account } = context.switchToHttp().getRequest<WithAccount>();
  if (!account) throw new Error('@LoggedIn() is used on a route without LocalAuthGuard');
  return account;
});
