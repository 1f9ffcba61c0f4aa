import type { Request } from 'express';
import { Strategy } from 'passport';
import type { Principal } from '../principal.js';

type Done = (error: unknown, principal?: Principal | null) => void;

/** A Passport strategy that hands the whole request to its `validate`; null says that nobody was
 * authenticated. */
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
