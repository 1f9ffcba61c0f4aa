import type { Request } from 'express';
import { Strategy } from 'passport';
import type { Principal } from '../principal.js';

type Done = (error: unknown, principal?: Principal | null) => void;

/** A Passport strategy whose `validate` receives the whole request; null means unauthenticated. */
export class RequestStrategy extends Strategy {
  constructor(private readonly verify: (request: Request, done: Done) => void) {
    super();
  }

  override authenticate(request: Request): void {
    this.verify(request, (error, principal) => {
      if (error) this.error(error);
      else if (principal) this.success(principal);
      else this.fail(401);
    });
  }
}
