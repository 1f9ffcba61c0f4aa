import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import type { User } from '../../database/entities/user.entity.js';
import { AccountsService } from '../accounts/accounts.service.js';

/** Address and password, as parsed from the body by `LocalAuthGuard`. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(private readonly accounts: AccountsService) {
    super({ usernameField: 'email', passReqToCallback: true });
  }

  /** @throws ParleyError `rate-limited` after too many failures */
  async validate({ ip = '' }: Request, email: string, password: string): Promise<User | false> {
    return (await this.accounts.logIn({ email, password }, ip)) ?? false;
  }
}
