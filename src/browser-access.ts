import type { IncomingMessage } from 'node:http';
import { ParleyError } from './common/errors.js';
import { isLocalHost, nameOf } from './common/http/host-list.js';
import { allowedOrigins, isAmong, type Origins } from './common/http/origins.js';
import type { Config } from './config/config.js';

/** Which pages may use the API from a browser, and under which names it may be reached. */
export class BrowserAccess {
  /** For CORS. */
  readonly origins: Origins;
  private readonly publicUrl: URL | undefined;

  constructor(private readonly config: Config) {
    const { PUBLIC_URL } = config.env;
    this.origins = allowedOrigins(config);
    this.publicUrl = PUBLIC_URL ? new URL(PUBLIC_URL) : undefined;
  }

  /**
   * Whether a WebSocket may be opened: by a client other than a browser, a page of the same origin, or one that CORS
   * admits.
   */
  readonly mayOpenSocket = (request: IncomingMessage): boolean => {
    if (!this.isKnownHost(request)) return false;
    const { origin } = request.headers;
    return !origin || isAmong(this.origins, origin) || this.isSameOrigin(origin, request);
  };

  /** In development, where rooms need no token, a page elsewhere must not lead its own name here. */
  readonly refuseForeignHosts = (
    request: IncomingMessage,
    _response: unknown,
    next: (error?: unknown) => void,
  ): void => {
    if (this.isKnownHost(request)) return next();
    const detail = `The host "${nameOf(request.headers.host)}" is not known here: name it in ALLOWED_HOSTS`;
    next(new ParleyError('forbidden', 'unknown-host', detail));
  };

  private isKnownHost({ headers }: IncomingMessage): boolean {
    const { NODE_ENV, TRUST_PROXY, ALLOWED_HOSTS = [], HOST } = this.config.env;
    if (NODE_ENV !== 'development' || TRUST_PROXY > 0) return true;
    const listed = Array.isArray(this.origins) ? this.origins.filter((origin) => URL.canParse(origin)) : [];
    const names = [
      ...ALLOWED_HOSTS,
      HOST,
      this.publicUrl?.host,
      ...listed.map((origin) => new URL(origin).host),
    ];
    return isLocalHost(
      headers.host,
      names.map((name) => nameOf(name)),
    );
  }

  private isSameOrigin(origin: string, { headers }: IncomingMessage): boolean {
    if (!URL.canParse(origin)) return false;
    if (origin === this.publicUrl?.origin) return true;
    const { protocol, host } = new URL(origin);
    const forwarded = this.config.env.TRUST_PROXY > 0 ? headers['x-forwarded-host'] : undefined;
    const own = `${protocol}//${String(forwarded ?? headers.host)
      .split(',')[0]!
      .trim()}`;
    // Written with or without the port that goes without saying.
    return URL.canParse(own) && new URL(own).host === host;
  }
}
